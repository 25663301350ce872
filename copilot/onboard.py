"""Brings a clinic in: its profile, the two people who may decide, approved facts, the roster, and ways to get in."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from copilot import limits
from copilot.clinics import LineError, from_value
from copilot.domain import Confidential
from copilot.errors import NotFound, Unfit
from copilot.store import Store, Transaction, clinics, credentials, organisations, people
from guards import language
from guards.context import Clinic

LINK_LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Decider:
    """A person who may decide for the clinic."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A clinic as its administrator describes it; who describes it approves its facts."""

    profile: Clinic
    """`id` becomes its name in addresses."""
    confidential: Confidential
    spokesperson: Decider
    deputy: Decider | None = None


def read(path: Path) -> Newcomer:
    """The clinic that a TOML file describes, in the shape of demo/*.toml. Raises Unfit naming the field."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        profile, confidential = from_value(data)
    except (OSError, UnicodeDecodeError) as error:
        raise Unfit("file", "cannot be read") from error
    except (LineError, tomllib.TOMLDecodeError) as error:
        raise Unfit("file", str(error)) from error
    limits.profile(profile)
    if not profile.id:
        raise Unfit("id", "the clinic needs a short name for addresses")
    speaker = _decider(data, "spokesperson")
    if speaker is None:
        raise Unfit("spokesperson", "a clinic needs one person who speaks for it")
    return Newcomer(profile, confidential, speaker, _decider(data, "deputy"))


def _decider(data: Mapping[str, object], field: str) -> Decider | None:
    value = data.get(field)
    if value is None:
        return None
    name, email = (value.get("name"), value.get("email")) if isinstance(value, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(email, str) or not name.strip() or "@" not in email:
        raise Unfit(field, "takes a name and an email")
    return Decider(name.strip(), email.strip())


async def organise(
    store: Store, organisation_id: UUID, name: str, newcomers: tuple[Newcomer, ...], now: datetime
) -> None:
    """The organisation is there with these clinics; one that is there already stays as it is. Raises Unfit."""
    async with store.transaction(organisation_id, alone=organisation_id.int % 2**62) as tx:
        await organisations.add_organisation(tx, name)
        for newcomer in newcomers:
            if await clinics.clinic(tx, newcomer.profile.id) is None:
                await _add(tx, newcomer, now)


async def sign_in_link(store: Store, organisation_id: UUID, clinic: str, now: datetime) -> str:
    """The secret of a new one-time sign-in link for the clinic's spokesperson. Raises NotFound("clinic")."""
    async with store.transaction(organisation_id) as tx:
        return await credentials.mint_link(tx, await spokesperson(tx, clinic), now + LINK_LASTS)


async def integration_key(store: Store, organisation_id: UUID, clinic: str, label: str) -> str:
    """The secret of a new key that submits and reads for this clinic and never decides. Raises NotFound("clinic")."""
    async with store.transaction(organisation_id) as tx:
        if await clinics.clinic(tx, clinic) is None:
            raise NotFound("clinic")
        _, secret = await credentials.mint_key(tx, "integration", label, clinics=(clinic,))
    return secret


async def spokesperson(tx: Transaction, slug: str) -> UUID:
    """The clinic's spokesperson. Raises NotFound("clinic")."""
    clinic = await clinics.clinic(tx, slug)
    members = await people.members(tx, clinic.clinic_id) if clinic else ()
    for member in members:
        if member.role == "spokesperson":
            return member.person.person_id
    raise NotFound("clinic")


async def _add(tx: Transaction, newcomer: Newcomer, now: datetime) -> None:
    profile, speaker = newcomer.profile, newcomer.spokesperson
    clinic_id = await clinics.add_clinic(tx, profile.id, profile)
    speaker_id = await people.add_person(tx, speaker.name, speaker.email, profile.languages[0])
    await people.add_member(tx, clinic_id, speaker_id, "spokesperson")
    if newcomer.deputy is not None:
        deputy_id = await people.add_person(tx, newcomer.deputy.name, newcomer.deputy.email, profile.languages[0])
        await people.add_member(tx, clinic_id, deputy_id, "deputy")
    for fact in profile.public_facts:
        fact_id = await clinics.add_fact(tx, clinic_id, fact, language.of(fact) or profile.languages[0])
        if fact_id is not None:
            await clinics.approve_fact(tx, fact_id, speaker_id, now)
    await people.replace_roster(tx, clinic_id, newcomer.confidential.roster)
