"""Whole installations for tests: servers and workers as processes, and a crowd of clients that outlives them."""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from subprocess import Popen
from typing import Any

import httpx
import pytest

from copilot import seed
from copilot.postgres import Server
from copilot.postgres.databases import connect
from tests.door import await_line, serving, with_store

CLINIC = "demo-vet"
PATIENCE = 60.0
"""Seconds that anything awaited may take on a slow machine."""
_LOOK_AGAIN = 0.05


def await_that(holds: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Returns as soon as the condition holds; fails with `what` where it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:.0f} s: {what}")
        time.sleep(_LOOK_AGAIN)


def ask(server: Server, question: str) -> list[tuple[Any, ...]]:
    """The rows of a question, past row security."""
    with connect(server.superuser_url) as connection:
        return connection.execute(question.encode()).fetchall()


@contextmanager
def api_server(port: int, log: Path, environment: Mapping[str, str]) -> Iterator[Popen[str]]:
    """A server that accepts connections."""
    with serving({"PORT": str(port), **environment}, log) as process:
        await_line(process, "/sign-in")
        yield process


@contextmanager
def worker(log: Path, environment: Mapping[str, str]) -> Iterator[Popen[str]]:
    """A worker as a process of its own, at work."""
    with serving(environment, log, "worker") as process:
        await_that(lambda: process.poll() is not None or '"working"' in log.read_text("utf-8"), "the worker works")
        assert process.poll() is None, log.read_text("utf-8")
        yield process


def demo_keys(url: str, clinic: str = CLINIC) -> dict[str, str]:
    """New keys of the demo: `integration`, and `personal` of the clinic's spokesperson."""
    return with_store(url, lambda store: seed.demo_keys(store, clinic))


def undone_jobs(server: Server) -> int:
    """How many posts' jobs wait or are under way."""
    return int(
        ask(
            server,
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'finish_post' AND status IN ('todo', 'doing')",
        )[0][0]
    )


@dataclass
class Crowd:
    """Clients who submit posts all at once, approve every fifth, and try again when nobody answers.

    Every fourth post is submitted by a client that gives up at the first failure.
    """

    port: int
    keys: Mapping[str, str]
    size: int = 200
    clients: int = 8
    posts: dict[int, str] = field(default_factory=dict)
    """What was acknowledged: the post's number and the id that was told."""
    approved: dict[str, str] = field(default_factory=dict)
    """Acknowledged approvals: proposal to reply."""
    given_up: set[int] = field(default_factory=set)
    heard: list[float] = field(default_factory=list)
    """When each acknowledgement came."""
    problems: list[str] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self) -> Iterator["Crowd"]:
        """The crowd submits in the background; whoever is left at the end is called off."""
        numbers = iter(range(self.size))
        threads = [threading.Thread(target=self._client, args=(numbers,)) for _ in range(self.clients)]
        with ExitStack() as stack:
            for thread in threads:
                stack.callback(thread.join, PATIENCE)
                thread.start()
            stack.callback(self._over.set)
            yield self

    def await_posts(self, count: int) -> float:
        """The moment when so many posts have been acknowledged."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.posts) >= count, PATIENCE), self.problems
        return time.monotonic()

    def await_end(self) -> None:
        """Everything was acknowledged or given up."""
        wanted = {number for number in range(self.size) if number % 5 == 0}

        def done() -> bool:
            told = {self.posts.get(number) for number in wanted - self.given_up}
            return len(self.posts) + len(self.given_up) == self.size and told <= self.approved.keys()

        with self._changed:
            assert self._changed.wait_for(done, PATIENCE), (len(self.posts), len(self.approved), self.problems)
        assert not self.problems

    def silence_after(self, moment: float) -> float:
        """Seconds from a moment to the end of the longest silence after it; 0 where everything was said before."""
        later = sorted(at for at in self.heard if at > moment)
        if not later:
            return 0.0
        gaps = [(after - before, after) for before, after in zip([moment, *later], later, strict=False)]
        return max(gaps)[1] - moment

    def _client(self, numbers: Iterator[int]) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30) as client:
            while not self._over.is_set():
                with self._changed:
                    number = next(numbers, None)
                if number is None:
                    return
                try:
                    self._submit_and_approve(client, number)
                except AssertionError as error:
                    self._tell(partial(self.problems.append, str(error)))

    def _submit_and_approve(self, client: httpx.Client, number: int) -> None:
        body = {
            "clinic": CLINIC,
            "text": f"Jeg ventede i {number} minutter uden et eneste ord.",
            "author": "Mette",
            "platform": "facebook",
            "external_id": f"post-{number}",
        }
        answer = self._answer(client, "POST", "/v1/posts", "integration", body, tries_again=number % 4 != 0)
        if answer is None:
            self._tell(lambda: self.given_up.add(number))
            return
        assert answer.status_code in {200, 201}, answer.text
        proposal = answer.json()
        self._tell(lambda: self.posts.update({number: proposal["id"]}))
        if number % 5 == 0:
            self._approve(client, proposal)

    def _approve(self, client: httpx.Client, proposal: dict[str, Any]) -> None:
        """Approves it; a lost answer or an offer that came between is read up on."""
        address = f"/v1/proposals/{proposal['id']}"
        while proposal["state"] == "waiting" and not self._over.is_set():
            answer = self._answer(
                client, "POST", f"{address}/approve", "personal", {"based_on": "waiting"}, version=proposal["version"]
            )
            assert answer is not None
            assert answer.status_code in {200, 409, 412}, answer.text
            if answer.status_code != 200:
                answer = self._answer(client, "GET", address, "personal")
                assert answer is not None
            proposal = answer.json()
        assert proposal["state"] == "approved", proposal["state"]
        self._tell(lambda: self.approved.update({proposal["id"]: proposal["reply"]}))

    def _answer(
        self,
        client: httpx.Client,
        method: str,
        address: str,
        key: str,
        body: dict[str, Any] | None = None,
        *,
        version: int | None = None,
        tries_again: bool = True,
    ) -> httpx.Response | None:
        headers = {"Authorization": f"Bearer {self.keys[key]}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        while not self._over.is_set():
            try:
                answer = client.request(method, address, json=body, headers=headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code != 503:
                return answer
            if not tries_again:
                return None
            self._over.wait(_LOOK_AGAIN)
        return None

    def _tell(self, change: Callable[[], object]) -> None:
        with self._changed:
            change()
            self.heard.append(time.monotonic())
            self._changed.notify_all()


@dataclass(frozen=True)
class Figures:
    """What became of it all."""

    acknowledged: int
    found: int
    drafted: int
    decisions: int
    replies: int
    silent: float
    """Seconds from the kill to the end of the longest silence of acknowledgements."""
    settled: float
    """Seconds from the kill until the last job was done."""

    def show(self, capsys: pytest.CaptureFixture[str], what: str) -> None:
        """One line on the terminal."""
        with capsys.disabled():
            sys.stdout.write(
                f"\n{what}: {self.acknowledged} acknowledged, {self.found} of them found, {self.drafted} drafted, "
                f"{self.decisions} decisions, {self.replies} replies; "
                f"answers again after {self.silent:.1f} s, every job done after {self.settled:.1f} s\n"
            )
