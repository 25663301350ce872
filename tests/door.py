"""The door for tests: the real server as a process of its own, on a loopback port, over a fresh database."""

import asyncio
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
import pytest

from copilot import seed
from copilot.postgres import Server
from copilot.store import Store, clinics, credentials, organisations, people
from guards.context import Clinic
from tests.conftest import NewDatabase

T = TypeVar("T")
ROOT = Path(__file__).parent.parent
OTHER = UUID("01980000-0000-7000-8000-00000000beef")
GENTLE = "Det gør ondt at læse. Ring til os på 75 55 01 20."
STARTS_WITHIN = 60.0
"""Seconds: a machine with all tests running at once is slow."""
_numbers = count(1)


@dataclass
class Door:
    """A running server and the keys to it."""

    address: str
    server: Server
    process: subprocess.Popen[str]
    keys: Mapping[str, str]
    """`integration`, and persons' own: `speaker`, `deputy`, `member`, `dental`, `revoked`, `other`."""
    log: Path
    _clients: dict[str, httpx.Client] = field(default_factory=dict)

    def __getitem__(self, name: str) -> httpx.Client:
        """A client that carries the key of that name."""
        if name not in self._clients:
            headers = {"Authorization": f"Bearer {self.keys[name]}"} if name else {}
            self._clients[name] = httpx.Client(base_url=self.address, headers=headers, timeout=30)
        return self._clients[name]

    def close(self) -> None:
        """Hangs up."""
        for client in self._clients.values():
            client.close()

    @property
    def speaker(self) -> httpx.Client:
        """As the spokesperson of demo-vet."""
        return self["speaker"]

    def submit(self, text: str = "", by: str = "speaker", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
        """The answer to a post that comes in; a new one each time where no text is given."""
        words = text or f"Jeg ventede i to timer uden et ord, nummer {next(_numbers)}."
        answer = self[by].post("/v1/posts", json={"clinic": "demo-vet", "text": words, "author": "Mette", **more})
        assert answer.status_code in {200, 201}, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def change(self, proposal: Mapping[str, Any], text: str) -> dict[str, Any]:
        """The proposal with another text."""
        answer = self.act("PATCH", proposal, "", text=text)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def act(
        self,
        method: str,
        proposal: Mapping[str, Any],
        verb: str,
        by: str = "speaker",
        **body: Any,  # noqa: ANN401  # JSON
    ) -> httpx.Response:
        """Changes or decides what the proposal shows."""
        return self[by].request(
            method,
            f"/v1/proposals/{proposal['id']}{verb}",
            json={"based_on": proposal["state"], **body},
            headers={"If-Match": f'"{proposal["version"]}"'},
        )

    def decide(self, proposal: Mapping[str, Any], verb: str, by: str = "speaker", **body: Any) -> httpx.Response:  # noqa: ANN401  # as above
        """Decides what the proposal shows."""
        return self.act("POST", proposal, f"/{verb}", by, **body)

    def link(self, clinic: str = "demo-vet") -> str:
        """The address of a new sign-in link."""
        secret = with_store(self.server.app_url, lambda store: seed.demo_link(store, clinic, datetime.now(UTC)))
        return f"{self.address}/sign-in?token={secret}"

    def signed_in(self, clinic: str = "demo-vet") -> httpx.Client:
        """A new client with a session of the clinic's spokesperson."""
        client = httpx.Client(base_url=self.address, timeout=30)
        self._clients[f"session {next(_numbers)}"] = client
        token = self.link(clinic).partition("token=")[2]
        assert client.post("/sign-in", data={"token": token}).status_code == 303
        return client


def with_store(url: str, act: Callable[[Store], Coroutine[Any, Any, T]]) -> T:
    """What comes of acting on the store, in an event loop and thread of its own: Playwright's runs in the first."""

    async def run() -> T:
        store = Store(url)
        try:
            return await act(store)
        finally:
            await store.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(run())).result()


def problem(answer: httpx.Response, status: int, name: str) -> dict[str, Any]:
    """The body of an answer that is this problem; it quotes nothing and shows no trace."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["type"]) == (status, f"urn:havblik:problem:{name}"), body
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text
    return body


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def await_line(process: subprocess.Popen[str], pattern: str, seconds: float = STARTS_WITHIN) -> str:
    """The first line of the process's output that the pattern is found in. Fails where it ends or takes too long."""
    assert process.stdout is not None
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([process.stdout], [], [], left)
        line = process.stdout.readline() if ready else ""
        if re.search(pattern, line):
            return line
        if ready and not line:
            pytest.fail(f"the server ended with {process.wait()}")
    pytest.fail(f"the server did not say {pattern} within {seconds} s")


@contextmanager
def serving(environment: Mapping[str, str], log: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m api` with these settings as a process group of its own, whose standard error goes to `log`."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "api", *arguments],
            cwd=ROOT,
            env={**inherited, **environment},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait(5)
            assert process.stdout is not None
            process.stdout.close()


@pytest.fixture(scope="session")
def door(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """One server for all tests of the door; each test brings its own posts."""
    log = tmp_path_factory.mktemp("door") / "log.jsonl"
    port = free_port()
    with (
        new_database() as server,
        serving({"DATABASE_URL": server.app_url, "PORT": str(port), "HAVBLIK_WORKER": "none"}, log) as process,
    ):
        await_line(process, "/sign-in")
        opened = Door(f"http://127.0.0.1:{port}", server, process, with_store(server.app_url, _keys), log)
        yield opened
        opened.close()


async def _keys(store: Store) -> dict[str, str]:
    """Keys for everybody who tries the door: the demo's people, a stranger, and somebody of another organisation."""
    now = datetime.now(UTC)
    vet = await seed.demo_keys(store, "demo-vet")
    keys = {"integration": vet["integration"], "speaker": vet["personal"]}
    keys["dental"] = (await seed.demo_keys(store, "demo-dental"))["personal"]
    async with store.transaction(seed.DEMO) as tx:
        clinic = await clinics.clinic(tx, "demo-vet")
        assert clinic is not None
        deputy = next(one for one in await people.members(tx, clinic.clinic_id) if one.role == "deputy")
        member = await people.add_person(tx, "Bente Krogh", "bente@klinik.example", "da")
        await people.add_member(tx, clinic.clinic_id, member, "member")
        _, keys["deputy"] = await credentials.mint_key(tx, "personal", "t", person_id=deputy.person.person_id)
        _, keys["member"] = await credentials.mint_key(tx, "personal", "t", person_id=member)
        _, keys["dental_only"] = await credentials.mint_key(tx, "integration", "t", clinics=("demo-dental",))
        revoked, keys["revoked"] = await credentials.mint_key(tx, "integration", "t")
        await credentials.revoke_key(tx, revoked, now)
    async with store.transaction(OTHER) as tx:
        await organisations.add_organisation(tx, "Other")
        clinic_id = await clinics.add_clinic(tx, "elsewhere", Clinic(id="elsewhere", name="Elsewhere"))
        person = await people.add_person(tx, "Ole", "ole@x.example", "da")
        await people.add_member(tx, clinic_id, person, "spokesperson")
        _, keys["other"] = await credentials.mint_key(tx, "personal", "t", person_id=person)
    return keys
