"""A decision taken on the desk's page: the text as it stands there, the answers to its cautions, then the verb."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeAlias, get_args
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from api.bodies import shows_nothing
from api.pages.desk import Typed, case_of, show, typed_in
from api.pages.visitor import Visitor, form_of
from api.parts import Parts
from api.problems import Problem, from_exception
from copilot import decide
from copilot.decide import Seen
from copilot.domain import State
from copilot.errors import Refusal
from copilot.store.rows import ProposalRow
from guards.finding import Finding

_LONGEST = 20_000
_NOTICES = {
    "stale": "conflict",
    "wrong-state": "wrong_state",
    "blocked": "blocked",
    "unanswered": "unanswered",
    "not-a-decider": "not_a_decider",
    "gate-not-ready": "gate",
    "no-such-caution": "unanswered",
}
"""Which words of the wording file a problem has on the page."""

_Verb: TypeAlias = Callable[[Parts, Visitor, ProposalRow, Seen, Typed], Awaitable[None]]


class NotYet(Exception):  # noqa: N818  # something is missing in the form, nothing has failed
    """The form lacks something; `notice` names the words that say what."""

    def __init__(self, notice: str) -> None:
        super().__init__(notice)
        self.notice = notice


@post("/proposals/{proposal_id:uuid}/decide")
async def decide_proposal(
    request: Request[Any, Any, Any],
    proposal_id: UUID,
    visitor: NamedDependency[Visitor],
    parts: NamedDependency[Parts],
) -> Response[Any]:
    """Leads back to the desk when it is done; else shows why not, and everything that was typed."""
    typed = typed_in(await form_of(request, visitor))
    case = await case_of(parts, visitor, proposal_id)
    try:
        await _decide(parts, visitor, case.row, typed)
    except NotYet as missing:
        return await show(case, visitor, parts.now(), typed=typed, notice=missing.notice, status=422)
    except (Refusal, Problem) as error:
        problem = from_exception(error)
        notice = _NOTICES.get(problem.kind.name, "error")
        present = await case_of(parts, visitor, proposal_id)
        if notice != "conflict":
            # Her text was stored before the verb was refused: what she bases the next try on is what stands now.
            typed.fields.pop("version", None)
            typed.fields.pop("state", None)
        status = problem.kind.status
        return await show(present, visitor, parts.now(), typed=typed, notice=notice, status=status)
    return Redirect(f"/proposals/{proposal_id}", status_code=303)


async def _decide(parts: Parts, visitor: Visitor, row: ProposalRow, typed: Typed) -> None:
    verb, _, told = typed.fields.get("decision", "").partition(":")
    # `save:<version>:<state>` says that she has seen the other's version and stores her text over it.
    seen = _seen(
        told if verb == "save" and told else f"{typed.fields.get('version', '')}:{typed.fields.get('state', '')}"
    )
    if verb in {"save", "approve", "hold"} and row.draft is not None:
        seen = await _stored(parts, visitor, row, seen, typed)
    if verb != "save":
        if verb not in _VERBS:
            raise NotYet("error")
        typed.fields["offer"] = told
        await _VERBS[verb](parts, visitor, row, seen, typed)


def _seen(told: str) -> Seen:
    """What she was shown, told as `version:state`; what is neither is as good as stale."""
    version, _, state = told.partition(":")
    for known in get_args(State):
        if state == known and version.isascii() and version.isdigit():
            return Seen(int(version[:9]), known)
    raise Problem("stale")


async def _stored(parts: Parts, visitor: Visitor, row: ProposalRow, seen: Seen, typed: Typed) -> Seen:
    """Stores her text where it differs, then her answers to the cautions of exactly that text."""
    if row.draft is None or typed.text != row.draft.text:
        _require_text(typed.text)
        row = await decide.edit(
            parts.store, visitor.by, row.proposal_id, seen, typed.text, gate=parts.gate, now=parts.now()
        )
        seen = Seen(row.version, row.state)
    for finding in _cautions(row):
        note, fine = typed.answers.get((finding.rule, finding.text), ("", False))
        if fine and not _answered(row, finding):
            row = await decide.answer_caution(
                parts.store,
                visitor.by,
                row.proposal_id,
                seen,
                rule=finding.rule,
                start=finding.start,
                end=finding.end,
                answer="fine",
                now=parts.now(),
                note=note,
            )
    return seen


def _cautions(row: ProposalRow) -> list[Finding]:
    return [one for one in (row.draft.screening.findings if row.draft else ()) if one.severity == "caution"]


def _answered(row: ProposalRow, finding: Finding) -> bool:
    return any(
        (answer.rule, answer.start, answer.end, answer.answer) == (finding.rule, finding.start, finding.end, "fine")
        for answer in row.answers
        if row.draft is not None and answer.text_sha256 == row.draft.sha256
    )


def _require_text(text: str) -> None:
    if shows_nothing(text):
        raise NotYet("empty")
    if len(text) > _LONGEST:
        raise NotYet("too_long")


async def _approve(parts: Parts, visitor: Visitor, row: ProposalRow, seen: Seen, typed: Typed) -> None:
    note = typed.fields.get("note", "").strip()
    await decide.approve(parts.store, visitor.by, row.proposal_id, seen, gate=parts.gate, now=parts.now(), note=note)


async def _reject(parts: Parts, visitor: Visitor, row: ProposalRow, seen: Seen, typed: Typed) -> None:
    reason = typed.fields.get("reason", "").strip()
    if not reason:
        raise NotYet("need_reason")
    await decide.reject(parts.store, visitor.by, row.proposal_id, seen, reason=reason, now=parts.now())


async def _hold(parts: Parts, visitor: Visitor, row: ProposalRow, seen: Seen, typed: Typed) -> None:
    until, note = _moment(typed.fields.get("until", "")), typed.fields.get("hold_reason", "").strip()
    await decide.hold(parts.store, visitor.by, row.proposal_id, seen, until=until, now=parts.now(), note=note)


async def _release(parts: Parts, visitor: Visitor, row: ProposalRow, seen: Seen, typed: Typed) -> None:
    note = typed.fields.get("note", "").strip()
    await decide.release(parts.store, visitor.by, row.proposal_id, seen, now=parts.now(), note=note)


async def _silence(parts: Parts, visitor: Visitor, row: ProposalRow, seen: Seen, typed: Typed) -> None:
    try:
        owner = UUID(typed.fields.get("owner", ""))
    except ValueError:
        raise NotYet("need_owner") from None
    review_at = _moment(typed.fields.get("review_at", ""))
    await decide.silence(
        parts.store, visitor.by, row.proposal_id, seen, owner_id=owner, review_at=review_at, now=parts.now()
    )


async def _moderate(parts: Parts, visitor: Visitor, row: ProposalRow, seen: Seen, typed: Typed) -> None:
    rule = typed.fields.get("house_rule", "")
    if not rule:
        raise NotYet("need_rule")
    await decide.moderate(parts.store, visitor.by, row.proposal_id, seen, house_rule=rule, now=parts.now())


async def _take_offer(parts: Parts, visitor: Visitor, row: ProposalRow, seen: Seen, typed: Typed) -> None:
    try:
        offer = UUID(typed.fields.get("offer", ""))
    except ValueError:
        raise NotYet("error") from None
    await decide.take_offer(parts.store, visitor.by, row.proposal_id, seen, offer, gate=parts.gate, now=parts.now())


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise NotYet("error") from None
    if moment.tzinfo is None:
        raise NotYet("error")
    return moment


_VERBS: dict[str, _Verb] = {
    "approve": _approve,
    "reject": _reject,
    "hold": _hold,
    "release": _release,
    "silence": _silence,
    "moderate": _moderate,
    "offer": _take_offer,
}
