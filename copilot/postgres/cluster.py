"""One PostgreSQL server for one data folder, shared by all who hold it, stopped by the last of them.

data/lock       held while somebody starts or stops the server
data/users      held (shared) by every process that uses the server: the kernel forgets a process that was killed
data/postgres/  PostgreSQL's own folder with the socket in it; its log is beside it
"""

import fcntl
import hashlib
import os
import shlex
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from copilot.postgres.databases import DATABASE, connect, prepare
from copilot.postgres.place import MAJOR, LauncherError, User, run_as, server_programs, server_user

PORT = 5432  # names the socket's file; nothing listens on TCP
SOCKET_PATH_LIMIT = 107
"""Bytes that the kernel allows the name of a socket."""
PRIVATE = 0o700
PATIENCE = 60.0
"""Seconds that a start may take: after a crash PostgreSQL first reads its log through."""
LOG_LIMIT = 1_000_000
"""Bytes after which the server's log begins anew at the next start."""
HERE = "/proc/self/cwd"
"""The server's working directory, by a name that needs no right to the folders above it and is never too long."""

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "fsync": "on",
    "log_checkpoints": "off",  # the log stays short however long the server runs
    # Errors are the application's to tell. In the server's log they would quote rows, and rows hold what people wrote.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True, slots=True)
class Server:
    """The addresses of a running server, for SQLAlchemy with psycopg 3; `superuser_url` is the launcher's own."""

    socket: Path
    database: str = DATABASE

    def url(self, role: str, *, become: str = "", database: str = "") -> str:
        """Names a database as a role that may log in, which then acts as `become`."""
        options = f"&options=-crole%3D{become}" if become else ""
        host = quote(str(self.socket), safe="")
        return f"postgresql+psycopg://{role}@/{database or self.database}?host={host}&port={PORT}{options}"

    @property
    def app_url(self) -> str:
        """As the application: owns nothing, held by row security."""
        return self.url("havblik_app")

    @property
    def owner_url(self) -> str:
        """As the owner of the schema: for migrations alone."""
        return self.url("postgres", become="havblik_owner")

    @property
    def superuser_url(self) -> str:
        """As the superuser: for the launcher, for backup and restore."""
        return self.url("postgres")


