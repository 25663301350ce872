"""The demo organisation: two clinics with people, approved facts and a roster, sign-in links and keys."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from copilot.store import Store

DEMO = UUID("01980000-0000-7000-8000-00000000de30")
"""The demo organisation's id."""


@dataclass(frozen=True, slots=True)
class DemoAccess:
    """How to get into the demo: secrets shown once."""

    links: dict[str, str]
    """Clinic slug to the secret of its spokesperson's one-time sign-in link."""


async def seed(store: Store, now: datetime) -> None:
    """The demo organisation is there, as demo/*.toml says; a second run changes nothing."""
    raise NotImplementedError


async def demo_link(store: Store, clinic: str, now: datetime) -> str:
    """The secret of a new one-time sign-in link for the clinic's spokesperson, valid for an hour."""
    raise NotImplementedError


async def demo_keys(store: Store, clinic: str) -> dict[str, str]:
    """New keys of the demo: `integration`, and `personal` of the clinic's spokesperson."""
    raise NotImplementedError
