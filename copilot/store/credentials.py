"""Keys, sessions, sign-in links: 256 random bits each, kept as SHA-256 alone."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from copilot.store.rows import Caller, KeyKind, KeyRow
from copilot.store.session import Store, Transaction

_KEY = text("SELECT * FROM lookup_key(:sha256)")
_SESSION = text("SELECT * FROM lookup_session(:sha256, :now)")
_REDEEM = text("SELECT * FROM redeem_sign_in_link(:sha256, :now)")
_START = text(
    """
    INSERT INTO session (sha256, person_id, csrf, expires_at) VALUES (:sha256, :person_id, :csrf, :expires_at)
    RETURNING session_id
    """
)
_END = text("UPDATE session SET ended_at = :now WHERE session_id = :session_id AND ended_at IS NULL")
_LINK = text("INSERT INTO sign_in_link (sha256, person_id, expires_at) VALUES (:sha256, :person_id, :expires_at)")
_MINT = text(
    """
    INSERT INTO api_key (sha256, kind, person_id, label, clinics)
    VALUES (:sha256, :kind, :person_id, :label, :clinics) RETURNING key_id
    """
)
_KEYS = text("SELECT key_id, kind, person_id, label, clinics, created_at, revoked_at FROM api_key ORDER BY key_id DESC")
_REVOKE = text("UPDATE api_key SET revoked_at = :now WHERE key_id = :key_id AND revoked_at IS NULL")


async def caller_of_key(store: Store, secret: str) -> Caller | None:
    """Who holds the key; None for an unknown or revoked one."""
    row = await store.at_once(_KEY, {"sha256": _digest(secret)})
    if row is None:
        return None
    return Caller(row.organisation_id, row.kind, row.key_id, row.person_id, tuple(row.clinics))


async def caller_of_session(store: Store, secret: str, now: datetime) -> Caller | None:
    """Whose session it is; None for an unknown, ended or expired one."""
    row = await store.at_once(_SESSION, {"sha256": _digest(secret), "now": now})
    if row is None:
        return None
    return Caller(row.organisation_id, "session", row.session_id, row.person_id, csrf=row.csrf)


async def redeem_link(store: Store, secret: str, now: datetime, *, lasting: timedelta) -> tuple[str, Caller] | None:
    """A new session's secret and caller for a sign-in link, which then is used up; None where it is not valid."""
    async with store.transaction(None) as tx:
        row = await tx.row(_REDEEM, {"sha256": _digest(secret), "now": now})
        if row is None:
            return None
        await tx.enter(row.organisation_id)
        session, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        started = await tx.run(
            _START,
            {"sha256": _digest(session), "person_id": row.person_id, "csrf": csrf, "expires_at": now + lasting},
        )
        session_id = started.one().session_id
    return session, Caller(row.organisation_id, "session", session_id, row.person_id, csrf=csrf)


async def end_session(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """The session is over."""
    await tx.run(_END, {"session_id": session_id, "now": now})


async def mint_link(tx: Transaction, person_id: UUID, expires_at: datetime) -> str:
    """The secret of a new one-time sign-in link."""
    secret = secrets.token_urlsafe(32)
    await tx.run(_LINK, {"sha256": _digest(secret), "person_id": person_id, "expires_at": expires_at})
    return secret


async def mint_key(
    tx: Transaction, kind: KeyKind, label: str, *, person_id: UUID | None = None, clinics: tuple[str, ...] = ()
) -> tuple[UUID, str]:
    """A new key's id and secret. A personal key needs a person, an integration's has none: the database insists."""
    secret = f"havblik_{secrets.token_urlsafe(32)}"
    values = {"sha256": _digest(secret), "kind": kind, "person_id": person_id, "label": label}
    row = (await tx.run(_MINT, {**values, "clinics": list(clinics)})).one()
    return row.key_id, secret


async def keys(tx: Transaction) -> tuple[KeyRow, ...]:
    """Every key, newest first."""
    return tuple(KeyRow(**{**row._asdict(), "clinics": tuple(row.clinics)}) for row in await tx.rows(_KEYS))


async def revoke_key(tx: Transaction, key_id: UUID, now: datetime) -> bool:
    """Whether the key is revoked by this call."""
    return (await tx.run(_REVOKE, {"key_id": key_id, "now": now})).rowcount == 1


def _digest(secret: str) -> str:
    # "surrogatepass": a header or cookie may hold anything, and what is no secret of ours is simply unknown.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
