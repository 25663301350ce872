"""What named people did and said: append-only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from copilot.store.rows import AnswerRow, DecisionRow, Judgement, ProposalRow, Verb
from copilot.store.session import Transaction
from guards.finding import Finding

_ANSWERS = text(
    """
    SELECT answer_id, text_sha256, rule, start_at AS start, end_at AS "end", sentence, answer, note, person_id,
           name AS person_name, at
    FROM caution_answer JOIN person USING (organisation_id, person_id)
    WHERE proposal_id = :proposal_id ORDER BY at, answer_id
    """
)
_DECISIONS = text(
    """
    SELECT decision_id, verb, person_id, name AS person_name, note, reason, based_on_state, based_on_version,
           text_sha256, owner_id, review_at, house_rule, at
    FROM decision JOIN person USING (organisation_id, person_id)
    WHERE proposal_id = :proposal_id ORDER BY at, decision_id
    """
)
_ANSWER = text(
    """
    INSERT INTO caution_answer (proposal_id, text_sha256, rule, start_at, end_at, sentence, answer, note, person_id, at)
    VALUES (:proposal_id, :text_sha256, :rule, :start, :end, :sentence, :answer, :note, :person_id, :now)
    """
)
_DECIDE = text(
    """
    INSERT INTO decision (proposal_id, verb, person_id, note, reason, based_on_state, based_on_version, text_sha256,
                          owner_id, review_at, house_rule, at)
    VALUES (:proposal_id, :verb, :person_id, :note, :reason, :state, :version, :text_sha256, :owner_id, :review_at,
            :house_rule, :now)
    RETURNING decision_id
    """
)


async def answers(tx: Transaction, proposal_id: UUID) -> tuple[AnswerRow, ...]:
    """Everything said to cautions of the proposal's texts, oldest first."""
    return tuple(AnswerRow(**row._asdict()) for row in await tx.rows(_ANSWERS, {"proposal_id": proposal_id}))


async def decisions(tx: Transaction, proposal_id: UUID) -> tuple[DecisionRow, ...]:
    """Everything decided on the proposal, oldest first."""
    return tuple(DecisionRow(**row._asdict()) for row in await tx.rows(_DECISIONS, {"proposal_id": proposal_id}))


async def add_answer(
    tx: Transaction,
    proposal_id: UUID,
    text_sha256: str,
    finding: Finding,
    *,
    person_id: UUID,
    answer: Judgement,
    note: str,
    now: datetime,
) -> None:
    """What the person said to this caution of this very text; the latest counts."""
    values = {
        "proposal_id": proposal_id,
        "text_sha256": text_sha256,
        "rule": finding.rule,
        "start": finding.start,
        "end": finding.end,
        "sentence": finding.text,
        "answer": answer,
        "note": note,
        "person_id": person_id,
        "now": now,
    }
    await tx.run(_ANSWER, values)


async def add_decision(
    tx: Transaction,
    before: ProposalRow,
    verb: Verb,
    person_id: UUID,
    now: datetime,
    *,
    text_sha256: str,
    note: str = "",
    reason: str = "",
    owner_id: UUID | None = None,
    review_at: datetime | None = None,
    house_rule: str = "",
) -> UUID:
    """The id of the decision, which was based on `before`."""
    values = {
        "proposal_id": before.proposal_id,
        "verb": verb,
        "person_id": person_id,
        "note": note,
        "reason": reason,
        "state": before.state,
        "version": before.version,
        "text_sha256": text_sha256,
        "owner_id": owner_id,
        "review_at": review_at,
        "house_rule": house_rule,
        "now": now,
    }
    return UUID(str((await tx.run(_DECIDE, values)).one().decision_id))
