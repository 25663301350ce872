"""Two servers and a worker on one PostgreSQL, made by compose.yaml's own scripts: one desk, whichever one is asked."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from copilot.postgres import Server, running
from copilot.postgres.databases import ROLES, connect, plain
from copilot.postgres.place import client_programs
from tests.conftest import HASTY, server_folder
from tests.door import ROOT, free_port
from tests.model_server import ModelServer, model_server
from tests.servers import api_server, ask, await_that, demo_keys, undone_jobs, worker

PASSWORDS = {"HAVBLIK_APP_PASSWORD": "a'p\\p", "HAVBLIK_MIGRATE_PASSWORD": 'm"$1'}


@pytest.fixture(scope="module")
def bare() -> Iterator[Server]:
    """A server as compose's `db` is when its scripts run: a superuser, and nothing of ours."""
    with server_folder() as data, running(data, HASTY) as server:
        empty = replace(server, database="postgres")
        with connect(empty.superuser_url) as connection:
            connection.execute("DROP DATABASE havblik")
            connection.execute("DROP ROLE havblik_app, havblik_owner, havblik_lookup")
        yield empty


@pytest.fixture(scope="module")
def database(bare: Server) -> Server:
    """The database after compose's two scripts and its `migrate`, each as compose runs it."""
    for script in (ROLES, ROLES.with_name("compose.sql")):
        subprocess.run(
            [client_programs() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", script, plain(bare.superuser_url)],
            env={**os.environ, **PASSWORDS},
            check=True,
        )
    made = replace(bare, database="havblik")
    owner = made.url("havblik_migrate")
    for _ in range(2):  # `restart: on-failure`: a second run changes nothing
        subprocess.run(
            [sys.executable, "-m", "copilot.store.migrate"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_OWNER_URL": owner},
            check=True,
        )
    return made


@dataclass(frozen=True)
class Installation:
    """Two replicas, their keys, and the model behind the worker."""

    first: httpx.Client
    second: httpx.Client
    database: Server
    model: ModelServer

    def submit(self, text: str) -> dict[str, Any]:
        """The first replica's answer to a post."""
        answer = self.first.post("/v1/posts", json={"clinic": "demo-vet", "text": text, "author": "Mette"})
        assert answer.status_code == 201, answer.text
        proposal: dict[str, Any] = answer.json()
        return proposal

    def offered(self, proposal: dict[str, Any]) -> dict[str, Any]:
        """The proposal as the second replica shows it, once the model's offer is there."""
        found: dict[str, Any] = {}

        def arrived() -> bool:
            found.update(self.second.get(f"/v1/proposals/{proposal['id']}").json())
            return bool(found["offers"])

        await_that(arrived, "the offer arrives")
        return found


def approve(client: httpx.Client, proposal: dict[str, Any], at: threading.Barrier | None = None) -> httpx.Response:
    """An approval of what the proposal shows, all at the same moment where a barrier is given."""
    if at is not None:
        at.wait(10)
    return client.post(
        f"/v1/proposals/{proposal['id']}/approve",
        json={"based_on": proposal["state"]},
        headers={"If-Match": f'"{proposal["version"]}"'},
    )


@pytest.fixture(scope="module")
def desk(database: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    logs, ports = tmp_path_factory.mktemp("replicas"), (free_port(), free_port())
    environment = {"DATABASE_URL": database.app_url, "HAVBLIK_WORKER": "none"}
    with (
        model_server() as model,
        api_server(ports[0], logs / "first", environment),
        api_server(ports[1], logs / "second", environment),
        worker(logs / "worker", {**environment, "MODEL_BASE_URL": model.address, "MODEL_NAME": "fake"}),
        client(ports[0], key := demo_keys(database.app_url)["personal"]) as first,
        client(ports[1], key) as second,
    ):
        yield Installation(first, second, database, model)


@contextmanager
def client(port: int, key: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as opened:
        yield opened


def test_composes_scripts_make_roles_that_own_nothing_and_may_do_little(database: Server) -> None:
    """The application owns nothing; migrations become the owner, and neither is above row security."""
    roles = ask(
        database,
        "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid "
        "WHERE rolname LIKE 'havblik%' ORDER BY 1",
    )
    assert roles == [
        ("havblik_app", True, False, False, True),
        ("havblik_lookup", False, False, True, None),
        ("havblik_migrate", True, False, False, True),
        ("havblik_owner", False, False, False, None),
    ]
    owned = "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    assert ask(database, owned) == [("havblik_owner",)]
    assert ask(database, "SELECT datdba::regrole::text FROM pg_database WHERE datname = 'havblik'") == [
        ("havblik_owner",)
    ]


def test_a_post_to_one_replica_is_drafted_once_and_approved_on_the_other(desk: Installation) -> None:
    """The worker asks the model once, and the offer stands on either replica."""
    proposal = desk.submit("Jeg ventede i to timer, og ingen sagde et ord.")
    shown = desk.offered(proposal)
    await_that(lambda: undone_jobs(desk.database) == 0, "its job is done")
    assert len(desk.model.requests) == 1
    assert [offer["state"] for offer in shown["offers"]] == ["offered"]
    approved = approve(desk.second, shown)
    assert approved.status_code == 200, approved.text
    reply = desk.first.get(f"/v1/replies/{approved.json()['reply']}")
    assert reply.json()["text"] == proposal["draft"]["text"]


def test_the_same_post_to_both_replicas_at_once_is_one_proposal(desk: Installation) -> None:
    """Whoever comes second is answered with the first proposal."""
    body = {"clinic": "demo-vet", "text": "Ingen tog telefonen hele dagen.", "author": "Jens", "external_id": "x1"}
    together = threading.Barrier(4)

    def submit(client: httpx.Client) -> str:
        together.wait(10)
        answer = client.post("/v1/posts", json=body)
        assert answer.status_code in {200, 201}, answer.text
        return str(answer.json()["id"])

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(submit, [desk.first, desk.second] * 2))) == 1


@pytest.mark.parametrize("round_", range(5))
def test_of_two_approvals_at_once_on_two_replicas_exactly_one_wins(desk: Installation, round_: int) -> None:
    """The other is told: 409 or 412; one decision and one reply stand."""
    proposal = desk.offered(desk.submit(f"Min kat fik ingen hjælp i {round_ + 2} timer."))
    together = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda client: approve(client, proposal, together), [desk.first, desk.second]))
    won, told = sorted(answer.status_code for answer in answers)
    assert won == 200
    assert told in {409, 412}
    for table in ("decision", "reply"):
        count = f"SELECT count(*) FROM {table} WHERE proposal_id = '{proposal['id']}'"  # noqa: S608  # our own words
        assert ask(desk.database, count) == [(1,)]


def test_each_replica_says_that_it_is_ready(desk: Installation) -> None:
    """As the image's health check asks."""
    for one in (desk.first, desk.second):
        assert one.get("/health").json()["database"] == "ready"
