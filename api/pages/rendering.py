"""Renders templates in the reader's language; a missing word or variable is an error."""

from datetime import datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response

from api import wording
from guards.finding import Finding

STATIC = Path(__file__).parent.parent / "static"
_TEMPLATES = Path(__file__).parent.parent / "templates"
_MINUTES, _HOURS = 60, 48
"""Up to so many minutes or hours are told as such."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["ago"] = ago
    environment.filters["until"] = until
    environment.filters["moment"] = moment
    environment.filters["pieces"] = pieces
    environment.filters["spans"] = spans
    return environment


def page(template: str, language: str, *, status: int = 200, **values: Any) -> Response[str]:  # noqa: ANN401  # templates
    """A page or a part of one."""
    words = wording.of(language)
    text = _environment().get_template(template).render(t=words, **values)
    return Response(text, status_code=status, media_type=MediaType.HTML)


@cache
def _zone() -> tzinfo | None:
    try:
        return ZoneInfo("Europe/Copenhagen")
    except ZoneInfoNotFoundError:  # a machine without zones; its own clock is the best guess left
        return None


def local(at: datetime) -> datetime:
    """The moment on the clinic's clock."""
    return at.astimezone(_zone())


def moment(at: datetime) -> str:
    """Day and time on the clinic's clock, for instance `23.11.2026 14.30`."""
    return f"{local(at):%d.%m.%Y %H.%M}"


def ago(at: datetime, now: datetime, words: dict[str, Any]) -> str:
    """How long ago, in the reader's words."""
    return _told(now - at, "ago", words["common"]) or str(words["common"]["just_now"])


def until(at: datetime, now: datetime, words: dict[str, Any]) -> str:
    """How long is left, or by how much it is late."""
    if at < now:
        return _told(now - at, "late", words["common"]) or str(words["common"]["just_now"])
    return _told(at - now, "in", words["common"]) or str(words["common"]["just_now"])


def _told(span: timedelta, direction: str, words: dict[str, str]) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return ""
    number, unit = (minutes, "minutes") if minutes < _MINUTES else (minutes // 60, "hours")
    if unit == "hours" and number >= _HOURS:
        number, unit = number // 24, "days"
    key = f"in_{unit}" if direction == "in" else f"{unit}_{direction}"
    return words[key].format(n=number)


def spans(findings: tuple[Finding, ...]) -> list[tuple[int, int, str]]:
    """Where findings stand, blocks before cautions where both begin at one place."""
    ranked = sorted(findings, key=lambda one: (one.start, one.severity != "block", -one.end))
    return [(one.start, one.end, one.severity) for one in ranked]


def pieces(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[str, str]]:
    """The text cut at its spans: (piece, class), the class empty between them; of two that overlap the first stays."""
    cut: list[tuple[str, str]] = []
    at = 0
    for start, end, name in sorted(spans):
        if start < at or end <= start:
            continue
        cut += [(text[at:start], ""), (text[start:end], name)]
        at = end
    return [piece for piece in [*cut, (text[at:], "")] if piece[0]]
