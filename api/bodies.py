"""Reads bodies with suspicion: what is no JSON, nests too deep or shows nothing is refused first of all."""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from litestar import Request

from api.problems import Problem, field_error

_DEEPEST = 64
_SHOWS_NOTHING = {"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"}
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_CARRIES = {"POST", "PUT", "PATCH"}


async def check_json(request: Request[Any, Any, Any]) -> None:
    """Raises `not-json-media`, `too-large` or `not-json` for a body that cannot be read; runs before every handler."""
    if request.method not in _CARRIES:
        return
    body = await request.body()
    if not body and request.headers.get("content-type") is None:
        return
    media, _ = request.content_type
    if media != "application/json":
        raise Problem("not-json-media")
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("not-json") from error
    if _deeper_than(document, _DEEPEST):
        raise Problem("not-json")
    _require_shape(request, body)


def _require_shape(request: Request[Any, Any, Any], body: bytes) -> None:
    """Raises `invalid` for what is not exactly what the handler takes; Litestar alone would read "7" as a number."""
    expected = request.route_handler.parsed_data_field
    if expected is None:
        return
    try:
        msgspec.json.decode(body, type=expected.annotation)
    except msgspec.ValidationError as error:
        raise Problem("invalid", errors=[field_error(str(error))]) from None


def _deeper_than(document: object, depth: int) -> bool:
    level = [document]
    for _ in range(depth):
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list))
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True


def require_visible(text: str) -> None:
    """Raises `empty-text` for a text that shows nothing: white space, zero-width and other invisible marks alone."""
    if shows_nothing(text):
        raise Problem("empty-text")


def shows_nothing(text: str) -> bool:
    """Whether a text is empty to the eye."""
    return all(unicodedata.category(character) in _SHOWS_NOTHING for character in text)


def require_plausible(moment: datetime | None, now: datetime) -> None:
    """Raises `implausible-date` for a post from before the year 2000 or from after tomorrow."""
    if moment is None:
        return
    try:
        plausible = _EARLIEST <= moment.astimezone(UTC) <= now + timedelta(days=1)
    except OverflowError:
        plausible = False
    if not plausible:
        raise Problem("implausible-date")


def require_upcoming(moment: datetime, now: datetime) -> None:
    """Raises `implausible-date` for a time to look again that is past, or more than a year away."""
    try:
        upcoming = now < moment.astimezone(UTC) <= now + timedelta(days=366)
    except OverflowError:
        upcoming = False
    if not upcoming:
        raise Problem("implausible-date")
