"""The demo organisation: two clinics with people, approved facts and a roster, sign-in links and keys."""

from datetime import datetime, timedelta
from uuid import UUID

from copilot import clinics as demo
from copilot.domain import Colleague
from copilot.errors import NotFound
from copilot.store import Store, Transaction, clinics, credentials, organisations, people
from guards import language
from guards.context import Clinic

DEMO = UUID("01980000-0000-7000-8000-00000000de30")
"""The demo organisation's id."""
LINK_LASTS = timedelta(hours=1)
_ALONE = DEMO.int % 2**62


async def seed(store: Store, now: datetime) -> None:
    """The demo organisation is there, with each of demo/*.toml as a clinic; one that is there stays as it is."""
    async with store.transaction(DEMO, alone=_ALONE) as tx:
        await organisations.add_organisation(tx, "Demo")
        for slug in demo.known():
            if await clinics.clinic(tx, slug) is None:
                profile, confidential = demo.demo(slug)
                await _add(tx, slug, profile, confidential.roster, now)


async def demo_link(store: Store, clinic: str, now: datetime) -> str:
    """The secret of a new one-time sign-in link for the clinic's spokesperson. Raises NotFound("clinic")."""
    async with store.transaction(DEMO) as tx:
        return await credentials.mint_link(tx, await _spokesperson(tx, clinic), now + LINK_LASTS)


async def demo_keys(store: Store, clinic: str) -> dict[str, str]:
    """New keys of the demo: `integration`, and `personal` of the clinic's spokesperson. Raises NotFound("clinic")."""
    async with store.transaction(DEMO) as tx:
        person_id = await _spokesperson(tx, clinic)
        _, integration = await credentials.mint_key(tx, "integration", "demo")
        _, personal = await credentials.mint_key(tx, "personal", "demo", person_id=person_id)
    return {"integration": integration, "personal": personal}


async def _add(tx: Transaction, slug: str, profile: Clinic, roster: tuple[Colleague, ...], now: datetime) -> None:
    clinic_id = await clinics.add_clinic(tx, slug, profile)
    domain = profile.contact.email.partition("@")[2]
    speaker = profile.spokesperson.name if profile.spokesperson else roster[0].name
    speaker_id = await people.add_person(tx, speaker, profile.contact.email, profile.languages[0])
    await people.add_member(tx, clinic_id, speaker_id, "spokesperson")
    deputy = next((one.name for one in roster if one.name != speaker), None)
    if deputy is not None:
        address = f"{deputy.split()[0].lower()}@{domain}"
        deputy_id = await people.add_person(tx, deputy, address, profile.languages[0])
        await people.add_member(tx, clinic_id, deputy_id, "deputy")
    for fact in profile.public_facts:
        fact_id = await clinics.add_fact(tx, clinic_id, fact, language.of(fact) or profile.languages[0])
        if fact_id is not None:
            await clinics.approve_fact(tx, fact_id, speaker_id, now)
    await people.replace_roster(tx, clinic_id, roster)


async def _spokesperson(tx: Transaction, slug: str) -> UUID:
    clinic = await clinics.clinic(tx, slug)
    members = await people.members(tx, clinic.clinic_id) if clinic else ()
    for member in members:
        if member.role == "spokesperson":
            return member.person.person_id
    raise NotFound("clinic")
