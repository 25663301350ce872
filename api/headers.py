"""The headers that every answer carries, and the one log line a request leaves."""

import time
from typing import Any

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

_LOG = structlog.get_logger("havblik.http")

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What our pages may load: our own files, nothing written inside the page, nothing from elsewhere."""

SCHEMA_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page of the OpenAPI document may load: Swagger UI writes style attributes and embeds its icons."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}


async def before_send(message: Message, scope: Scope) -> None:
    """Adds the security headers to every answer, errors included, and logs the request without its query or body."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    path = str(scope["path"])
    headers.setdefault("Content-Security-Policy", SCHEMA_POLICY if path.startswith("/schema") else PAGE_POLICY)
    if not path.startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")
    _log(scope, message["status"], path)


def _log(scope: Scope, status: int, path: str) -> None:
    started: Any = scope.get("state", {}).get("started")
    took = round((time.perf_counter() - started) * 1000, 1) if isinstance(started, float) else None
    level = _LOG.debug if path.startswith(("/static/", "/health")) else _LOG.info
    # The route's pattern rather than the path, which holds whatever somebody asked for.
    level("request", method=scope.get("method"), path=scope.get("path_template", ""), status=status, ms=took)
