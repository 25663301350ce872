"""`python -m api` serves, `… worker` runs the jobs as a process of its own, `… link [clinic]` prints a sign-in link."""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from api import logs, settings
from api.settings import Settings

_USAGE = "usage: python -m api [worker | link [clinic]]"


def main(arguments: Sequence[str]) -> int:
    """Runs until interrupted. 0 when asked to stop, 1 when something needed is missing, 2 for a wrong setting."""
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
        return _run(told, list(arguments))
    except KeyboardInterrupt:
        return 0


def _run(told: Settings, arguments: list[str]) -> int:
    # Imported only now: the environment is set, and a wrong setting is told at once.
    from api import commands  # noqa: PLC0415  # as above

    match arguments:
        case []:
            return commands.serve(told)
        case ["worker"]:
            return commands.work(told)
        case ["link"]:
            return commands.link(told, "demo-vet")
        case ["link", clinic]:
            return commands.link(told, clinic)
    print(_USAGE, file=sys.stderr)
    return 2


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
