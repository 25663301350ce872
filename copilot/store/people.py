"""People of the organisation, their places at its clinics, and the confidential roster."""

from uuid import UUID

from sqlalchemy import text

from copilot.domain import Colleague
from copilot.store.rows import MemberRow, PersonRow, Role, RosterRow
from copilot.store.session import Transaction

_PERSON = text("SELECT person_id, name, email, language FROM person WHERE person_id = :person_id")
_ADD_PERSON = text(
    """
    INSERT INTO person (name, email, language) VALUES (:name, :email, :language)
    ON CONFLICT (organisation_id, email) DO UPDATE SET name = excluded.name, language = excluded.language
    RETURNING person_id
    """
)
_ROLE = text("SELECT role FROM clinic_person WHERE clinic_id = :clinic_id AND person_id = :person_id")
_ADD_MEMBER = text(
    """
    INSERT INTO clinic_person (clinic_id, person_id, role) VALUES (:clinic_id, :person_id, :role)
    ON CONFLICT (organisation_id, clinic_id, person_id) DO UPDATE SET role = excluded.role
    """
)
_MEMBERS = text(
    """
    SELECT person_id, name, email, language, role FROM clinic_person JOIN person USING (organisation_id, person_id)
    WHERE clinic_id = :clinic_id ORDER BY name, person_id
    """
)
_CLINICS_OF = text(
    """
    SELECT slug, role FROM clinic_person JOIN clinic USING (organisation_id, clinic_id)
    WHERE person_id = :person_id ORDER BY slug
    """
)
_ROSTER = text(
    "SELECT entry_id, name, role, nicknames FROM roster_entry WHERE clinic_id = :clinic_id ORDER BY name, entry_id"
)
_EMPTY_ROSTER = text("DELETE FROM roster_entry WHERE clinic_id = :clinic_id")
_ADD_TO_ROSTER = text(
    "INSERT INTO roster_entry (clinic_id, name, role, nicknames) VALUES (:clinic_id, :name, :role, :nicknames)"
)


async def person(tx: Transaction, person_id: UUID) -> PersonRow | None:
    """The person."""
    row = await tx.row(_PERSON, {"person_id": person_id})
    return None if row is None else PersonRow(**row._asdict())


async def add_person(tx: Transaction, name: str, email: str, language: str) -> UUID:
    """The id of the person with that address, who now has that name and language."""
    row = (await tx.run(_ADD_PERSON, {"name": name, "email": email, "language": language})).one()
    return UUID(str(row.person_id))


async def role_at(tx: Transaction, clinic_id: UUID, person_id: UUID) -> Role | None:
    """The person's role at the clinic."""
    row = await tx.row(_ROLE, {"clinic_id": clinic_id, "person_id": person_id})
    return None if row is None else row.role


async def clinics_of(tx: Transaction, person_id: UUID) -> dict[str, Role]:
    """The clinics, by slug, where the person has a place, and which."""
    return {row.slug: row.role for row in await tx.rows(_CLINICS_OF, {"person_id": person_id})}


async def add_member(tx: Transaction, clinic_id: UUID, person_id: UUID, role: Role) -> None:
    """The person has that role at the clinic. A second spokesperson is refused by the database."""
    await tx.run(_ADD_MEMBER, {"clinic_id": clinic_id, "person_id": person_id, "role": role})


async def members(tx: Transaction, clinic_id: UUID) -> tuple[MemberRow, ...]:
    """The clinic's people, by name."""
    rows = await tx.rows(_MEMBERS, {"clinic_id": clinic_id})
    return tuple(MemberRow(PersonRow(row.person_id, row.name, row.email, row.language), row.role) for row in rows)


async def roster(tx: Transaction, clinic_id: UUID) -> tuple[RosterRow, ...]:
    """The roster. Confidential: never for the public lane."""
    rows = await tx.rows(_ROSTER, {"clinic_id": clinic_id})
    return tuple(RosterRow(row.entry_id, Colleague(row.name, row.role, tuple(row.nicknames))) for row in rows)


async def replace_roster(tx: Transaction, clinic_id: UUID, colleagues: tuple[Colleague, ...]) -> None:
    """The roster is exactly these."""
    await tx.run(_EMPTY_ROSTER, {"clinic_id": clinic_id})
    await tx.run_many(
        _ADD_TO_ROSTER,
        [
            {"clinic_id": clinic_id, "name": one.name, "role": one.role, "nicknames": list(one.nicknames)}
            for one in colleagues
        ],
    )
