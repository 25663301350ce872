"""A backup is one file that can be read back; a restore puts all of it back or changes nothing.

    python -m copilot backup FILE
    python -m copilot restore FILE [--replace]

Both work on the embedded PostgreSQL. Where `DATABASE_URL` names another one they come to that as `DATABASE_BACKUP_URL`,
a role that row security does not hold: the application's own does not see everything. The file holds what people wrote
about the clinic and its patients, so it is for its owner's eyes alone (mode 600).
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from copilot.postgres import LauncherError, data_folder, running
from copilot.postgres.databases import CLEAR, connect, plain
from copilot.postgres.place import MAJOR, client_programs


class BackupError(RuntimeError):
    """Nothing was changed; the message says why and what can be done."""


def main(argv: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Runs `backup FILE` or `restore FILE [--replace]` and returns the exit status; errors go to standard error."""
    parser = argparse.ArgumentParser(prog="python -m copilot")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("backup").add_argument("file", type=Path)
    putting = commands.add_parser("restore")
    putting.add_argument("file", type=Path)
    putting.add_argument("--replace", action="store_true", help="give up what the database holds now")
    chosen = parser.parse_args(argv)
    try:
        with administrator_url(environ) as url:
            if chosen.command == "backup":
                backup(url, chosen.file)
            else:
                restore(url, chosen.file, replace=chosen.replace)
    except (BackupError, LauncherError) as error:
        sys.stderr.write(f"{chosen.command}: {error}\n")
        return 1
    sys.stderr.write(f"{chosen.command}: {chosen.file}, {chosen.file.stat().st_size} bytes\n")
    return 0


@contextmanager
def administrator_url(environ: Mapping[str, str]) -> Iterator[str]:
    """Names the database with the rights to read and write all of it; the embedded one runs inside the block."""
    if own := environ.get("DATABASE_URL"):
        yield environ.get("DATABASE_BACKUP_URL", own)
    else:
        with running(data_folder(environ)) as server:
            yield server.superuser_url


def backup(url: str, file: Path) -> None:
    """Writes the whole database to the file, as of one moment, in PostgreSQL's custom format.

    The file appears when it is complete and was read back; until then, and after a failure, an older one stays.
    Raises `BackupError`.
    """
    programs = _programs(url)
    part = file.with_name(f"{file.name}.part")
    try:
        with open(part, "wb", opener=_private) as output, TemporaryFile() as said:
            command = [str(programs / "pg_dump"), "--format=custom", f"--dbname={_address(url)}"]
            _check(subprocess.run(command, env=_environment(url), stdout=output, stderr=said, check=False), said)
            os.fsync(output.fileno())
            command = [str(programs / "pg_restore"), "--list", str(part)]
            _check(subprocess.run(command, stdout=subprocess.DEVNULL, stderr=said, check=False), said)
        part.replace(file)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, file: Path, *, replace: bool = False) -> None:
    """Puts everything back, with owners, grants and row security, in one transaction: all of it or nothing.

    Refuses a database that holds something unless told to `replace` it. Raises `BackupError`.
    """
    programs = _programs(url)
    if not file.is_file():
        raise BackupError(f"there is no file {file}")
    if not replace and not _empty(url):
        raise BackupError("the database is not empty; --replace gives up what it holds now")
    with TemporaryFile() as said:
        reading = [str(programs / "pg_restore"), "--file=-", str(file)]
        writing = [
            str(programs / "psql"),
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-v",
            "VERBOSITY=terse",
            f"--dbname={_address(url)}",
        ]
        with (
            subprocess.Popen(
                writing, env=_environment(url), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
            ) as writer,
            subprocess.Popen(reading, stdout=subprocess.PIPE, stderr=said) as reader,
        ):
            whole = _pour(reader, writer)
        if not whole or writer.returncode != 0:
            raise BackupError(f"nothing was changed: {_first_line(said)}")


def _pour(reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes]) -> bool:
    """Sends the backup through as one transaction, which is committed only after a whole backup.

    Whatever ends early, this process included, the end of its input makes psql leave without a COMMIT.
    """
    source, sink = cast("IO[bytes]", reader.stdout), cast("IO[bytes]", writer.stdin)
    whole = False
    with suppress(BrokenPipeError):  # psql stopped at an error, and says which
        sink.write(b"BEGIN;\n" + CLEAR.read_bytes())
        copyfileobj(source, sink)
        whole = reader.wait() == 0
        if whole:
            sink.write(b"\nCOMMIT;\n")
    source.close()
    with suppress(BrokenPipeError):
        sink.close()
    writer.wait()
    return whole


def _empty(url: str) -> bool:
    with _connected(url) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LIMIT 1"
        )
        return found.fetchone() is None


def _programs(url: str) -> Path:
    """Names a folder of PostgreSQL's client programs that understand the server; refuses a role that sees a part."""
    with _connected(url) as connection:
        row = connection.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        version = connection.info.server_version // 10_000
    if row != (True,):
        raise BackupError(
            "row security holds this role; DATABASE_BACKUP_URL must name one with BYPASSRLS or a superuser"
        )
    if version <= int(MAJOR):
        return client_programs()
    installed = Path(f"/usr/lib/postgresql/{version}/bin")
    if not installed.is_dir():
        raise BackupError(f"the server is PostgreSQL {version}: apt-get install postgresql-client-{version}")
    return installed


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    try:
        with connect(url) as connection:
            yield connection
    except psycopg.OperationalError:  # its message repeats the address
        raise BackupError("the database cannot be reached") from None


def _address(url: str) -> str:
    """The address without the password, which every user could read in the list of processes."""
    return make_conninfo(**{**_parts(url), "password": None})


def _environment(url: str) -> dict[str, str]:
    password = _parts(url).get("password")
    return {"PATH": os.defpath, "LANG": "C", **({"PGPASSWORD": str(password)} if password else {})}


def _parts(url: str) -> dict[str, Any]:
    return conninfo_to_dict(plain(url))


def _check(done: subprocess.CompletedProcess[bytes], said: IO[bytes]) -> None:
    if done.returncode != 0:
        raise BackupError(_first_line(said))


def _first_line(said: IO[bytes]) -> str:
    """What the program said first; the lines after it may quote rows."""
    said.seek(0)
    return said.readline().decode(errors="replace").strip()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
