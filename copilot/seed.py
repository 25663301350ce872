"""The demo organisation: two made-up clinics with people, approved facts and a roster, sign-in links and keys."""

from datetime import datetime
from uuid import UUID

from copilot import onboard
from copilot.clinics import files
from copilot.store import Store, credentials

DEMO = UUID("01980000-0000-7000-8000-00000000de30")
"""The demo organisation's id."""


async def seed(store: Store, now: datetime) -> None:
    """The demo organisation is there, each of demo/*.toml a clinic; one that is there already stays as it is."""
    await onboard.organise(store, DEMO, "Demo", tuple(onboard.read(path) for path in files()), now)


async def demo_link(store: Store, clinic: str, now: datetime) -> str:
    """The secret of a new one-time sign-in link for the clinic's spokesperson. Raises NotFound("clinic")."""
    return await onboard.sign_in_link(store, DEMO, clinic, now)


async def demo_keys(store: Store, clinic: str) -> dict[str, str]:
    """New keys of the demo: `integration`, and `personal` of the clinic's spokesperson. Raises NotFound("clinic")."""
    async with store.transaction(DEMO) as tx:
        person_id = await onboard.spokesperson(tx, clinic)
        _, integration = await credentials.mint_key(tx, "integration", "demo")
        _, personal = await credentials.mint_key(tx, "personal", "demo", person_id=person_id)
    return {"integration": integration, "personal": personal}
