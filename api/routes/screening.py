"""Looks at texts without keeping them."""

import asyncio
from typing import Annotated

from litestar import post
from litestar.di import NamedDependency

from api import views
from api.access import require_colleague, sees
from api.bodies import require_plausible, require_visible
from api.contract import WRITES, answers, example
from api.parts import Parts
from api.problems import Problem
from api.schemas import FindingOut, PlanOut, ScreeningIn, ScreeningOut, TriagedOut, TriageIn, TriageOut
from copilot.domain import Colleague, Confidential, Post
from copilot.store import clinics
from copilot.store.rows import Caller
from guards.context import Clinic, Context, Turn
from guards.context import Post as PublicPost
from guards.finding import Screening, worst
from guards.screen import screen
from guards.stop import stop


@post(
    "/triage",
    status_code=200,
    summary="Look at a post without keeping it",
    responses=answers(*WRITES, "unknown-clinic", "empty-text", "implausible-date"),
    tags=["looking"],
)
async def triage_post(
    data: Annotated[TriageIn, example("triage")], caller: NamedDependency[Caller], parts: NamedDependency[Parts]
) -> TriagedOut:
    """Kind, signals and plan, from the public text alone. Nothing is stored."""
    now = parts.now()
    require_visible(data.text)
    require_plausible(data.posted_at, now)
    clinic = await _clinic(parts, caller, data.clinic)
    public = Post(
        text=data.text,
        author=data.author,
        platform=data.platform,
        posted_at=data.posted_at,
        thread=tuple(Turn(turn.text, turn.ours, turn.author) for turn in data.thread),
    )
    response = await asyncio.to_thread(parts.respond, public, clinic, 0, now)
    return TriagedOut(views.shaped(response.triage, TriageOut), views.shaped(response.plan, PlanOut))


@post(
    "/screenings",
    status_code=200,
    summary="Screen a reply without keeping it",
    responses=answers(*WRITES, "unknown-clinic", "not-a-person", "empty-text"),
    tags=["looking"],
)
async def screen_reply(
    data: Annotated[ScreeningIn, example("screening")], caller: NamedDependency[Caller], parts: NamedDependency[Parts]
) -> ScreeningOut:
    """The verdict on a text. With a roster or notes it would be an oracle, so those need a person of the clinic."""
    require_visible(data.text)
    confidential = None
    if data.roster is not None or data.notes is not None:
        confidential = await _confidential(data, caller, parts)
    clinic = await _clinic(parts, caller, data.clinic) if data.clinic is not None else None
    found = await asyncio.to_thread(screen, data.text, _context(data, clinic))
    if confidential is not None:
        found = await asyncio.to_thread(_stopped, data.text, found, _context(data, clinic), confidential)
    return ScreeningOut(
        found.verdict, [views.shaped(finding, FindingOut) for finding in found.findings], found.guard_version
    )


async def _clinic(parts: Parts, caller: Caller, slug: str) -> Clinic:
    async with parts.store.transaction(caller.organisation_id) as tx:
        row = await clinics.clinic(tx, slug)
    if row is None or not sees(caller, slug):
        raise Problem("unknown-clinic")
    return row.profile


async def _confidential(data: ScreeningIn, caller: Caller, parts: Parts) -> Confidential:
    if data.clinic is None:
        raise Problem("unknown-clinic")
    async with parts.store.transaction(caller.organisation_id) as tx:
        await require_colleague(tx, caller, data.clinic)
    roster = tuple(Colleague(one.name, one.role, tuple(one.nicknames)) for one in data.roster or ())
    return Confidential(roster, data.notes or "")


def _context(data: ScreeningIn, clinic: Clinic | None) -> Context:
    return Context(
        post=PublicPost(data.post, data.author, data.platform) if data.post is not None else None,
        thread=tuple(Turn(turn.text, turn.ours, turn.author) for turn in data.thread),
        clinic=clinic,
        language=data.language,
    )


def _stopped(text: str, found: Screening, context: Context, confidential: Confidential) -> Screening:
    """The screening with what the confidential lane stops."""
    findings = (*found.findings, *stop(text, context, confidential.roster, confidential.notes))
    in_order = tuple(sorted(findings, key=lambda finding: (finding.start, finding.end, finding.rule)))
    return Screening(worst(in_order), in_order, found.guard_version)
