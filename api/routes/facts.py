"""Public facts: proposed by anybody of the organisation, approved and withdrawn by the clinic's own people."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, post
from litestar.di import NamedDependency

from api import outgoing, views
from api.access import person
from api.bodies import require_visible
from api.contract import READS, WRITES, answers, example
from api.parts import Parts
from api.problems import Problem
from api.routes.clinics import found, require_manager
from api.schemas import FactIn
from copilot import limits
from copilot.store import Transaction, clinics
from copilot.store.rows import Caller, ClinicRow, FactRow

_TAGS = ["facts"]


async def _listed(tx: Transaction, row: ClinicRow) -> outgoing.FactsOut:
    rows = await clinics.facts(tx, row.clinic_id)
    return outgoing.FactsOut([views.shaped(fact, outgoing.FactOut) for fact in rows])


async def _fact(tx: Transaction, row: ClinicRow, fact_id: UUID) -> FactRow:
    for fact in await clinics.facts(tx, row.clinic_id):
        if fact.fact_id == fact_id:
            return fact
    raise Problem("not-found")


@get("/clinics/{clinic:str}/facts", summary="A clinic's facts", responses=answers(*READS), tags=_TAGS)
async def list_facts(clinic: str, caller: NamedDependency[Caller], parts: NamedDependency[Parts]) -> outgoing.FactsOut:
    """Every fact that is not withdrawn, approved or waiting."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        return await _listed(tx, await found(tx, caller, clinic))


@post(
    "/clinics/{clinic:str}/facts",
    summary="Propose a fact",
    responses=answers(*WRITES, "empty-text", "unfit"),
    tags=_TAGS,
)
async def propose_fact(
    clinic: str,
    data: Annotated[FactIn, example("fact")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
) -> outgoing.FactsOut:
    """The fact waits for approval; one that the clinic has already is not added again."""
    require_visible(data.text)
    limits.line("text", data.text.strip())
    async with parts.store.transaction(caller.organisation_id) as tx:
        row = await found(tx, caller, clinic)
        await clinics.add_fact(tx, row.clinic_id, data.text.strip(), data.language)
        return await _listed(tx, row)


@post(
    "/clinics/{clinic:str}/facts/{fact_id:uuid}/approve",
    status_code=200,
    summary="Approve a fact",
    responses=answers(*WRITES, "not-a-person", "not-a-decider"),
    tags=_TAGS,
)
async def approve_fact(
    clinic: str, fact_id: UUID, caller: NamedDependency[Caller], parts: NamedDependency[Parts]
) -> outgoing.FactsOut:
    """From now on the fact may stand in replies, under the name of the person who approved it."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        row = await found(tx, caller, clinic)
        await require_manager(tx, caller, row)
        fact = await _fact(tx, row, fact_id)
        await clinics.approve_fact(tx, fact.fact_id, person(caller).person_id, parts.now())
        return await _listed(tx, row)


@delete(
    "/clinics/{clinic:str}/facts/{fact_id:uuid}",
    status_code=200,
    summary="Withdraw a fact",
    responses=answers(*WRITES, "not-a-person", "not-a-decider"),
    tags=_TAGS,
)
async def withdraw_fact(
    clinic: str, fact_id: UUID, caller: NamedDependency[Caller], parts: NamedDependency[Parts]
) -> outgoing.FactsOut:
    """The fact may no longer stand in a reply; what was approved with it stays as it is."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        row = await found(tx, caller, clinic)
        await require_manager(tx, caller, row)
        fact = await _fact(tx, row, fact_id)
        await clinics.withdraw_fact(tx, fact.fact_id, parts.now())
        return await _listed(tx, row)
