"""The embedded PostgreSQL: started by the first, shared by all, stopped by the last, whatever was killed before."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from copilot.postgres import Cluster, LauncherError, Server, data_folder, running
from copilot.postgres.databases import connect
from tests.conftest import server_folder

HOLD = """
import sys
from pathlib import Path
from copilot.postgres import running
with running(Path(sys.argv[1])):
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def data() -> Iterator[Path]:
    with server_folder() as folder:
        yield folder
        Cluster(folder).stop()


@contextmanager
def another_process(data: Path) -> Iterator[subprocess.Popen[str]]:
    """A second program that holds the server until its standard input ends."""
    command = [sys.executable, "-c", HOLD, str(data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "up\n"
        yield process


def ask(url: str, question: str) -> object:
    with connect(url) as connection:
        answer = connection.execute(question.encode())
        return answer.fetchall()[0][0] if answer.description else None


def postmaster(data: Path) -> int:
    return int((data / "postgres/postmaster.pid").read_text().split("\n", 1)[0])


def test_a_server_is_there_inside_the_block_and_gone_after_it(data: Path) -> None:
    """A clean stop really stops it; what was written is there at the next start."""
    with running(data) as server:
        ask(server.owner_url, "CREATE TABLE kept AS SELECT 7 AS number")
        assert Cluster(data).processes()
    assert Cluster(data).processes() == []
    assert not (data / "postgres/postmaster.pid").exists()
    with running(data) as server:
        assert ask(server.owner_url, "SELECT number FROM kept") == 7
        assert ask(server.owner_url, "SELECT current_setting('fsync')") == "on"


def test_the_application_owns_nothing_and_is_held_by_row_security(server: Server) -> None:
    """DESIGN, Data: havblik_app LOGIN NOBYPASSRLS, havblik_owner NOLOGIN, havblik_lookup NOLOGIN BYPASSRLS."""
    assert ask(server.app_url, "SELECT current_user") == "havblik_app"
    assert ask(server.owner_url, "SELECT current_user") == "havblik_owner"
    with connect(server.superuser_url) as connection:
        rows = connection.execute(
            "SELECT rolname, rolcanlogin, rolbypassrls, rolsuper FROM pg_roles WHERE rolname LIKE 'havblik%' ORDER BY 1"
        ).fetchall()
    assert rows == [
        ("havblik_app", True, False, False),
        ("havblik_lookup", False, True, False),
        ("havblik_owner", False, False, False),
    ]
    owned = "SELECT count(*) FROM pg_database JOIN pg_roles r ON r.oid = datdba WHERE rolname = 'havblik_app'"
    assert ask(server.superuser_url, owned) == 0


def test_nothing_listens_on_the_network(server: Server) -> None:
    """Unix socket alone, and only its user and root may reach it."""
    assert ask(server.superuser_url, "SELECT current_setting('listen_addresses')") == ""
    assert server.socket.stat().st_mode & 0o077 == 0


def test_two_holders_in_one_process_do_not_stop_each_other(data: Path) -> None:
    """The last one stops the server, whichever that is."""
    with running(data):
        with running(data):
            pass
        assert Cluster(data).answers()
    assert not Cluster(data).processes()


def test_a_second_process_keeps_the_server_that_the_first_one_leaves(data: Path) -> None:
    """`make run` and a backup on one folder: neither takes the server from the other."""
    with another_process(data) as other:
        with running(data):
            pass
        assert Cluster(data).answers()
        other.communicate()
        assert other.returncode == 0
    assert not Cluster(data).processes()


def test_three_processes_that_start_at_once_share_one_server(data: Path) -> None:
    """The first one makes the folder and the roles; the others wait for it."""
    command = [sys.executable, "-c", HOLD, str(data)]
    with ExitStack() as stack:
        started = [
            stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            for _ in range(3)
        ]
        assert [process.stdout and process.stdout.readline() for process in started] == ["up\n"] * 3
        for process in started:
            process.communicate()
    assert [process.returncode for process in started] == [0, 0, 0]
    assert not Cluster(data).processes()


def test_a_server_left_by_a_killed_process_is_joined_and_then_stopped(data: Path) -> None:
    """A kill -9 of Python leaves the server running; the next start uses that very one."""
    with another_process(data) as other:
        number = postmaster(data)
        other.kill()
        other.wait()
    assert Cluster(data).answers()
    with running(data):
        assert postmaster(data) == number
    assert not Cluster(data).processes()


def test_a_killed_postmaster_is_started_again_at_once_with_all_that_was_committed(data: Path) -> None:
    """A kill -9 of the postmaster: the stale postmaster.pid is not believed."""
    with another_process(data):
        with running(data) as server:
            ask(server.owner_url, "CREATE TABLE kept AS SELECT 7 AS number")
            killed = postmaster(data)
            os.kill(killed, signal.SIGKILL)
            with running(data):
                assert postmaster(data) != killed
                assert ask(server.owner_url, "SELECT number FROM kept") == 7
        assert Cluster(data).answers()


def test_a_process_number_that_went_to_another_program_bars_no_start(data: Path) -> None:
    """After a power cut or in a new container the number in postmaster.pid may belong to anybody."""
    with running(data):
        left = (data / "postgres/postmaster.pid").read_text().split("\n")
    left[0] = str(os.getpid())
    (data / "postgres/postmaster.pid").write_text("\n".join(left))
    with running(data) as server:
        assert ask(server.app_url, "SELECT 1") == 1


def test_an_interrupted_first_start_is_done_over(data: Path) -> None:
    """A folder made by half is never taken for a whole one."""
    (data / "postgres.new/base").mkdir(parents=True)
    (data / "postgres.new/PG_VERSION").write_text("18\n")
    with running(data) as server:
        assert ask(server.app_url, "SELECT 1") == 1
    assert not (data / "postgres.new").exists()


def test_a_folder_of_another_version_is_refused_and_left_alone(data: Path) -> None:
    """PostgreSQL's files change between major versions; the message says what to do."""
    (data / "postgres").mkdir()
    (data / "postgres/PG_VERSION").write_text("16\n")
    with pytest.raises(LauncherError, match="made by PostgreSQL 16, this is 18: restore a backup"), running(data):
        pass
    assert [path.name for path in (data / "postgres").iterdir()] == ["PG_VERSION"]


def test_data_below_a_closed_folder_is_served_and_the_folder_stays_closed(data: Path) -> None:
    """As root's home: mode 700, and the server's user is not root."""
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    with running(closed / "data") as server:
        assert ask(server.app_url, "SELECT 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(data: Path) -> None:
    """The kernel allows 107 bytes for the name of a socket."""
    long = data / ("klinik-" * 15)
    with running(long) as server:
        assert len(str(server.socket)) < 60
        assert server.socket.stat().st_mode & 0o777 == 0o700
        assert ask(server.app_url, "SELECT 1") == 1
    server.socket.rmdir()


def test_a_short_socket_folder_that_others_can_enter_is_refused(data: Path) -> None:
    """Whoever puts the folder there first must not read what we write."""
    long = data / ("klinik-" * 15)
    socket = Cluster(long).socket
    socket.chmod(0o755)
    with pytest.raises(LauncherError, match="belongs to somebody else"):
        Cluster(long)
    socket.rmdir()


def test_a_rejected_row_is_not_quoted_in_the_log(data: Path) -> None:
    """DESIGN, Never 9: patient text is never in a log line, and PostgreSQL's own log is one."""
    with running(data) as server, connect(server.superuser_url) as connection:
        connection.execute("CREATE TABLE post (text text CHECK (length(text) < 5))")
        with pytest.raises(Exception, match="violates check"):
            connection.execute("INSERT INTO post VALUES ('Fru Hansen')")
        with pytest.raises(Exception, match="does not exist"):
            connection.execute("SELECT * FROM patients WHERE name = 'Fru Hansen'")
    assert "Hansen" not in (data / "postgres.log").read_text()


def test_the_data_folder_is_the_named_one_or_the_users_own(tmp_path: Path) -> None:
    """HAVBLIK_DATA overrides; the checkout is never used."""
    assert data_folder({"HAVBLIK_DATA": str(tmp_path)}) == tmp_path
    own = Path("/var/lib/havblik") if os.geteuid() == 0 else Path.home() / ".local/share/havblik"
    assert data_folder({}) == own
