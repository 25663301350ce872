"""The command line, run as a person runs it."""

import json
import os
import subprocess
import sys
from datetime import datetime
from typing import Any

import pytest

POST = "Min hund døde hos jer, I er nogle svin"


def run(*arguments: str | bytes, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "copilot", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=False, timeout=60)


def reply(*arguments: str, given: bytes = b"") -> dict[str, Any]:
    done = run("reply", "--json", "--clinic", "demo-vet", *arguments, given=given)
    assert (done.returncode, done.stderr) == (0, b"")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_reply_as_json_has_the_shape_that_is_promised() -> None:
    """Issue 2, slice 2: triage, plan, reply, verdict, findings and the internal advice."""
    answer = reply(POST)
    assert set(answer) >= {"triage", "plan", "reply", "verdict", "findings", "advice"}
    assert answer["triage"]["kind"] == "complaint"
    assert answer["triage"]["language"] == "da"
    assert set(answer["triage"]) >= {"kind", "language", "severity", "confidence", "signals", "reasons", "decided_by"}
    assert answer["plan"]["strategy"] == "acknowledge_and_invite"
    assert set(answer["plan"]) >= {"strategy", "reply_needed", "reasons", "must_not", "deadline"}
    assert datetime.fromisoformat(answer["plan"]["deadline"]).tzinfo is not None
    assert set(answer["reply"]) == {"text", "language", "origin"}
    assert answer["verdict"] == "pass"
    assert answer["findings"] == []


def test_reply_is_readable_by_a_person_in_the_clinics_language() -> None:
    """Danish for a Danish clinic, with the draft, what was checked and the internal advice."""
    done = run("reply", "--clinic", "demo-vet", "Sara ødelagde min kat, regningen var 4000 kr")
    shown = done.stdout.decode()
    assert done.returncode == 0
    for part in ("Klage", "Anerkend", "Udkast til svar", "Bestået", "Kun internt", "Sara Lind Madsen"):
        assert part in shown
    assert "Sara" not in shown.partition("Udkast til svar")[2].partition("Tjekket")[0]


def test_the_post_may_come_from_standard_input() -> None:
    """The same post, the same answer."""
    given, piped = reply(POST), reply(given=POST.encode() + b"\n")
    assert given["triage"] == piped["triage"]
    assert given["reply"] == piped["reply"]


def test_another_count_takes_other_words() -> None:
    """`--nth` counts the clinic's replies."""
    assert reply(POST, "--nth", "1")["reply"]["text"] != reply(POST)["reply"]["text"]


def test_a_named_colleague_shows_in_the_advice_alone() -> None:
    """`names_staff` is internal."""
    answer = reply("Saras behandling var elendig")
    assert answer["advice"]["signals"] == [{"name": "names_staff", "start": 0, "end": 5, "internal": True}]
    assert "names_staff" not in json.dumps(answer["triage"])


@pytest.mark.parametrize(
    "post",
    [
        "😡😡😡",
        "\u202eabc\u202c",
        "\u200bhej\u200b",
        "二時間も待たされました",
        "DIE" * 6000,
        "hvad med år 9999-12-31?",
        "x",
    ],
)
def test_odd_posts_are_answered(post: str) -> None:
    """Emoji, marks, Japanese, 18,000 characters: each gets a draft that passes."""
    answer = reply(given=post.encode())
    assert answer["reply"]["text"]
    assert answer["verdict"] == "pass"


@pytest.mark.parametrize(
    ("arguments", "given", "says"),
    [
        (["reply", "--clinic", "nowhere", "hej"], b"", "unknown clinic"),
        (["reply", "--clinic", "../demo/demo-vet", "hej"], b"", "unknown clinic"),
        (["reply", "--clinic", "demo-vet", ""], b"", "empty"),
        (["reply", "--clinic", "demo-vet"], b" \n\t", "empty"),
        (["reply", "--clinic", "demo-vet"], b"\xff\xfe", "UTF-8"),
        (["reply", "--clinic", "demo-vet", b"\xff"], b"", "UTF-8"),
        (["reply", "--clinic", "demo-vet"], b"a" * 1_000_000, "20000"),
        (["reply", "--clinic", "demo-vet"], "å".encode() * 20_001, "20000"),
        (["reply", "--clinic", "demo-vet", "--nth", "-1", "hej"], b"", "whole number"),
        (["reply", "hej"], b"", "--clinic"),
        (["answer"], b"", "answer"),
        ([], b"", "command"),
    ],
)
def test_input_that_cannot_be_used_is_one_clear_line(arguments: list[str | bytes], given: bytes, says: str) -> None:
    """Status 2, one line, no trace, nothing on standard output."""
    done = run(*arguments, given=given)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1
    assert says in done.stderr.decode()


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    """`… | head -1` gets its line and no complaint."""
    command = [sys.executable, "-m", "copilot", "triage"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdin
        assert running.stdout
        assert running.stderr
        running.stdin.write(b'{"id": 1, "text": "hej"}\n')
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["id"] == 1
        running.stdout.close()
        running.stdin.write(b'{"id": 2, "text": "hej"}\n')
        running.stdin.close()
        assert running.stderr.read() == b""
    assert running.returncode == 141


def test_no_heavy_library_is_imported_for_a_reply() -> None:
    """It starts in well under a second because it needs neither guardrails nor a database."""
    code = (
        "import sys; from copilot.__main__ import main; "
        f"main(['reply', '--json', '--clinic', 'demo-vet', {POST!r}]); "
        "print(sorted({'guardrails', 'sqlalchemy', 'litestar', 'openai', 'numpy'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=60, env=os.environ | {"PYTHONUTF8": "1"}
    )
    assert done.stderr.strip() == b"[]"
