"""Backup and restore, done for real: what comes back is all of it, with its owners, grants and row security."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import psycopg
import pytest

from copilot.backup import main
from copilot.postgres import Cluster, Server, running
from copilot.postgres.databases import connect, create_database
from tests.conftest import server_folder

NUMBERS = count(1)

# One table as the migrations make them: FORCE row security, the application may read and write, evidence is final.
TABLE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'evidence'; END $$;
CREATE TABLE post (organisation uuid, text text, PRIMARY KEY (organisation, text));
ALTER TABLE post ENABLE ROW LEVEL SECURITY;
ALTER TABLE post FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON post USING (organisation::text = current_setting('havblik.organisation', true));
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON post FOR EACH ROW EXECUTE FUNCTION refuse();
GRANT SELECT, INSERT ON post TO havblik_app;
CREATE FUNCTION organisations() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public
  RETURN (SELECT count(DISTINCT organisation) FROM post);
REVOKE ALL ON FUNCTION organisations() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION organisations() TO havblik_app;
"""
OURS, THEIRS = "018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"
SIGNATURE = """
SELECT 'relation', relname, pg_get_userbyid(relowner), relacl::text, relrowsecurity, relforcerowsecurity
  FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public'
UNION ALL SELECT 'function', proname, pg_get_userbyid(proowner), proacl::text, prosecdef, NULL
  FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'
UNION ALL SELECT 'policy', polname, pg_get_expr(polqual, polrelid), NULL, polpermissive, NULL FROM pg_policy
UNION ALL SELECT 'trigger', tgname, tgrelid::regclass::text, tgenabled::text, NULL, NULL
  FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'schema', nspname, pg_get_userbyid(nspowner), nspacl::text, NULL, NULL
  FROM pg_namespace WHERE nspname = 'public'
ORDER BY 1, 2, 3
"""


@pytest.fixture
def empty(server: Server) -> Server:
    """A database as the launcher makes it, before any migration."""
    return _new(server)


@pytest.fixture
def filled(server: Server) -> Server:
    """The posts of two organisations under row security."""
    made = _new(server)
    with connect(made.owner_url) as owner, connect(made.superuser_url) as superuser:
        owner.execute(TABLE.encode())
        superuser.execute("GRANT CREATE ON SCHEMA public TO havblik_lookup")
        superuser.execute("ALTER FUNCTION organisations() OWNER TO havblik_lookup")
        superuser.execute("REVOKE CREATE ON SCHEMA public FROM havblik_lookup")
        superuser.execute("GRANT SELECT ON post TO havblik_lookup")
        superuser.execute("INSERT INTO post VALUES (%s, 'Æblegrød\n\\.\n; DROP'), (%s, 'theirs')", [OURS, THEIRS])
    return made


def _new(server: Server) -> Server:
    fresh = replace(server, database=f"backup_{next(NUMBERS)}")
    with connect(server.superuser_url) as connection:
        create_database(connection, fresh.database)
    return fresh


def environment(database: Server) -> dict[str, str]:
    return {"DATABASE_URL": database.app_url, "DATABASE_BACKUP_URL": database.superuser_url}


def signature(database: Server) -> list[tuple[object, ...]]:
    with connect(database.superuser_url) as connection:
        return connection.execute(SIGNATURE.encode()).fetchall()


def texts(url: str, organisation: str = "") -> list[str]:
    with connect(url) as connection:
        connection.execute("SELECT set_config('havblik.organisation', %s, false)", [organisation])
        return [row[0] for row in connection.execute("SELECT text FROM post ORDER BY text")]


def test_a_restored_database_is_the_same_to_everybody(filled: Server, empty: Server, tmp_path: Path) -> None:
    """Rows, owners, grants, policies, triggers: the application sees its own organisation and nothing else."""
    file = tmp_path / "havblik.backup"
    assert main(["backup", str(file)], environment(filled)) == 0
    assert main(["restore", str(file)], environment(empty)) == 0
    assert signature(empty) == signature(filled)
    assert texts(empty.superuser_url) == texts(filled.superuser_url)
    assert texts(empty.app_url) == []
    assert texts(empty.app_url, OURS) == ["Æblegrød\n\\.\n; DROP"]
    with connect(empty.app_url) as app:
        row = app.execute("SELECT organisations()").fetchone()
        assert row == (2,)
    with connect(empty.superuser_url) as superuser, pytest.raises(psycopg.Error, match="evidence"):
        superuser.execute("DELETE FROM post")


