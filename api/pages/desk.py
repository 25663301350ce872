"""One post on the desk: what it is, what to do, the reply under the pen, and the decisions."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from api.pages.rendering import local, page, spans
from api.pages.visitor import Visitor, form_of
from api.parts import Parts
from api.problems import Problem
from copilot.advise import advise
from copilot.domain import Advice, Confidential
from copilot.store import clinics, people, proposals, replies
from copilot.store.rows import ClinicRow, MemberRow, ProposalRow, ReplyRow
from guards.context import Context
from guards.context import Post as PublicPost
from guards.finding import Screening, worst
from guards.screen import screen
from guards.stop import stop

_LATER = (("tomorrow", 1), ("in_three_days", 3), ("in_a_week", 7))
_MORNING = time(8, 0)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that a desk page stands on."""

    row: ProposalRow
    clinic: ClinicRow
    members: tuple[MemberRow, ...]
    confidential: Confidential
    reply: ReplyRow | None

    @property
    def context(self) -> Context:
        """The public context in which a reply is screened."""
        row, public = self.row, self.row.post.post
        return Context(
            post=PublicPost(public.text, public.author, public.platform, public.posted_at),
            thread=public.thread,
            clinic=self.clinic.profile,
            language=row.plan.language if row.plan else "",
        )


@dataclass(frozen=True, slots=True)
class Typed:
    """What the visitor has typed and not stored: it is never lost, whatever the answer."""

    text: str
    fields: dict[str, str] = field(default_factory=dict)
    answers: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)
    """(rule, found words) to the note and whether the sentence may stand."""


async def case_of(parts: Parts, visitor: Visitor, proposal_id: UUID) -> Case:
    """The case, for people of its clinic. Raises `not-found` for everybody else."""
    async with parts.store.transaction(visitor.caller.organisation_id) as tx:
        row = await proposals.proposal(tx, proposal_id)
        clinic = await clinics.clinic(tx, row.clinic) if row and row.clinic in visitor.roles else None
        if row is None or clinic is None:
            raise Problem("not-found")
        return Case(
            row,
            clinic,
            await people.members(tx, clinic.clinic_id),
            Confidential(tuple(entry.colleague for entry in await people.roster(tx, clinic.clinic_id))),
            await replies.reply(tx, row.reply_id) if row.reply_id else None,
        )


async def look_over(case: Case, text: str) -> Screening:
    """A finished text's screening with what the confidential lane stops: for people of the clinic alone."""
    return await asyncio.to_thread(_look_over, case, text)


def _look_over(case: Case, text: str) -> Screening:
    found = screen(text, case.context)
    stopped = stop(text, case.context, case.confidential.roster)
    findings = tuple(sorted((*found.findings, *stopped), key=lambda one: (one.start, one.end, one.rule)))
    return Screening(worst(findings), findings, found.guard_version)


@get("/proposals/{proposal_id:uuid}")
async def desk_page(
    proposal_id: UUID, visitor: NamedDependency[Visitor], parts: NamedDependency[Parts], known: str = ""
) -> Response[Any]:
    """The desk, as the proposal stands now."""
    case = await case_of(parts, visitor, proposal_id)
    return await show(case, visitor, parts.now(), typed=None, notice="duplicate" if known else "")


@post("/proposals/{proposal_id:uuid}/screening", status_code=200)
async def screen_text(
    request: Request[Any, Any, Any],
    proposal_id: UUID,
    visitor: NamedDependency[Visitor],
    parts: NamedDependency[Parts],
) -> Response[Any]:
    """The findings of the text as it is typed, as a part of the page. Stores nothing."""
    typed = typed_in(await form_of(request, visitor))
    case = await case_of(parts, visitor, proposal_id)
    screening = await look_over(case, typed.text[:20_000])
    return page(
        "findings.html",
        visitor.language,
        screening=screening,
        answers=answered(case, typed),
        decides=visitor.decides_for(case.row.clinic),
    )


def typed_in(fields: dict[str, str]) -> Typed:
    """What stands in the desk's form."""
    answers = {}
    for name, rule in fields.items():
        number = name.removeprefix("caution-").removesuffix("-rule")
        if name != f"caution-{number}-rule":
            continue
        found = fields.get(f"caution-{number}-found", "")
        note = fields.get(f"caution-{number}-answer", "").strip()
        answers[rule, found] = (note[:4000], f"caution-{number}-fine" in fields)
    return Typed(fields.get("text", ""), fields, answers)


def answered(case: Case, typed: Typed | None) -> dict[tuple[str, str], tuple[str, bool]]:
    """Answers by (rule, found words): those on record for the present text, then what has been typed since."""
    draft = case.row.draft
    stored = {
        (answer.rule, draft.text[answer.start : answer.end]): (answer.note, answer.answer == "fine")
        for answer in case.row.answers
        if draft is not None and answer.text_sha256 == draft.sha256
    }
    return stored | (typed.answers if typed else {})


async def show(
    case: Case, visitor: Visitor, now: datetime, *, typed: Typed | None, notice: str = "", status: int = 200
) -> Response[Any]:
    """The desk's page with a notice, and with what was typed where something was."""
    row = case.row
    text = typed.text if typed else row.draft.text if row.draft else ""
    screening = await look_over(case, text)
    return page(
        "desk.html",
        visitor.language,
        status=status,
        visitor=visitor,
        csrf=visitor.caller.csrf,
        case=case,
        row=row,
        text=text,
        typed=typed.fields if typed else {},
        seen_version=(typed.fields.get("version") if typed else None) or row.version,
        seen_state=(typed.fields.get("state") if typed else None) or row.state,
        screening=screening,
        answers=answered(case, typed),
        advice=_advice(case),
        decides=visitor.decides_for(row.clinic),
        notice=notice,
        later=_later(now),
        now=now,
        spans=spans(screening.findings),
    )


def _advice(case: Case) -> Advice | None:
    triage = case.row.triage
    if triage is None:
        return None
    return advise(case.row.post.post, triage, case.clinic.profile, case.confidential)


def _later(now: datetime) -> list[tuple[str, str]]:
    """Times to look again, in the morning on the clinic's clock: (word, ISO time)."""
    today = local(now)
    return [
        (word, datetime.combine(today.date() + timedelta(days=days), _MORNING, today.tzinfo).isoformat())
        for word, days in _LATER
    ]
