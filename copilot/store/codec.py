"""Frozen dataclasses to JSON text for a jsonb column, and back; shapes are checked on the way in."""

from types import MappingProxyType
from typing import TypeVar

import msgspec

from copilot.domain import Plan, Triage
from guards.context import Clinic, Turn
from guards.finding import Screening

T = TypeVar("T")


def encoded(value: object) -> str:
    """JSON text of a dataclass, or of a tuple of them."""
    return msgspec.json.encode(value, enc_hook=_plain).decode()


def optional(value: object | None) -> str | None:
    """As `encoded`; None stays None, for a NULL."""
    return None if value is None else encoded(value)


def triage(value: object) -> Triage | None:
    """A triage as stored; None for NULL."""
    return None if value is None else _shaped(value, Triage)


def plan(value: object) -> Plan | None:
    """A plan as stored; None for NULL."""
    return None if value is None else _shaped(value, Plan)


def screening(value: object) -> Screening | None:
    """A screening as stored; None for NULL."""
    return None if value is None else _shaped(value, Screening)


def clinic(value: object) -> Clinic:
    """A clinic's profile as stored."""
    return _shaped(value, Clinic)


def thread(value: object) -> tuple[Turn, ...]:
    """A thread as stored."""
    return _shaped(value, tuple[Turn, ...])


def _plain(value: object) -> dict[object, object]:
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise NotImplementedError(type(value).__name__)


def _shaped(value: object, shape: type[T]) -> T:
    """Reads what jsonb gives us. A shape's new field has a default, so old rows stay readable."""
    return msgspec.convert(value, shape)