def test_a_migrated_database_comes_back_as_it_was(database: Server, empty: Server, tmp_path: Path) -> None:
    """The whole schema of the migrations, the jobs' tables included."""
    file = tmp_path / "havblik.backup"
    assert main(["backup", str(file)], environment(database)) == 0
    assert main(["restore", str(file)], environment(empty)) == 0
    assert signature(empty) == signature(database)


def test_a_database_that_holds_something_is_replaced_only_on_request(filled: Server, tmp_path: Path) -> None:
    """What came after the backup is given up only by saying so."""
    file = tmp_path / "havblik.backup"
    assert main(["backup", str(file)], environment(filled)) == 0
    with connect(filled.superuser_url) as superuser:
        superuser.execute("INSERT INTO post VALUES (%s, 'later')", [OURS])
        superuser.execute("CREATE SCHEMA other CREATE TABLE other.late (n int)")
    before = signature(filled)
    assert main(["restore", str(file)], environment(filled)) == 1
    assert "later" in texts(filled.superuser_url)
    assert main(["restore", str(file), "--replace"], environment(filled)) == 0
    assert "later" not in texts(filled.superuser_url)
    assert signature(filled) == before
    assert main(["backup", str(file)], environment(filled)) == 0
    assert main(["restore", str(file), "--replace"], environment(filled)) == 0
    assert signature(filled) == before


@pytest.mark.parametrize("damage", ["cut", "garbled"])
def test_a_damaged_backup_changes_nothing(
    damage: str, filled: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All or nothing: also when the damage shows only after most of it was read."""
    file = tmp_path / "havblik.backup"
    with connect(filled.superuser_url) as superuser:
        superuser.execute("INSERT INTO post SELECT uuidv7(), md5(n::text) FROM generate_series(1, 20000) n")
    assert main(["backup", str(file)], environment(filled)) == 0
    whole, before = file.read_bytes(), texts(filled.superuser_url)
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] if damage == "cut" else whole[:middle] + bytes(200) + whole[middle + 200 :])
    assert main(["restore", str(file), "--replace"], environment(filled)) == 1
    assert "nothing was changed" in capsys.readouterr().err
    assert texts(filled.superuser_url) == before


def test_a_role_held_by_row_security_makes_no_backup(filled: Server, tmp_path: Path) -> None:
    """It would look whole and hold nothing."""
    file = tmp_path / "havblik.backup"
    assert main(["backup", str(file)], {"DATABASE_URL": filled.app_url}) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_private_and_replaces_an_older_one_only_when_whole(filled: Server, tmp_path: Path) -> None:
    """A failed backup leaves yesterday's."""
    file = tmp_path / "havblik.backup"
    assert main(["backup", str(file)], environment(filled)) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    yesterday = file.read_bytes()
    nowhere = replace(filled, database="no_such_database")
    assert main(["backup", str(file)], environment(nowhere)) == 1
    assert file.read_bytes() == yesterday
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["restore", "/no/such/file"], "there is no file"),
        (["backup", "/no/such/folder/file"], "cannot be written"),
    ],
)
def test_a_wrong_path_is_said_plainly(
    arguments: list[str], message: str, empty: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """No stack trace."""
    assert main(arguments, environment(empty)) == 1
    assert message in capsys.readouterr().err


@pytest.fixture
def data() -> Iterator[Path]:
    with server_folder() as folder:
        yield folder
        Cluster(folder).stop()


def test_the_embedded_database_moves_to_another_folder(data: Path, tmp_path: Path) -> None:
    """From one machine to the next: back up here, restore there before the first start; no server is left running."""
    file, old, new = (
        tmp_path / "havblik.backup",
        {"HAVBLIK_DATA": str(data / "old")},
        {"HAVBLIK_DATA": str(data / "new")},
    )
    with running(data / "old") as server, connect(server.owner_url) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 7 AS number")
        assert main(["backup", str(file)], old) == 0  # beside an application that runs
    assert main(["restore", str(file)], new) == 0
    with running(data / "new") as server, connect(server.owner_url) as owner:
        assert owner.execute("SELECT number FROM kept").fetchone() == (7,)
    assert not Cluster(data / "old").processes()
    assert not Cluster(data / "new").processes()


def test_a_password_is_never_in_the_list_of_processes(filled: Server, tmp_path: Path) -> None:
    """Every user of the machine can read the arguments of every program."""
    started: list[str] = []
    sys.addaudithook(lambda event, of: started.append(str(of[1])) if event == "subprocess.Popen" else None)
    named = filled.superuser_url.replace("postgres@", "postgres:hemmelig@", 1)
    assert main(["backup", str(tmp_path / "file")], {"DATABASE_URL": named}) == 0
    assert started
    assert "hemmelig" not in "".join(started)
