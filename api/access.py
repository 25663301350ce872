"""Who is asking: a key or a session, on every request. Whether she may decide is checked again in copilot.decide."""

import hmac
from typing import Any, cast
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from api.parts import Parts
from api.problems import Problem
from copilot.decide import By
from copilot.store import Transaction, credentials, people
from copilot.store.rows import Caller

COOKIE = "havblik_session"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_LONGEST = 200
"""A secret of ours is far shorter; whatever is longer is not looked up."""


async def require_caller(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Knows the caller before a byte of the body is read. Raises `key-missing`, `key-unknown`, `cross-site`."""
    request = cast("Request[Any, Any, Any]", connection)
    if request.method != "OPTIONS":
        request.state["caller"] = await _caller(request, request.app.state.parts)


def provide_caller(request: Request[Any, Any, Any]) -> Caller:
    """The caller of an API request, whom `require_caller` found."""
    return cast("Caller", request.state["caller"])


async def _caller(request: Request[Any, Any, Any], parts: Parts) -> Caller:
    """A session that changes something must carry its token in a header."""
    header = request.headers.get("authorization")
    if header is not None:
        return await _key_holder(parts, header)
    caller = await session_of(request, parts)
    if caller is None:
        raise Problem("key-unknown" if request.cookies.get(COOKIE) else "key-missing")
    if request.method not in _SAFE:
        require_same_site(request)
        require_token(caller, request.headers.get(CSRF_HEADER, ""))
    return caller


async def session_of(request: Request[Any, Any, Any], parts: Parts) -> Caller | None:
    """The caller whose session the cookie holds; None without a valid one."""
    secret = request.cookies.get(COOKIE, "")
    if not 0 < len(secret) <= _LONGEST:
        return None
    return await credentials.caller_of_session(parts.store, secret, parts.now())


async def _key_holder(parts: Parts, header: str) -> Caller:
    scheme, _, secret = header.partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise Problem("key-missing")
    caller = await credentials.caller_of_key(parts.store, secret) if len(secret) <= _LONGEST else None
    if caller is None:
        raise Problem("key-unknown")
    return caller


def require_same_site(request: Request[Any, Any, Any]) -> None:
    """Raises where a browser says that another site sent the request."""
    fetched_from = request.headers.get("sec-fetch-site")
    if fetched_from is not None:
        if fetched_from not in {"same-origin", "none"}:
            raise Problem("cross-site")
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Problem("cross-site")


def require_token(caller: Caller, token: str) -> None:
    """Raises where the token is not the session's own."""
    if not caller.csrf or not hmac.compare_digest(caller.csrf.encode(), token.encode("utf-8", "surrogatepass")):
        raise Problem("cross-site")


def person(caller: Caller) -> By:
    """The person behind the caller; integrations are none. Raises `not-a-person`."""
    if caller.person_id is None:
        raise Problem("not-a-person")
    return By(caller.organisation_id, caller.person_id)


def sees(caller: Caller, clinic: str) -> bool:
    """Whether the caller may see anything of that clinic of her organisation."""
    return not caller.clinics or clinic in caller.clinics


async def require_colleague(tx: Transaction, caller: Caller, clinic: str) -> By:
    """The person, who has a place at the clinic: what follows is confidential. Raises `not-a-person`, `not-found`."""
    by = person(caller)
    if clinic not in await people.clinics_of(tx, by.person_id):
        raise Problem("not-found")
    return by
