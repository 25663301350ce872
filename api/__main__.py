"""`python -m api` serves; `worker` runs the jobs as a process of its own; `add`, `link` and `key` let a clinic in."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from uuid import UUID

from api import logs, settings
from api.settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Runs until interrupted. 0 when asked to stop, 1 when something needed is missing, 2 for a wrong setting."""
    asked = _asked(arguments)
    try:
        told = settings.read(os.environ)
    except settings.SettingError as error:
        print(f"havblik: {error}", file=sys.stderr)
        return 2
    # guardrails-ai reports to a cloud address unless this stands in the environment before it is imported.
    os.environ["OTEL_SDK_DISABLED"] = "true"
    logs.configure(told.log_level)
    # Until the server listens for signals itself, a polite stop unwinds as an interrupt does.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(told, asked)
    except KeyboardInterrupt:
        return 0


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m api", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("worker", help="run the jobs in a process of its own")
    add = commands.add_parser("add", help="bring a clinic in from a file like those of demo/")
    add.add_argument("file", type=Path)
    add.add_argument("--name", default="", help="the organisation's name, when it is a new one")
    link = commands.add_parser("link", help="print a one-time sign-in link for a clinic's spokesperson")
    key = commands.add_parser(
        "key", help="print a new key for a clinic's system: it submits and reads, and never decides"
    )
    for command in (link, key):
        command.add_argument("clinic", nargs="?", default="demo-vet")
    for command in (add, link, key):
        command.add_argument(
            "--organisation", type=UUID, default=None, help="its id, as `add` printed it; else the demo"
        )
    return parser.parse_args(arguments)


def _run(told: Settings, asked: argparse.Namespace) -> int:
    # Imported only now: the environment is set, and a wrong setting is told at once.
    from api import administer, commands  # noqa: PLC0415  # as above

    match asked.command:
        case "worker":
            return commands.work(told)
        case "add":
            return administer.add(told, asked.file, asked.organisation, asked.name)
        case "link":
            return administer.link(told, asked.clinic, asked.organisation)
        case "key":
            return administer.key(told, asked.clinic, asked.organisation)
    return commands.serve(told)


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # as signal calls it
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    finally:
        # What is left to do is to stop what was started; a second signal must not cut that short.
        for stopped in (signal.SIGINT, signal.SIGTERM):
            signal.signal(stopped, signal.SIG_IGN)
    sys.exit(code)
