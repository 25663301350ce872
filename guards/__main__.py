"""Screens replies from the command line: `python -m guards < replies.jsonl > verdicts.jsonl`.

One JSON object a line in (guards/line.py tells its shape), one a line out, at once. A line that cannot be read gives
{"line", "error"} and the rest goes on. The exit status is 0 when the input has ended, 130 when interrupted, and 141
when the reader of the output has gone.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, BinaryIO

from guards.line import Line, LineError, parse
from guards.screen import screen, screening
from guards.stop import stop

_LONGEST = 4 * 1024 * 1024
"""Bytes that a line may hold, so that memory stays constant whatever comes in."""


def main() -> int:
    """Screens standard input to its end."""
    try:
        for verdict in verdicts(_watched(lines(sys.stdin.buffer))):
            sys.stdout.buffer.write(verdict)
            sys.stdout.buffer.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # What is still buffered can go nowhere, and the interpreter would complain about it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return 0


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream, each cut where it is longer than any line may be."""
    while line := stream.readline(_LONGEST + 1):
        yield line
        rest = line
        while len(rest) > _LONGEST and not rest.endswith(b"\n"):
            rest = stream.readline(_LONGEST + 1)


def verdicts(raw_lines: Iterable[bytes]) -> Iterator[bytes]:
    """A line of JSON for every line that is not blank."""
    for number, raw in enumerate(raw_lines, 1):
        if raw.strip():
            text = json.dumps(_answer(number, raw), ensure_ascii=False)
            # Half a surrogate pair has no UTF-8; backslashreplace writes it as JSON does.
            yield text.encode("utf-8", "backslashreplace") + b"\n"


def _answer(number: int, raw: bytes) -> dict[str, Any]:
    if len(raw) > _LONGEST:
        return {"line": number, "error": f"longer than {_LONGEST} bytes"}
    try:
        return _judged(parse(raw))
    except LineError as error:
        return {"line": number, "error": str(error)}


def _judged(line: Line) -> dict[str, Any]:
    stopped = stop(line.text, line.context, line.confidential.roster, line.confidential.notes)
    result = screening([*screen(line.text, line.context).findings, *stopped])
    return {"id": line.id, **asdict(result)}


def _watched(raw_lines: Iterable[bytes]) -> Iterable[bytes]:
    """The lines, with a progress bar where a person is looking."""
    if not sys.stderr.isatty():
        return raw_lines
    from tqdm import tqdm  # noqa: PLC0415  # only a terminal needs it, and a pipe starts faster without

    bar: Iterable[bytes] = tqdm(raw_lines, unit=" replies", file=sys.stderr)
    return bar


if __name__ == "__main__":
    sys.exit(main())