@contextmanager
def running(data: Path, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Has the folder's server running, with roles and database, for as long as the block lasts.

    Starts it or joins the one that runs; the last holder stops it. Raises `LauncherError` when it cannot be had.
    `settings` are PostgreSQL's own, added to ours when this call is the one that starts it.
    """
    with Cluster(data, settings or {}).held() as server:
        yield server


class Cluster:
    """The server of one data folder."""

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None) -> None:
        self.data = data = data.absolute()
        self.folder = data / "postgres"
        self.log = data / "postgres.log"
        self.settings = {**SETTINGS, **(settings or {})}
        data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        self.user = server_user(data)
        self.socket = _socket_folder(self.folder, self.user)
        self.server = Server(self.socket)

    @contextmanager
    def held(self) -> Iterator[Server]:
        """Holds the server: it runs from here to the end of the block, and on if another still holds it."""
        with ExitStack() as stack:
            users = stack.enter_context(self._file("users"))
            with self._alone():
                first = _locked(users)
                fcntl.flock(users, fcntl.LOCK_SH)
                stack.callback(self._leave, users)
                self._start(first=first)
                prepare(self.server.superuser_url)
            yield self.server

    def answers(self) -> bool:
        """Tells whether the server can be talked to right now."""
        with suppress(psycopg.OperationalError):
            connect(self.server.url("postgres", database="postgres")).close()
            return True
        return False

    def revive(self) -> bool:
        """Has the server running again for one who holds it; True where it had ended and was started.

        Costs a look at one process. Raises LauncherError where it cannot be started.
        """
        if self._lives() or self.answers():
            return False
        with self._alone():
            self._start(first=False)
        return True

    def processes(self) -> list[int]:
        """Lists the server's processes by number: the programs named `postgres` that work in the folder."""
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and self._owns(entry)]

    def stop(self) -> None:
        """Stops the server, whoever holds it; returns when its last process is gone."""
        deadline = time.monotonic() + PATIENCE
        for how in ("fast", "immediate"):
            if self.processes():
                self._pg_ctl("stop", "-s", "-m", how, "-t", str(int(PATIENCE)))
        while self.processes():
            if time.monotonic() > deadline:
                raise LauncherError(f"PostgreSQL does not stop: processes {self.processes()}")
            time.sleep(0.01)

    def _leave(self, users: int) -> None:
        with self._alone():
            if _locked(users):  # else somebody still uses it: the last one stops it
                self.stop()

    def _start(self, *, first: bool) -> None:
        """Has a server that answers; joins one that a killed process of ours left running.

        What answers is believed, and nothing else: after a kill -9 of the postmaster its children live for a moment,
        and pg_ctl takes its stale postmaster.pid for a running server.
        """
        if not self.folder.exists():
            self._initialise()
        if (found := (self.folder / "PG_VERSION").read_text().strip()) != MAJOR:
            raise LauncherError(f"{self.folder} was made by PostgreSQL {found}, this is {MAJOR}: restore a backup")
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if time.monotonic() > deadline:
                raise LauncherError(f"PostgreSQL does not start; its log is {self.log}")
            if not self.processes():
                if first:
                    # Nobody uses it and no process of it is left: the number in this file may have gone to another
                    # program, which would bar the start. (A holder in another container has processes we cannot see.)
                    (self.folder / "postmaster.pid").unlink(missing_ok=True)
                self._pg_ctl("start", "-s", "-t", str(int(PATIENCE)), "-o", self._options())
            time.sleep(0.02)

    def _initialise(self) -> None:
        """Makes the folder whole or not at all: an interrupted attempt leaves only what the next one removes."""
        new = self.data / "postgres.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=PRIVATE)
        os.chown(new, self.user.uid, self.user.gid)
        made = self._run(
            *("initdb", "-D", HERE, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
            cwd=new,
        )
        if made != 0:
            raise LauncherError(f"PostgreSQL's folder cannot be made; the log is {self.log}")
        new.rename(self.folder)

    def _options(self) -> str:
        where = HERE if self.socket == self.folder else str(self.socket)
        settings = {**self.settings, "unix_socket_directories": where}
        return shlex.join(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))

    def _pg_ctl(self, *arguments: str) -> None:
        """Runs pg_ctl; whether it succeeded is seen from the server itself."""
        self._run("pg_ctl", *arguments, "-D", HERE, cwd=self.folder)

    def _run(self, program: str, *arguments: str, cwd: Path) -> int:
        programs = server_programs(self.data, self.user)
        with self._file(self.log.name, os.O_APPEND) as log:
            if os.fstat(log).st_size > LOG_LIMIT:
                os.truncate(log, 0)
            return run_as(self.user, [str(programs / program), *arguments], cwd=cwd, output=log)

    def _lives(self) -> bool:
        """Tells whether the server's first process is there; one in another container cannot be seen from here."""
        try:
            number = (self.folder / "postmaster.pid").read_text().split("\n", 1)[0]
        except OSError:
            return False
        return number.isdigit() and self._owns(Path("/proc") / number)

    def _owns(self, process: Path) -> bool:
        try:
            return (process / "comm").read_text() == "postgres\n" and (process / "cwd").samefile(self.folder)
        except OSError:  # gone, or another user's
            return False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._file("lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _file(self, name: str, flags: int = 0) -> Iterator[int]:
        file = os.open(self.data / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | flags, 0o600)
        try:
            if self.user.switch:  # root on somebody's data leaves nothing there that its owner cannot open
                folder = self.data.stat()
                os.fchown(file, folder.st_uid, folder.st_gid)
            yield file
        finally:
            os.close(file)


def _locked(users: int) -> bool:
    """Has the file to oneself, if nobody else holds it."""
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _socket_folder(folder: Path, user: User) -> Path:
    """Names the folder of the socket: the data's own, or a short private one where a client could not name that."""
    fits = len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT
    if fits and "," not in str(folder):  # libpq takes a comma for a list of hosts
        return folder
    short = Path("/tmp") / f"havblik-{user.uid}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"  # noqa: S108  # checked below
    with suppress(FileExistsError):
        short.mkdir(mode=PRIVATE)
        os.chown(short, user.uid, user.gid)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid or stat.S_IMODE(found.st_mode) != PRIVATE:
        raise LauncherError(f"{short} belongs to somebody else; HAVBLIK_DATA with a shorter path does without it")
    return short
