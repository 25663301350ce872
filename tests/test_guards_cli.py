"""`python -m guards`: a line in, a line out, whatever comes in."""

import json
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

import pytest

from guards.line import LineError, demo_clinic, from_object, parse
from guards.screen import guard_version, screen

COMMAND = [sys.executable, "-m", "guards"]


def _run(*lines: bytes | object) -> list[Any]:
    """The answers to the lines, an object each; a line that is no bytes is written as JSON."""
    given = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    told = subprocess.run(COMMAND, input=b"\n".join(given), capture_output=True, check=True, timeout=60)
    assert told.stderr == b""
    return [json.loads(line) for line in told.stdout.decode().splitlines()]


def test_a_line_gives_its_verdict() -> None:
    """The answer holds the id as given, the verdict, every finding with its place, and the guard's version."""
    text = "Kære Mette, tak for dit besøg."
    post = {"text": "Hej", "author": "Mette", "platform": "google", "posted_at": "2026-11-23T05:00:00Z"}
    line = {"id": "r1", "text": text, "post": post, "clinic": "demo-vet", "language": "da"}
    [answer] = _run(line)
    assert list(answer) == ["id", "verdict", "findings", "guard_version"]
    assert (answer["id"], answer["verdict"], answer["guard_version"]) == ("r1", "block", guard_version())
    for finding in answer["findings"]:
        assert list(finding) == ["rule", "severity", "start", "end", "text", "reason"]
        assert text[finding["start"] : finding["end"]] == finding["text"]


def test_everything_is_optional_but_the_text() -> None:
    """A line with a text alone is screened by the strict rules."""
    [answer, other] = _run({"text": "Tak for din besked."}, {"id": 7, "text": "Tak.", "clinic": {}, "thread": []})
    assert (answer["id"], answer["verdict"]) == (None, "pass")
    assert (other["id"], other["verdict"]) == (7, "pass")


def test_confidential_names_stop_a_reply() -> None:
    """A roster in the clinic adds the confidential check; its findings come with the others."""
    [answer] = _run({"text": "Det var Sara.", "clinic": "demo-vet"})
    assert "exposure.roster" in {finding["rule"] for finding in answer["findings"]}
    roster = [{"name": "Ole Boe", "nicknames": ["Bobo"]}, "Ida Kjær"]
    [answer] = _run({"text": "Spørg Bobo eller Ida.", "clinic": {"roster": roster}})
    assert [f["text"] for f in answer["findings"] if f["rule"] == "exposure.roster"] == ["Bobo", "Ida"]


DEEP = b"[" * 10_000 + b"]" * 10_000
TOO_DEEP = ("nested too deep", "the line must be an object", "text must be a string")
"""How deep is too deep differs among Pythons."""

BAD_LINES: list[tuple[bytes, str | tuple[str, ...]]] = [
    (b"no json", "not valid JSON"),
    (b"[]", "the line must be an object"),
    (b"null", "the line must be an object"),
    (DEEP, TOO_DEEP),
    (b'{"text": ' + DEEP + b"}", TOO_DEEP),
    (b'{"text": "\xff"}', "not valid UTF-8"),
    (b"{}", "text is missing"),
    (b'{"text": null}', "text is missing"),
    (b'{"text": 7}', "text must be a string"),
    (b'{"text": "%s"}' % (b"a" * 20_001), "text is longer than 20000 characters"),
    (b'{"text": "x", "id": []}', "id must be a string or a number"),
    (b'{"text": "x", "id": NaN}', "id must be a string or a number"),
    (b'{"text": "x", "id": 1e999}', "id must be a string or a number"),
    (b'{"text": "x", "post": 7}', "post must be an object"),
    (b'{"text": "x", "post": {}}', "post.text is missing"),
    (b'{"text": "x", "post": {"text": "y", "author": 7}}', "post.author must be a string"),
    (b'{"text": "x", "post": {"text": "y", "posted_at": "soon"}}', "post.posted_at must be a date"),
    (b'{"text": "x", "thread": {}}', "thread must be a list"),
    (b'{"text": "x", "thread": [{"text": "y"}]}', "thread[0].ours must be true or false"),
    (b'{"text": "x", "thread": [{"ours": true}]}', "thread[0].text is missing"),
    (b'{"text": "x", "thread": [7]}', "thread[0] must be an object"),
    (b'{"text": "x", "clinic": "no-such"}', "clinic is not a demo clinic's id"),
    (b'{"text": "x", "clinic": "../pyproject"}', "clinic is not a demo clinic's id"),
    (b'{"text": "x", "clinic": "demo-vet\\u0000"}', "clinic is not a demo clinic's id"),
    (b'{"text": "x", "clinic": 7}', "clinic must be an object"),
    (b'{"text": "x", "clinic": {"contact": []}}', "clinic.contact must be an object"),
    (b'{"text": "x", "clinic": {"public_facts": "y"}}', "clinic.public_facts must be a list of strings"),
    (b'{"text": "x", "clinic": {"strictness": "lax"}}', "clinic.strictness must be strict or standard"),
    (b'{"text": "x", "clinic": {"strictness": []}}', "clinic.strictness must be strict or standard"),
    (b'{"text": "x", "clinic": {"platform_limits": {"google": "1"}}}', "clinic.platform_limits must hold"),
    (b'{"text": "x", "clinic": {"roster": {}}}', "clinic.roster must be a list"),
    (b'{"text": "x", "clinic": {"roster": [7]}}', "each of clinic.roster must be an object"),
    (b'{"text": "x", "clinic": {"spokesperson": "y"}}', "clinic.spokesperson must be an object"),
    (b'{"text": "x", "language": 7}', "language must be a string"),
]


