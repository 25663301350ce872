"""What every test stands on: one embedded server, a fresh database on demand, and no way out of this machine."""

import ipaddress
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import settings

from copilot.postgres import Server, running
from copilot.postgres.databases import connect, create_database

os.environ["OTEL_SDK_DISABLED"] = "true"  # before anything imports guardrails; the entry points do the same

# Whoever starts the tests in the background may have made Ctrl-C nothing to them; the programs they start inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("house", deadline=None, database=None)
settings.load_profile("house")

pytest_plugins = ["tests.door"]

NewDatabase: TypeAlias = Callable[[], AbstractContextManager[Server]]

# What a machine that crashes may lose, a test may lose; it makes a database cost milliseconds.
HASTY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "256MB"}

_attempts: list[str] = []


def _stays_here(host: object) -> bool:
    """Tells whether a name or number leads no further than this machine; a name that must be asked for does not."""
    if host in {None, "", "localhost", b"localhost"}:
        return True
    try:
        text = host.decode() if isinstance(host, bytes) else str(host)
        return ipaddress.ip_address(text.split("%")[0]).is_loopback
    except ValueError:
        return False


def _is_number(host: object) -> bool:
    """Tells whether the resolver answers without asking anybody."""
    try:
        socket.inet_aton(str(host))
    except OSError:
        return ":" in str(host)
    return True


def _forbid_the_network(event: str, arguments: tuple[object, ...]) -> None:
    """Stops every connection beyond loopback, whichever Python code asks for it; an audit hook sees them all."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        away = isinstance(address, tuple) and not _stays_here(address[0])
    elif event == "socket.getaddrinfo":
        away = not _stays_here(arguments[0]) and not _is_number(arguments[0])
    else:
        return
    if away:
        _attempts.append(f"{event} {arguments[1] if event != 'socket.getaddrinfo' else arguments[0]}")
        raise PermissionError("a test tried to reach beyond loopback")


sys.addaudithook(_forbid_the_network)


@pytest.fixture
def network_attempts() -> Iterator[list[str]]:
    """The attempts to reach beyond loopback during this test; a test that provokes them empties the list."""
    yield _attempts
    _attempts.clear()


@pytest.fixture(autouse=True)
def _nothing_left_the_machine() -> Iterator[None]:
    _attempts.clear()
    yield
    assert not _attempts, f"reached beyond loopback: {_attempts}"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One embedded server for all tests."""
    with server_folder() as data, running(data, HASTY) as embedded:
        yield embedded


@contextmanager
def server_folder() -> Iterator[Path]:
    """A folder for data that the server's user may enter, as root's pytest folders may not be; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="havblik-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def new_database(server: Server) -> NewDatabase:
    """Fresh migrated databases, as many as wanted; a module's own fixture calls this as a context manager."""
    from copilot.store.migrate import upgrade  # noqa: PLC0415  # most tests need no migrations

    template = replace(server, database="migrated")
    numbers = count(1)
    with connect(server.superuser_url) as connection:
        create_database(connection, template.database)
    upgrade(template.owner_url)

    @contextmanager
    def fresh() -> Iterator[Server]:
        name = f"test_{next(numbers)}"
        with connect(server.superuser_url) as connection:
            create_database(connection, name, template.database)
        try:
            yield replace(server, database=name)
        finally:
            with connect(server.superuser_url) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    return fresh


@pytest.fixture
def database(new_database: NewDatabase) -> Iterator[Server]:
    """A fresh migrated database for one test: `.app_url`, `.owner_url`, `.superuser_url`."""
    with new_database() as fresh:
        yield fresh


def find_browser() -> str | None:
    """Names a Chromium that runs here (Ubuntu's may be a stub that asks for snap), or None."""
    return _find("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")


def _find(*names: str) -> str | None:
    for path in filter(None, map(shutil.which, names)):
        if subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    return None


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The path of Chromium; only tests marked `browser` may ask."""
    path = find_browser()
    assert path, "a test that needs a browser must be marked `browser`"
    return path


# By marker: the Debian package that its tests need, and how to see that it is there.
PROGRAMS: dict[str, tuple[str, Callable[[], str | None]]] = {
    "browser": ("chromium", find_browser),
    "compose": ("docker-compose", lambda: _find("docker-compose")),
}
NOT_RUN = pytest.StashKey[dict[str, str]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out tests whose program is missing, and says so at the end; where all are required, that is an error."""
    left_out: dict[str, str] = {}
    for marker, (package, find) in PROGRAMS.items():
        wanted = [item for item in items if item.get_closest_marker(marker)]
        if wanted and not find():
            left_out.update({item.nodeid: package for item in wanted})
    if not left_out:
        return
    if os.environ.get("CI") == "true" or os.environ.get("HAVBLIK_REQUIRE_BROWSER") == "1":
        missing = ", ".join(sorted(set(left_out.values())))
        raise pytest.UsageError(f"{len(left_out)} tests are required here and cannot run without {missing}")
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left_out])
    items[:] = [item for item in items if item.nodeid not in left_out]
    config.stash[NOT_RUN] = left_out


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Names what was not run and how to have it run."""
    left_out = config.stash.get(NOT_RUN, {})
    for test, package in left_out.items():
        terminalreporter.write_line(f"NOT RUN, no {package} here: {test}")
    for package in sorted(set(left_out.values())):
        terminalreporter.write_line(f"To run these too: apt-get install {package} (as root), then make test")
