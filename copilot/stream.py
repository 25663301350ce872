"""Triages posts from standard input, one JSON object a line.

    {"id", "text", "clinic"?, "author"?, "platform"?, "posted_at"?, "thread"?}

Each gives {"id", …triage…} at once; a clinic with a roster adds its internal signals, marked "internal". A line that
cannot be read gives {"line", "error"} and the rest goes on.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from copilot import clinics
from copilot.advise import advise
from copilot.domain import Confidential, Post
from copilot.shown import triage_json
from copilot.triage import triage
from guards.context import Clinic
from guards.line import LineError, from_object

LONGEST = 4 * 1024 * 1024
"""Bytes that a line may hold, so that memory stays constant whatever comes in."""


def main() -> int:
    """Triages standard input to its end."""
    for answer in answers(_watched(lines(sys.stdin.buffer))):
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()
    return 0


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream, each cut where it is longer than any line may be."""
    while line := stream.readline(LONGEST + 1):
        yield line
        while len(line) > LONGEST and not line.endswith(b"\n"):
            line = stream.readline(LONGEST + 1)


def answers(raw_lines: Iterable[bytes]) -> Iterator[bytes]:
    """A line of JSON for every line that is not blank."""
    for number, raw in enumerate(raw_lines, 1):
        if raw.strip():
            yield as_bytes(_answer(number, raw)) + b"\n"


def as_bytes(value: object, indent: int | None = None) -> bytes:
    """The value as JSON in UTF-8; half a surrogate pair, which has no UTF-8, is written as JSON escapes it."""
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace")


def _answer(number: int, raw: bytes) -> dict[str, Any]:
    if len(raw) > LONGEST:
        return {"line": number, "error": f"longer than {LONGEST} bytes"}
    try:
        return _triaged(_parsed(raw))
    except LineError as error:
        return {"line": number, "error": str(error)}


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        data = json.loads(raw)
    except RecursionError:
        raise LineError("nested too deep") from None
    except UnicodeDecodeError:
        raise LineError("not valid UTF-8") from None
    except ValueError:
        raise LineError("not valid JSON") from None
    if not isinstance(data, dict):
        raise LineError("the line must be an object")
    return data


def _triaged(data: dict[str, Any]) -> dict[str, Any]:
    # The guards' reader knows the shape of a text, its author and its thread; a post's line has the same fields.
    read = from_object({"id": data.get("id"), "text": "", "post": _public(data), "thread": data.get("thread")})
    given = read.context.post
    if given is None or not given.text.strip():
        raise LineError("text is empty")
    post = Post(given.text, given.author, given.platform, given.posted_at, read.context.thread)
    named = data.get("clinic")
    clinic, confidential = clinics.from_value(named) if named is not None else (Clinic(), Confidential())
    found = triage(post, clinic)
    return {"id": read.id, **triage_json(found, advise(post, found, clinic, confidential).signals)}


def _public(data: dict[str, Any]) -> dict[str, Any]:
    if "text" not in data:
        raise LineError("text is missing")
    return {key: data[key] for key in ("text", "author", "platform", "posted_at") if key in data}


def _watched(raw_lines: Iterable[bytes]) -> Iterable[bytes]:
    """The lines, with a progress bar where a person is looking."""
    if not sys.stderr.isatty():
        return raw_lines
    from tqdm import tqdm  # noqa: PLC0415  # only a terminal needs it, and a pipe starts faster without

    bar: Iterable[bytes] = tqdm(raw_lines, unit=" posts", file=sys.stderr)
    return bar