def test_a_bad_line_says_so_and_the_rest_goes_on() -> None:
    """Each bad line is answered with its number and what is wrong with it; the good line after it is screened."""
    lines = [line for bad, _ in BAD_LINES for line in (bad, b'{"id": "good", "text": "Tak."}')]
    answers = _run(*lines)
    assert len(answers) == len(lines)
    for number, (_, error) in enumerate(BAD_LINES):
        bad, good = answers[2 * number : 2 * number + 2]
        assert list(bad) == ["line", "error"]
        assert bad["line"] == 2 * number + 1
        assert bad["error"].startswith(error), bad
        assert good["verdict"] == "pass"


def test_an_error_names_the_field_and_never_its_content() -> None:
    """What somebody wrote in a wrong field is not repeated."""
    with pytest.raises(LineError) as caught:
        from_object({"text": "x", "clinic": {"notes": ["Rosenkål"]}})
    assert str(caught.value) == "clinic.notes must be a string"
    assert caught.value.__cause__ is None


def test_lines_may_be_blank_end_oddly_or_never() -> None:
    """Blank lines are counted and not answered, CRLF ends a line, and a line over 4 MiB is said to be too long."""
    endless = b'{"text": "' + b"a" * (9 * 1024 * 1024)
    answers = _run(b"", b'{"text": "Tak."}\r', b"   ", endless, b'{"id": 5, "text": "Tak."}')
    assert [answer.get("line", answer.get("id")) for answer in answers] == [None, 4, 5]
    assert answers[1]["error"] == "longer than 4194304 bytes"


def test_odd_text_comes_back_as_json() -> None:
    """Emoji, right-to-left marks, zero bytes and half surrogate pairs are judged and written as valid UTF-8 JSON."""
    texts = ["😀", "\u202eabc", "a\u0000b", "a\ud800b", "日本語のレビュー", ""]
    answers = _run(*({"id": text[:0] or index, "text": text} for index, text in enumerate(texts)))
    assert [answer["verdict"] for answer in answers] == [screen(text).verdict for text in texts]


def test_a_demo_clinics_secrets_stay_out_of_the_context() -> None:
    """Roster and notes are read beside the public context, never into it."""
    line = parse(json.dumps({"text": "x", "clinic": "demo-vet"}))
    names = [colleague.name for colleague in line.confidential.roster]
    assert "Sara Lind Madsen" in names
    assert "Sara" not in repr(line.context)
    assert demo_clinic("demo-vet")[0] == line.context.clinic


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)


def test_the_first_verdict_comes_at_once() -> None:
    """The answer to a line comes while the input is still open."""
    with _started() as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(b'{"id": 1, "text": "Tak."}\n')
        assert json.loads(running.stdout.readline())["id"] == 1
        running.stdin.close()
        assert running.wait(10) == 0


def test_a_reader_that_goes_ends_it_quietly() -> None:
    """When nobody reads the answers any more it ends without a word."""
    with _started() as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdin.write(b'{"text": "Tak."}\n')
        running.stdout.readline()
        running.stdout.close()
        running.stdin.write(b'{"text": "Tak."}\n')
        running.stdin.close()
        assert running.wait(10) == 141
        assert running.stderr.read() == b""


def test_an_interrupt_ends_it_quietly() -> None:
    """Ctrl-C ends it with the usual status and without a traceback."""
    with _started() as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdin.write(b'{"text": "Tak."}\n')
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        assert running.wait(10) == 130
        assert running.stderr.read() == b""


def test_a_terminal_shows_how_far_it_is() -> None:
    """Where a person is looking, a progress bar counts the replies on standard error."""
    master, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    told = subprocess.run(
        COMMAND, input=b'{"text": "Tak."}\n' * 3, stdout=subprocess.PIPE, stderr=terminal, check=True, timeout=60
    )
    os.close(terminal)
    shown = os.read(master, 65536).decode()
    os.close(master)
    assert len(told.stdout.splitlines()) == 3
    assert "3 replies" in shown


def test_memory_stays_constant(tmp_path: Path) -> None:
    """Twenty thousand lines take no more memory than two thousand."""

    def peak(count: int) -> int:
        source = tmp_path / f"{count}.jsonl"
        source.write_text("".join(f'{{"id": {n}, "text": "Tak {n}."}}\n' for n in range(count)), encoding="utf-8")
        script = "import resource, runpy, sys\ntry:\n    runpy.run_module('guards', run_name='__main__')\nfinally:\n"
        script += "    sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))"
        with source.open("rb") as lines:
            told = subprocess.run(
                [sys.executable, "-c", script], stdin=lines, capture_output=True, check=False, timeout=100
            )
        assert len(told.stdout.splitlines()) == count
        return int(told.stderr)

    assert peak(20_000) < peak(2_000) * 1.2


def test_three_hundred_replies_a_second() -> None:
    """A core screens more than 300 replies of 80 words a second, its start included."""
    reply = "Tak for din besked. Det gør ondt. Vi har tavshedspligt og skriver aldrig om, hvem der kommer hos os. " * 4
    began = time.process_time()
    children = os.times().children_user
    assert len(_run(*({"id": n, "text": f"{reply} {n}"} for n in range(900)))) == 900
    assert os.times().children_user - children < 3
    assert time.process_time() - began < 3
