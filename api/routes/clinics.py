"""Clinics: the public profile, and the confidential roster for people of the clinic alone."""

from dataclasses import replace
from typing import Annotated, Any

from litestar import Response, get, patch, put
from litestar.di import NamedDependency

from api import outgoing, views
from api.access import person, require_colleague, sees
from api.contract import CHANGES, READS, WRITES, IfMatch, answers, example
from api.etags import etag, version_in
from api.parts import Parts
from api.problems import Problem
from api.schemas import ClinicIn, RosterIn
from copilot import limits
from copilot.domain import Colleague
from copilot.store import Transaction, clinics, people
from copilot.store.rows import Caller, ClinicRow
from guards.context import Clinic, Contact, Person

_MANAGES = ("spokesperson", "deputy")


async def found(tx: Transaction, caller: Caller, slug: str) -> ClinicRow:
    """The clinic, if the caller may see it. Raises `not-found`."""
    row = await clinics.clinic(tx, slug) if "\x00" not in slug else None
    if row is None or not sees(caller, slug):
        raise Problem("not-found")
    return row


async def require_manager(tx: Transaction, caller: Caller, row: ClinicRow) -> None:
    """Raises where the caller is not the clinic's spokesperson or deputy."""
    if await people.role_at(tx, row.clinic_id, person(caller).person_id) not in _MANAGES:
        raise Problem("not-a-decider")


@get("/clinics", summary="Your clinics", responses=answers(*READS), tags=["clinics"])
async def list_clinics(caller: NamedDependency[Caller], parts: NamedDependency[Parts]) -> outgoing.ClinicsOut:
    """Every clinic that the caller may see."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        rows = await clinics.clinics(tx)
    return outgoing.ClinicsOut([views.clinic(row) for row in rows if sees(caller, row.slug)])


@get("/clinics/{clinic:str}", summary="Read a clinic's profile", responses=answers(*READS), tags=["clinics"])
async def read_clinic(
    clinic: str, caller: NamedDependency[Caller], parts: NamedDependency[Parts]
) -> Response[outgoing.ClinicOut]:
    """The public profile with its approved facts; `ETag` is its version."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        row = await found(tx, caller, clinic)
    return Response(views.clinic(row), headers={"ETag": etag(row.version)})


@patch(
    "/clinics/{clinic:str}",
    summary="Change a clinic's profile",
    responses=answers(*CHANGES, "not-a-decider", "unfit"),
    tags=["clinics"],
)
async def change_clinic(
    clinic: str,
    data: Annotated[ClinicIn, example("clinic")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
    if_match: IfMatch = None,
) -> Response[outgoing.ClinicOut]:
    """What is left out stays. Facts have their own address."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        row = await found(tx, caller, clinic)
        await require_manager(tx, caller, row)
        profile = changed(row.profile, data)
        limits.profile(profile)
        if not await clinics.change_profile(tx, row.clinic_id, version_in(if_match), profile):
            raise Problem("stale", headers={"ETag": etag(row.version)})
        row = await found(tx, caller, clinic)
    return Response(views.clinic(row), headers={"ETag": etag(row.version)})


def changed(profile: Clinic, data: ClinicIn) -> Clinic:
    """The profile with what was given."""
    lists = {"languages": data.languages, "house_rules": data.house_rules}
    given: dict[str, Any] = {
        "name": data.name,
        "profession": data.profession,
        "spokesperson": data.spokesperson and Person(data.spokesperson.name, data.spokesperson.title),
        "contact": data.contact and Contact(data.contact.phone, data.contact.email, data.contact.address),
        "opening_hours": data.opening_hours,
        "urgent_line": data.urgent_line,
        "strictness": data.strictness,
        "platform_limits": data.platform_limits,
        **{name: None if listed is None else tuple(listed) for name, listed in lists.items()},
    }
    return replace(profile, **{name: value for name, value in given.items() if value is not None})


@get(
    "/clinics/{clinic:str}/roster",
    summary="Read the roster",
    responses=answers(*READS, "not-a-person"),
    tags=["clinics"],
)
async def read_roster(
    clinic: str, caller: NamedDependency[Caller], parts: NamedDependency[Parts]
) -> outgoing.RosterOut:
    """Confidential: for people of the clinic alone."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        row = await found(tx, caller, clinic)
        await require_colleague(tx, caller, clinic)
        rows = await people.roster(tx, row.clinic_id)
    return outgoing.RosterOut([views.shaped(one.colleague, outgoing.ColleagueOut) for one in rows])


@put(
    "/clinics/{clinic:str}/roster",
    summary="Replace the roster",
    responses=answers(*WRITES, "not-a-person", "not-a-decider"),
    tags=["clinics"],
)
async def replace_roster(
    clinic: str,
    data: Annotated[RosterIn, example("roster")],
    caller: NamedDependency[Caller],
    parts: NamedDependency[Parts],
) -> outgoing.RosterOut:
    """The roster is exactly these. Confidential, as reading it."""
    async with parts.store.transaction(caller.organisation_id) as tx:
        row = await found(tx, caller, clinic)
        await require_manager(tx, caller, row)
        colleagues = tuple(Colleague(one.name, one.role, tuple(one.nicknames)) for one in data.items)
        await people.replace_roster(tx, row.clinic_id, colleagues)
    return outgoing.RosterOut([views.shaped(colleague, outgoing.ColleagueOut) for colleague in colleagues])
