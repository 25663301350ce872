"""Clinics: the public profile and the public facts, which people approve."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from copilot.store import codec
from copilot.store.rows import ClinicRow, FactRow
from copilot.store.session import Transaction
from guards.context import Clinic

_CLINIC = """
    SELECT clinic_id, slug, name, profile, version, ARRAY(
        SELECT public_fact.text FROM public_fact
        WHERE public_fact.organisation_id = clinic.organisation_id AND public_fact.clinic_id = clinic.clinic_id
          AND approved_at IS NOT NULL AND withdrawn_at IS NULL ORDER BY fact_id) AS facts
    FROM clinic
"""
_ONE = text(f"{_CLINIC} WHERE slug = :slug")
_BY_ID = text(f"{_CLINIC} WHERE clinic_id = :clinic_id")
_ALL = text(f"{_CLINIC} ORDER BY name, slug")
_ADD = text(
    "INSERT INTO clinic (slug, name, profile) VALUES (:slug, :name, CAST(:profile AS jsonb)) RETURNING clinic_id"
)
_CHANGE = text(
    """
    UPDATE clinic SET name = :name, profile = CAST(:profile AS jsonb), version = version + 1
    WHERE clinic_id = :clinic_id AND version = :version
    """
)
_FACTS = text(
    """
    SELECT fact_id, clinic_id, text, language, approved_by, approved_at, withdrawn_at FROM public_fact
    WHERE clinic_id = :clinic_id AND withdrawn_at IS NULL ORDER BY fact_id
    """
)
_ADD_FACT = text(
    """
    INSERT INTO public_fact (clinic_id, text, language) VALUES (:clinic_id, :text, :language)
    ON CONFLICT DO NOTHING RETURNING fact_id
    """
)
_APPROVE_FACT = text(
    """
    UPDATE public_fact SET approved_by = :person_id, approved_at = :now
    WHERE fact_id = :fact_id AND approved_at IS NULL AND withdrawn_at IS NULL
    """
)
_WITHDRAW_FACT = text("UPDATE public_fact SET withdrawn_at = :now WHERE fact_id = :fact_id AND withdrawn_at IS NULL")


async def clinic(tx: Transaction, slug: str) -> ClinicRow | None:
    """The clinic with its profile and approved facts."""
    row = await tx.row(_ONE, {"slug": slug})
    return None if row is None else _clinic(row)


async def clinic_by_id(tx: Transaction, clinic_id: UUID) -> ClinicRow | None:
    """As `clinic`."""
    row = await tx.row(_BY_ID, {"clinic_id": clinic_id})
    return None if row is None else _clinic(row)


async def clinics(tx: Transaction) -> tuple[ClinicRow, ...]:
    """Every clinic of the organisation, by name."""
    return tuple(_clinic(row) for row in await tx.rows(_ALL))


async def add_clinic(tx: Transaction, slug: str, profile: Clinic) -> UUID:
    """A new clinic's id; the profile's public facts are left out: people approve facts."""
    row = (await tx.run(_ADD, {"slug": slug, "name": profile.name, "profile": _kept(profile)})).one()
    return UUID(str(row.clinic_id))


async def change_profile(tx: Transaction, clinic_id: UUID, version: int, profile: Clinic) -> bool:
    """Whether the profile was changed: not where somebody changed it since that version. Facts are left alone."""
    values = {"clinic_id": clinic_id, "version": version, "name": profile.name, "profile": _kept(profile)}
    return (await tx.run(_CHANGE, values)).rowcount == 1


async def facts(tx: Transaction, clinic_id: UUID) -> tuple[FactRow, ...]:
    """Every fact that is not withdrawn, oldest first, approved or not."""
    return tuple(FactRow(**row._asdict()) for row in await tx.rows(_FACTS, {"clinic_id": clinic_id}))


async def add_fact(tx: Transaction, clinic_id: UUID, text: str, language: str) -> UUID | None:
    """The id of a fact that now waits for approval; None where the clinic has it already."""
    row = await tx.row(_ADD_FACT, {"clinic_id": clinic_id, "text": text, "language": language})
    return None if row is None else UUID(str(row.fact_id))


async def approve_fact(tx: Transaction, fact_id: UUID, person_id: UUID, now: datetime) -> bool:
    """Whether the fact is approved by this call."""
    return (await tx.run(_APPROVE_FACT, {"fact_id": fact_id, "person_id": person_id, "now": now})).rowcount == 1


async def withdraw_fact(tx: Transaction, fact_id: UUID, now: datetime) -> bool:
    """Whether the fact is withdrawn by this call."""
    return (await tx.run(_WITHDRAW_FACT, {"fact_id": fact_id, "now": now})).rowcount == 1


def profile_of(slug: str, name: str, profile: object, facts: tuple[str, ...]) -> Clinic:
    """The public profile that guards and respond take."""
    return replace(codec.clinic(profile), id=slug, name=name, public_facts=facts)


def _clinic(row: Row[Any]) -> ClinicRow:
    profile = profile_of(row.slug, row.name, row.profile, tuple(row.facts))
    return ClinicRow(row.clinic_id, row.slug, row.name, profile, row.version)


def _kept(profile: Clinic) -> str:
    return codec.encoded(replace(profile, public_facts=()))
