"""The server as a process: ready soon, says where, and leaves nothing behind when it is stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.conftest import NewDatabase, server_folder
from tests.door import Door, await_line, free_port, serving


def processes_in(folder: Path) -> list[str]:
    """The processes that work in a folder, as PostgreSQL's do."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if path.resolve().is_relative_to(folder):
                found.append(path.parent.name)
        except OSError:  # gone, or somebody else's
            continue
    return found


def test_health_says_when_the_server_is_ready(door: Door) -> None:
    """200 as soon as the database answers; `gate` tells whether approval still waits."""
    answer = door[""].get("/health")
    assert answer.status_code == 200
    assert answer.json()["database"] == "ready"
    deadline = time.monotonic() + 60
    while door[""].get("/health").json()["gate"] != "ready":
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_everything_that_was_started(number: signal.Signals, tmp_path: Path) -> None:
    """The whole process group is interrupted, as a terminal does; server and embedded PostgreSQL end within seconds."""
    with server_folder() as data:
        port = free_port()
        with serving({"PORT": str(port), "HAVBLIK_DATA": str(data)}, tmp_path / "log") as process:
            line = await_line(process, "/sign-in")
            assert f"http://127.0.0.1:{port}/sign-in?token=" in line
            assert httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200
            assert processes_in(data)
            # An idle connection is no reason to stay.
            with socket.create_connection(("127.0.0.1", port)):
                os.killpg(process.pid, number)
                assert process.wait(15) == 0
        deadline = time.monotonic() + 5
        while processes_in(data):
            assert time.monotonic() < deadline, processes_in(data)
            time.sleep(0.05)
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert [json.loads(line)["event"] for line in log.splitlines() if json.loads(line)["level"] == "error"] == []


def test_a_taken_port_is_told_and_not_shared(door: Door, tmp_path: Path) -> None:
    """Another server on the same address would take half of the requests without a word."""
    port = door.address.rpartition(":")[2]
    with serving({"DATABASE_URL": door.server.app_url, "PORT": port}, tmp_path / "log") as process:
        assert process.wait(30) == 1
    assert f"port {port}" in (tmp_path / "log").read_text(encoding="utf-8")


def test_a_wrong_setting_is_told_before_anything_is_started(tmp_path: Path) -> None:
    """One line that names the setting."""
    with serving({"PORT": "http"}, tmp_path / "log") as process:
        assert process.wait(30) == 2
    assert (tmp_path / "log").read_text(encoding="utf-8").startswith("havblik: PORT")


def test_the_server_refuses_to_be_anybody_powerful(new_database: NewDatabase, tmp_path: Path) -> None:
    """DATABASE_URL must be a plain role; the superuser's is refused, in one line."""
    with (
        new_database() as database,
        serving({"DATABASE_URL": database.superuser_url, "PORT": str(free_port())}, tmp_path / "log") as process,
    ):
        assert process.wait(30) == 1
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "superuser" in log
    assert "Traceback" not in log


def test_the_worker_runs_as_a_process_of_its_own(new_database: NewDatabase) -> None:
    """`python -m api worker` works until it is told to stop."""
    with new_database() as database:
        process = subprocess.Popen(
            [sys.executable, "-m", "api", "worker"],
            env={"DATABASE_URL": database.app_url, "PATH": os.environ["PATH"]},
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stderr is not None
            assert "working" in process.stderr.readline()
            process.send_signal(signal.SIGTERM)
            assert process.wait(15) == 0
        finally:
            process.kill()
            process.wait()
            assert process.stderr is not None
            process.stderr.close()
