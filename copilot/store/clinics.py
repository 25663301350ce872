"""Clinics: the public profile, public facts, people, and the confidential roster."""

from datetime import datetime
from uuid import UUID

from copilot.domain import Colleague
from copilot.store.rows import ClinicRow, FactRow, MemberRow, PersonRow, Role, RosterRow
from copilot.store.session import Transaction
from guards.context import Clinic


async def clinic(tx: Transaction, slug: str) -> ClinicRow | None:
    """The clinic with its profile and approved facts."""
    raise NotImplementedError


async def clinics(tx: Transaction) -> tuple[ClinicRow, ...]:
    """Every clinic of the organisation, by name."""
    raise NotImplementedError


async def add_clinic(tx: Transaction, slug: str, profile: Clinic) -> UUID:
    """A new clinic; the profile's public facts are left out: people approve facts."""
    raise NotImplementedError


async def change_profile(tx: Transaction, clinic_id: UUID, version: int, profile: Clinic) -> bool:
    """Whether the profile was changed: not where somebody changed it since that version. Facts are left alone."""
    raise NotImplementedError


async def facts(tx: Transaction, clinic_id: UUID) -> tuple[FactRow, ...]:
    """Every fact that is not withdrawn, oldest first, approved or not."""
    raise NotImplementedError


async def add_fact(tx: Transaction, clinic_id: UUID, text: str, language: str) -> UUID:
    """A fact that waits for approval."""
    raise NotImplementedError


async def approve_fact(tx: Transaction, fact_id: UUID, person_id: UUID, now: datetime) -> bool:
    """Whether the fact is approved by this call."""
    raise NotImplementedError


async def withdraw_fact(tx: Transaction, fact_id: UUID, now: datetime) -> bool:
    """Whether the fact is withdrawn by this call."""
    raise NotImplementedError


async def role_at(tx: Transaction, clinic_id: UUID, person_id: UUID) -> Role | None:
    """The person's role at the clinic."""
    raise NotImplementedError


async def members(tx: Transaction, clinic_id: UUID) -> tuple[MemberRow, ...]:
    """The clinic's people, by name."""
    raise NotImplementedError


async def person(tx: Transaction, person_id: UUID) -> PersonRow | None:
    """The person."""
    raise NotImplementedError


async def roster(tx: Transaction, clinic_id: UUID) -> tuple[RosterRow, ...]:
    """The roster. Confidential: never for the public lane."""
    raise NotImplementedError


async def replace_roster(tx: Transaction, clinic_id: UUID, colleagues: tuple[Colleague, ...]) -> None:
    """The roster is exactly these."""
    raise NotImplementedError
