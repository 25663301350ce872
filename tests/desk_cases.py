"""A desk for tests of store and decisions: the demo organisation, and a gate that finds what a test writes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text

from copilot import decide, intake, seed
from copilot.domain import Draft, Plan, Post, Response, Triage
from copilot.postgres import Server
from copilot.store import Store, Transaction, clinics, people
from copilot.store.rows import ProposalRow
from guards.context import Clinic, Context
from guards.finding import Finding, Screening, worst

T = TypeVar("T")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GOOD = "Det gør os ondt at læse. Ring til os, så lytter vi."
_numbers = count(1)


async def gate(written: str, context: Context) -> Screening:
    """Blocks every `BLOCK` and doubts every `DOUBT` of the text; a real gate finds better reasons."""
    assert context.clinic is not None
    findings = [
        Finding(f"made.{word.lower()}", "block" if word == "BLOCK" else "caution", at, at + 5, word, "?")
        for word in ("BLOCK", "DOUBT")
        for at in range(len(written))
        if written.startswith(word, at)
    ]
    return Screening(worst(findings), tuple(findings), "test")


def respond(post: Post, clinic: Clinic, nth: int, now: datetime) -> Response:
    """Answers with the post's own markers, so that a test's post decides what the gate finds; fails on `FAIL`."""
    if "FAIL" in post.text:
        raise ValueError(post.text)
    severity = 3 if "URGENT" in post.text else 1
    triage = Triage("urgent" if severity == 3 else "complaint", "da", severity, 0.9, (), ("Sådan.",), "test")  # type: ignore[arg-type]  # 1 or 3
    plan = Plan(
        "acknowledge_and_invite", reply_needed=True, language=clinic.languages[0], reasons=(), may=(), must_not=(),
        deadline=now + timedelta(hours=4), rule="test",
    )  # fmt: skip
    marks = "".join(f" {word}" for word in ("BLOCK", "DOUBT") if word in post.text)
    return Response(triage, plan, Draft(f"{GOOD} {nth}.{marks}", "da", "curated:test.da#1"))


async def enqueue(tx: Transaction, post_id: UUID, organisation_id: UUID) -> None:
    """Writes the job where procrastinate keeps its own."""
    await tx.run(
        text(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " VALUES ('test', 'test', jsonb_build_object('post', CAST(:post AS text)))"
        ),
        {"post": str(post_id)},
    )
    assert organisation_id


@dataclass(frozen=True)
class Desk:
    """The seeded demo organisation with its people at the vet's."""

    store: Store
    server: Server
    speaker: decide.By
    deputy: decide.By
    member: decide.By
    stranger: decide.By
    """Spokesperson of the other clinic."""
    gate: intake.Gate = field(default=gate)

    async def receive(self, words: str = "", **more: Any) -> intake.Received:  # noqa: ANN401  # a submission's fields
        """A post comes in; a new one each time where no words are given."""
        fields = {name: more.pop(name) for name in ("external_id", "case", "captured_by") if name in more}
        clinic, now = more.pop("clinic", "demo-vet"), more.pop("now", NOW)
        organisation = more.pop("organisation", seed.DEMO)
        post = Post(words or f"Min hund døde hos jer, nummer {next(_numbers)}", **{"author": "Mette", **more})
        return await intake.receive(
            self.store,
            organisation,
            intake.Submission(clinic, post, **fields),
            respond=respond,
            gate=self.gate,
            enqueue=enqueue,
            now=now,
        )

    async def proposal(self, words: str = "", **more: Any) -> ProposalRow:  # noqa: ANN401  # as above
        """The proposal of a post that comes in."""
        return (await self.receive(words, **more)).proposal

    async def approve(self, row: ProposalRow, by: decide.By | None = None) -> ProposalRow:
        """Approves what the row shows."""
        return await decide.approve(self.store, by or self.speaker, row.proposal_id, seen(row), gate=self.gate, now=NOW)

    async def edit(self, row: ProposalRow, words: str, by: decide.By | None = None) -> ProposalRow:
        """Edits what the row shows."""
        return await decide.edit(
            self.store, by or self.speaker, row.proposal_id, seen(row), words, gate=self.gate, now=NOW
        )

    async def answer(self, row: ProposalRow, answer: Any = "fine", which: int = 0) -> ProposalRow:  # noqa: ANN401  # also wrong ones
        """Answers one of the row's cautions."""
        assert row.draft is not None
        found = row.draft.screening.findings[which]
        return await decide.answer_caution(
            self.store,
            self.speaker,
            row.proposal_id,
            seen(row),
            rule=found.rule,
            start=found.start,
            end=found.end,
            answer=answer,
            now=NOW,
        )


def seen(row: ProposalRow) -> decide.Seen:
    """What somebody who looks at this row has seen."""
    return decide.Seen(row.version, row.state)


@asynccontextmanager
async def opened(server: Server) -> AsyncIterator[Desk]:
    """A desk over the database."""
    store = Store(server.app_url)
    try:
        await store.verify()
        await seed.seed(store, NOW)
        async with store.transaction(seed.DEMO) as tx:
            vet, dental = await clinics.clinic(tx, "demo-vet"), await clinics.clinic(tx, "demo-dental")
            assert vet is not None
            assert dental is not None
            by = {one.role: one.person.person_id for one in await people.members(tx, vet.clinic_id)}
            other = {one.role: one.person.person_id for one in await people.members(tx, dental.clinic_id)}
            member = await people.add_person(tx, "Bente Krogh", "bente@klinik.example", "da")
            await people.add_member(tx, vet.clinic_id, member, "member")
        named = [decide.By(seed.DEMO, one) for one in (by["spokesperson"], by["deputy"], member, other["spokesperson"])]
        yield Desk(store, server, named[0], named[1], named[2], named[3])
    finally:
        await store.close()


def at_desk(server: Server, story: Callable[[Desk], Coroutine[Any, Any, T]]) -> T:
    """Runs a story at a fresh desk, in an event loop of its own."""

    async def run() -> T:
        async with opened(server) as desk:
            return await story(desk)

    return asyncio.run(run())


async def refusals(*attempts: Awaitable[Any]) -> list[object]:
    """What each of the attempts, made at once, came to: its value or the exception."""
    return list(await asyncio.gather(*attempts, return_exceptions=True))
