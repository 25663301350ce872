"""The command line: `python -m copilot reply | triage | inventory | backup | restore`.

Needs no database (backup and restore apart), no key and no network. The exit status is 0 when done, 2 where the input
cannot be used (one line says why), 130 when interrupted, 141 when the reader of the output has gone.
"""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NoReturn

from copilot import clinics, stream
from guards.line import MAX_TEXT

_LARGEST = MAX_TEXT * 4 + 1
"""Bytes after which a text is too long, whatever it holds."""
_MOST_REPLIES = 1_000_000


class _Parser(ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        """Ends with status 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] and given[0] in {"backup", "restore"}:
        from copilot import backup  # noqa: PLC0415  # the database's libraries take a second to import

        return backup.main(given)
    try:
        return _run(_parser().parse_args(given))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # What is still buffered can go nowhere, and the interpreter would complain about it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _parser() -> ArgumentParser:
    parser = _Parser(prog="python -m copilot", description="From a hostile post to a reply that a person approves.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    reply = commands.add_parser("reply", help="what a post is, what to do, and a draft")
    reply.add_argument("post", nargs="?", help="the post's text; standard input where left out")
    reply.add_argument("--clinic", required=True, help=f"a demo clinic: {', '.join(clinics.known())}")
    reply.add_argument("--author", default="", help="the post's public author")
    reply.add_argument("--platform", default="", help="google, facebook, instagram, trustpilot …")
    reply.add_argument(
        "--nth", type=_count, default=0, help="counts the clinic's replies from 0: another number, other words"
    )
    reply.add_argument("--json", action="store_true", help="print JSON")
    commands.add_parser("triage", help="triage posts, one JSON object a line, from standard input")
    commands.add_parser("inventory", help="write guards/inventory.toml from prompts/")
    commands.add_parser("backup", help="back the database up into a file")
    commands.add_parser("restore", help="restore the database from a file")
    return parser


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= _MOST_REPLIES):
        raise ArgumentTypeError("must be a whole number from 0")
    return int(text)


def _run(arguments: Namespace) -> int:
    if arguments.command == "triage":
        return stream.main()
    if arguments.command == "inventory":
        from copilot import inventory  # noqa: PLC0415  # only this command writes

        return inventory.main()
    return _reply(arguments)


def _reply(arguments: Namespace) -> int:
    try:
        clinic, confidential = clinics.demo(arguments.clinic)
        text = _post_text(arguments.post)
    except clinics.LineError as error:
        print(f"python -m copilot reply: {error}", file=sys.stderr)
        return 2
    from copilot import shown  # noqa: PLC0415  # a mistake in the arguments is told before anything is read
    from copilot.advise import advise  # noqa: PLC0415  # as above
    from copilot.domain import Post  # noqa: PLC0415  # as above
    from copilot.respond import respond  # noqa: PLC0415  # as above
    from guards import context  # noqa: PLC0415  # as above
    from guards.screen import screen  # noqa: PLC0415  # as above

    post = Post(text, arguments.author, arguments.platform)
    response = respond(post, clinic, arguments.nth, datetime.now(UTC))
    around = context.Context(
        post=context.Post(post.text, post.author, post.platform), clinic=clinic, language=response.plan.language
    )
    screening = screen(response.draft.text, around)
    advice = advise(post, response.triage, clinic, confidential)
    if arguments.json:
        printed = stream.as_bytes(shown.as_json(response, screening, advice), indent=2)
    else:
        printed = shown.as_text(response, screening, advice, clinic).encode("utf-8", "replace")
    sys.stdout.buffer.write(printed + b"\n")
    sys.stdout.buffer.flush()
    return 0


def _post_text(argument: str | None) -> str:
    """The post from the argument, else from standard input. Raises LineError where it cannot be used."""
    try:
        text = sys.stdin.buffer.read(_LARGEST).decode() if argument is None else os.fsencode(argument).decode()
    except UnicodeDecodeError as error:
        too_long = argument is None and error.end >= _LARGEST - 4
        raise clinics.LineError(_too_long() if too_long else "the post is not valid UTF-8") from None
    if len(text) > MAX_TEXT:
        raise clinics.LineError(_too_long())
    if not text.strip():
        raise clinics.LineError("the post is empty")
    return text.strip("\r\n")


def _too_long() -> str:
    return f"the post is longer than {MAX_TEXT} characters"


if __name__ == "__main__":
    sys.exit(main())
