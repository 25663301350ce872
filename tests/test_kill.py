"""kill -9 in the middle of 200 posts: whatever was acknowledged is there, with its draft, and decided once."""

import os
import signal
import threading
import time
from pathlib import Path

import httpx
import pytest

from copilot.postgres import Cluster, Server
from tests.conftest import NewDatabase, server_folder
from tests.door import free_port
from tests.model_server import GOOD, Behaviour, model_server, says
from tests.servers import Crowd, Figures, api_server, ask, await_that, demo_keys, undone_jobs, worker

KILLED_AFTER = 80
"""Acknowledged posts; the rest comes while nobody answers and afterwards."""


def settled(server: Server, crowd: Crowd, killed: float) -> Figures:
    """The figures once every job is done, each of them proved: nothing lost, nothing half, nothing twice."""
    crowd.await_end()
    await_that(lambda: undone_jobs(server) == 0, "every job is done")
    done = time.monotonic()
    assert ask(server, "SELECT id FROM procrastinate_jobs WHERE status = 'failed'") == []
    stored = dict(ask(server, "SELECT external_id, post_id::text FROM post"))
    assert len(stored) == ask(server, "SELECT count(*) FROM post")[0][0], "a post was stored twice"
    assert {f"post-{number}": told for number, told in crowd.posts.items()}.items() <= stored.items()
    drafted = {
        row[0] for row in ask(server, "SELECT proposal_id::text FROM proposal WHERE error = '' AND verdict > ''")
    }
    assert drafted == set(stored.values()), "what was stored without an answer has its draft too"
    assert (
        ask(
            server,
            "SELECT post_id FROM post WHERE NOT EXISTS (SELECT FROM submission s WHERE s.post_id = post.post_id)",
        )
        == []
    )
    decisions = ask(server, "SELECT proposal_id::text FROM decision ORDER BY 1")
    assert [row[0] for row in decisions] == sorted(crowd.approved), "each approval was decided once"
    replies = ask(server, "SELECT proposal_id::text, reply_id::text FROM reply WHERE voided_at IS NULL")
    assert sorted(replies) == sorted(crowd.approved.items())
    return Figures(
        acknowledged=len(crowd.posts),
        found=len(set(crowd.posts.values()) & set(stored.values())),
        drafted=len(set(crowd.posts.values()) & drafted),
        decisions=len(decisions),
        replies=len(replies),
        silent=crowd.silence_after(killed),
        settled=done - killed,
    )


def test_a_killed_server_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The next start joins the PostgreSQL that stayed, and its worker takes up the dead one's jobs."""
    port = free_port()
    with server_folder() as data:
        database, environment = Cluster(data).server, {"HAVBLIK_DATA": str(data)}
        with api_server(port, tmp_path / "first", environment) as first:
            crowd = Crowd(port, demo_keys(database.app_url))
            stayed = postmaster(data)
            with crowd.at_work():
                killed = crowd.await_posts(KILLED_AFTER)
                first.kill()
                first.wait()
                with api_server(port, tmp_path / "second", environment):
                    assert postmaster(data) == stayed
                    settled(database, crowd, killed).show(capsys, "kill -9 of the server")
        assert not Cluster(data).processes()


def test_a_killed_worker_leaves_its_jobs_to_the_next(
    new_database: NewDatabase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Killed while the model thinks: each post is asked about again, and has one offer, not two."""
    port, thinks = free_port(), threading.Event()
    with new_database() as database, model_server() as model:
        environment = {"DATABASE_URL": database.app_url}
        asking = {**environment, "MODEL_BASE_URL": model.address, "MODEL_NAME": "fake"}
        model.will(*[says(GOOD)] * 30, Behaviour(hold=thinks))
        with (
            api_server(port, tmp_path / "server", {**environment, "HAVBLIK_WORKER": "none"}),
            worker(tmp_path / "first", asking) as first,
            Crowd(port, demo_keys(database.app_url)).at_work() as crowd,
        ):
            await_that(lambda: len(model.requests) == 30 + 4, "four jobs under way")
            first.kill()
            killed = crowd.await_posts(0)
            model.will(says(GOOD))
            thinks.set()
            with worker(tmp_path / "second", asking):
                settled(database, crowd, killed).show(capsys, "kill -9 of the worker")
        without = (
            "SELECT proposal_id FROM proposal p WHERE state = 'waiting' AND 1 <> (SELECT count(*) FROM offer o "
            "WHERE o.proposal_id = p.proposal_id AND o.state = 'offered')"
        )
        assert ask(database, without) == []


def test_a_killed_postgresql_comes_back_under_the_running_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server notices, starts it again, answers 503 in between, and its own worker goes on."""
    port = free_port()
    with server_folder() as data:
        database = Cluster(data).server
        with api_server(port, tmp_path / "log", {"HAVBLIK_DATA": str(data)}) as process:
            crowd = Crowd(port, demo_keys(database.app_url))
            old = postmaster(data)
            with crowd.at_work():
                killed = crowd.await_posts(KILLED_AFTER)
                os.kill(old, signal.SIGKILL)
                crowd.await_end()
                settled(database, crowd, killed).show(capsys, "kill -9 of PostgreSQL")
            assert process.poll() is None
            assert postmaster(data) != old
            assert httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200
        assert process.returncode == 0
        assert not Cluster(data).processes()
    assert "started again" in (tmp_path / "log").read_text(encoding="utf-8")


def postmaster(data: Path) -> int:
    """The number of the server's first process."""
    return int((data / "postgres/postmaster.pid").read_text().split("\n", 1)[0])
