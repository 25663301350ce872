"""How long a start takes and what a running server holds in memory."""

import statistics
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.place import api, data_folder, free_port, wait_until

_STARTS = 3


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds and megabytes."""

    first: float
    """On an empty folder: PostgreSQL's own set-up, migrations and the demo clinics included."""
    later: float
    """Median of later starts until /health answers."""
    gate: float
    """Median of later starts until the gate is warm too."""
    resident: float
    """The server's own memory, the worker inside it, with the gate warm."""
    postgres: float
    """PostgreSQL's processes, pages that they share counted once each: the proportional set size."""


def measure() -> Start:
    """Starts the server once on an empty folder and a few times after."""
    port = free_port()
    with data_folder() as data:
        first, *_ = _start(data, port)
        later = [_start(data, port) for _ in range(_STARTS)]
    return Start(first, *(statistics.median(one[index] for one in later) for index in range(4)))


def _start(data: Path, port: int) -> tuple[float, float, float, float]:
    with api(data, port) as process:
        answered = wait_until(port, process, '"status":"ready"')
        warm = answered + wait_until(port, process, '"gate":"ready"')
        ours = psutil.Process(process.pid).memory_info().rss / 1e6
        servers = [one for one in psutil.process_iter(["name", "cwd"]) if _serves(one, data)]
        postgres = sum(one.memory_full_info().pss for one in servers) / 1e6
    return answered, warm, ours, postgres


def _serves(process: psutil.Process, data: Path) -> bool:
    return process.info["name"] == "postgres" and str(process.info["cwd"]).startswith(str(data))
