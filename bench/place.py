"""A place to measure in: an empty data folder, a free port, and servers that are stopped by their id."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def data_folder() -> Iterator[Path]:
    """An empty folder that PostgreSQL's user may enter, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="havblik-bench-"))
    folder.chmod(0o711)
    try:
        yield folder / "data"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def api(data: Path, port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Our server over the folder, ready with its gate warm, interrupted at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api"],
        env={**os.environ, "HAVBLIK_DATA": str(data), "PORT": str(port), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_until(port: int, process: subprocess.Popen[bytes], holds: str) -> float:
    """Seconds until /health holds the words."""
    started = time.monotonic()
    while process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                if holds.encode() in answer.read():
                    return time.monotonic() - started
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.02)
    raise RuntimeError("the server ended before it was ready")
