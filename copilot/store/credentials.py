"""Keys, sessions, sign-in links: 256 random bits each, kept as SHA-256 alone."""

from datetime import datetime, timedelta
from uuid import UUID

from copilot.store.rows import Caller, KeyKind, KeyRow
from copilot.store.session import Store, Transaction


async def caller_of_key(store: Store, secret: str) -> Caller | None:
    """Who holds the key; None for an unknown or revoked one."""
    raise NotImplementedError


async def caller_of_session(store: Store, secret: str, now: datetime) -> Caller | None:
    """Whose session it is; None for an unknown, ended or expired one."""
    raise NotImplementedError


async def redeem_link(store: Store, secret: str, now: datetime, *, lasting: timedelta) -> tuple[str, Caller] | None:
    """A new session's secret and caller for a sign-in link, which then is used up; None where it is not valid."""
    raise NotImplementedError


async def end_session(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """The session is over."""
    raise NotImplementedError


async def mint_link(tx: Transaction, person_id: UUID, expires_at: datetime) -> str:
    """The secret of a new one-time sign-in link."""
    raise NotImplementedError


async def mint_key(
    tx: Transaction, kind: KeyKind, label: str, *, person_id: UUID | None = None, clinics: tuple[str, ...] = ()
) -> tuple[UUID, str]:
    """A new key's id and secret. A personal key needs a person, an integration's has none."""
    raise NotImplementedError


async def keys(tx: Transaction) -> tuple[KeyRow, ...]:
    """Every key, newest first."""
    raise NotImplementedError


async def revoke_key(tx: Transaction, key_id: UUID, now: datetime) -> bool:
    """Whether the key is revoked by this call."""
    raise NotImplementedError
