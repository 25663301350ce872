"""The pipeline's own processor time per post: triage, plan, draft, and the screen or the gate, without a database."""

import asyncio
import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.posts import texts
from copilot.approve import context_of
from copilot.clinics import demo
from copilot.domain import Draft, Post
from copilot.respond import respond
from guards.context import Clinic
from guards.screen import screen
from guards.validators import gate, warm

_POSTS = 1000


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time a post."""

    median: float
    p99: float


def measure() -> dict[str, Cost]:
    """What each half costs, and both."""
    clinic, _ = demo("demo-vet")
    posts = [Post(text, author="Mette") for text in texts(_POSTS)]
    now = datetime.now(UTC)
    drafts: list[tuple[Post, Draft]] = []

    def answer(index: int) -> None:
        response = respond(posts[index], clinic, index, now)
        drafts.append((posts[index], response.draft))

    respond_only = _each(answer)
    screening = _each(lambda index: _screened(*drafts[index], clinic))
    warm()
    with asyncio.Runner() as runner:
        gated = _each(lambda index: runner.run(_gated(*drafts[index], clinic)))
        whole = _each(lambda index: runner.run(_whole(posts[index], clinic, index, now)))
    return {"triage, plan, draft": respond_only, "screen": screening, "gate": gated, "whole, with the gate": whole}


def _screened(post: Post, draft: Draft, clinic: Clinic) -> None:
    screen(draft.text, context_of(post, clinic, draft.language))


async def _gated(post: Post, draft: Draft, clinic: Clinic) -> None:
    await gate(draft.text, context_of(post, clinic, draft.language))


async def _whole(post: Post, clinic: Clinic, index: int, now: datetime) -> None:
    await _gated(post, respond(post, clinic, index, now).draft, clinic)


def _each(step: Callable[[int], None]) -> Cost:
    gc.collect()
    times = []
    for index in range(_POSTS):
        started = time.process_time()
        step(index)
        times.append((time.process_time() - started) * 1000)
    times.sort()
    return Cost(statistics.median(times), times[int(_POSTS * 0.99)])
