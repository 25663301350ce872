"""Signing in by a one-time link, and out. Opening the link shows a button: a preview of it does not burn it."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect

from api.access import COOKIE, require_same_site
from api.pages.visitor import Visitor, form_of, sign_in_form
from api.parts import Parts
from copilot.store import credentials

LASTING = timedelta(hours=12)
"""A working day: how long a session lasts."""


@get("/sign-in", include_in_schema=False)
async def sign_in_page(request: Request[Any, Any, Any], token: str = "", needed: str = "") -> Response[Any]:
    """The button that redeems the link, or what to do without one. Looks at nothing, so that nothing can be learnt."""
    return sign_in_form(request, token=token[:200], needed=bool(needed))


@post("/sign-in", include_in_schema=False)
async def sign_in(request: Request[Any, Any, Any], parts: NamedDependency[Parts]) -> Response[Any]:
    """Uses the link up and begins a session."""
    require_same_site(request)
    token = str((await request.form()).get("token", ""))
    redeemed = None
    if 0 < len(token) <= 200:  # noqa: PLR2004  # far longer than a secret of ours
        redeemed = await credentials.redeem_link(parts.store, token, parts.now(), lasting=LASTING)
    if redeemed is None:
        return sign_in_form(request, status=403, bad=True)
    secret, _ = redeemed
    return Redirect("/queue", status_code=303, cookies=[_cookie(parts, secret, int(LASTING.total_seconds()))])


@post("/sign-out", include_in_schema=False)
async def sign_out(
    request: Request[Any, Any, Any], visitor: NamedDependency[Visitor], parts: NamedDependency[Parts]
) -> Response[Any]:
    """Ends the session, here and in the database."""
    await form_of(request, visitor)
    async with parts.store.transaction(visitor.caller.organisation_id) as tx:
        await credentials.end_session(tx, visitor.caller.credential_id, parts.now())
    return Redirect("/sign-in", status_code=303, cookies=[_cookie(parts, "", 0)])


def _cookie(parts: Parts, secret: str, seconds: int) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=secret,
        path="/",
        max_age=seconds,
        httponly=True,
        samesite="lax",
        secure=parts.settings.secure,
    )
