"""Reads one line of `python -m guards`: a reply with whatever is known around it.

    {"id", "text", "post"?, "language"?, "clinic"?, "thread"?}

`post` is a string or {"text", "author"?, "platform"?, "posted_at"?}, `thread` a list of {"text", "ours", "author"?},
`clinic` a demo clinic's id or an object. A clinic's roster and notes are confidential: they come out beside the
context, never in it.
"""

import json
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from guards.context import Clinic, Contact, Context, Person, Post, Strictness, Turn

MAX_TEXT = 20_000
"""Code points that a text may hold."""

_DEMO = Path(__file__).parent.parent / "demo"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at the clinic. Confidential."""

    name: str
    nicknames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confidential:
    """What the clinic knows and no reply may show."""

    roster: tuple[Colleague, ...] = ()
    notes: str = ""


class LineError(ValueError):
    """A line that cannot be read. The message names the field, never what stands in it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One reply to be screened, with its public context and, apart from it, what only `stop` may see."""

    id: object
    """As given: a string, a number or null."""
    text: str
    context: Context
    confidential: Confidential


def parse(raw: str | bytes) -> Line:
    """The line that the JSON holds. Raises LineError."""
    try:
        data = json.loads(raw)
    except RecursionError:
        raise LineError("nested too deep") from None
    except UnicodeDecodeError:
        raise LineError("not valid UTF-8") from None
    except ValueError:
        raise LineError("not valid JSON") from None
    return from_object(data)


def from_object(data: object) -> Line:
    """The line that parsed JSON or TOML describes. Raises LineError."""
    line = _mapping(data, "the line")
    clinic, confidential = _clinic(line.get("clinic"))
    context = Context(
        post=_post(line.get("post")),
        thread=_thread(line.get("thread")),
        clinic=clinic,
        language=_string(line, "language", "language"),
    )
    return Line(_id(line.get("id")), _text(line, "text"), context, confidential)


def _id(value: object) -> object:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    raise LineError("id must be a string or a number")


def _mapping(value: object, field: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        message = f"{field} must be an object"
        raise LineError(message)
    return value


def _string(data: Mapping[str, Any], key: str, field: str) -> str:
    value = data.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        message = f"{field} must be a string"
        raise LineError(message)
    if len(value) > MAX_TEXT:
        message = f"{field} is longer than {MAX_TEXT} characters"
        raise LineError(message)
    return value


def _text(data: Mapping[str, Any], field: str) -> str:
    if data.get("text") is None:
        message = f"{field} is missing"
        raise LineError(message)
    return _string(data, "text", field)


def _post(value: object) -> Post | None:
    if value is None:
        return None
    data = {"text": value} if isinstance(value, str) else _mapping(value, "post")
    return Post(
        text=_text(data, "post.text"),
        author=_string(data, "author", "post.author"),
        platform=_string(data, "platform", "post.platform"),
        posted_at=_moment(_string(data, "posted_at", "post.posted_at")),
    )


def _moment(value: str) -> datetime | None:
    if not value:
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise LineError("post.posted_at must be a date or time in ISO 8601") from None


def _thread(value: object) -> tuple[Turn, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise LineError("thread must be a list")
    return tuple(_turn(_mapping(turn, f"thread[{index}]"), f"thread[{index}]") for index, turn in enumerate(value))


def _turn(data: Mapping[str, Any], field: str) -> Turn:
    ours = data.get("ours")
    if not isinstance(ours, bool):
        message = f"{field}.ours must be true or false"
        raise LineError(message)
    return Turn(_text(data, f"{field}.text"), ours, _string(data, "author", f"{field}.author"))


def _clinic(value: object) -> tuple[Clinic | None, Confidential]:
    if value is None:
        return None, Confidential()
    if isinstance(value, str):
        return demo_clinic(value)
    return _clinic_from(_mapping(value, "clinic"))


@lru_cache(maxsize=64)
def demo_clinic(clinic_id: str) -> tuple[Clinic, Confidential]:
    """The demo clinic of that id, from demo/<id>.toml. Raises LineError where there is none."""
    path = _DEMO / f"{clinic_id}.toml"
    if not _ID.fullmatch(clinic_id) or not path.is_file():
        raise LineError("clinic is not a demo clinic's id")
    return _clinic_from(tomllib.loads(path.read_text(encoding="utf-8")))


def _clinic_from(data: Mapping[str, Any]) -> tuple[Clinic, Confidential]:
    contact = _part(data, "contact")
    clinic = Clinic(
        id=_string(data, "id", "clinic.id"),
        name=_string(data, "name", "clinic.name"),
        profession=_string(data, "profession", "clinic.profession"),
        languages=_strings(data, "languages") or ("da", "en"),
        spokesperson=_person(data),
        contact=Contact(
            **{key: _string(contact, key, f"clinic.contact.{key}") for key in ("phone", "email", "address")}
        ),
        opening_hours=_string(data, "opening_hours", "clinic.opening_hours"),
        urgent_line=_string(data, "urgent_line", "clinic.urgent_line"),
        public_facts=_strings(data, "public_facts"),
        house_rules=_strings(data, "house_rules"),
        approved_sentences=_strings(data, "approved_sentences"),
        strictness=_strictness(data),
        platform_limits=_limits(data),
    )
    return clinic, _confidential(data)


def _part(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return {} if value is None else _mapping(value, f"clinic.{key}")


def _person(data: Mapping[str, Any]) -> Person | None:
    if data.get("spokesperson") is None:
        return None
    person = _part(data, "spokesperson")
    return Person(
        _string(person, "name", "clinic.spokesperson.name"), _string(person, "title", "clinic.spokesperson.title")
    )


def _strings(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = data.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        message = f"clinic.{key} must be a list of strings"
        raise LineError(message)
    return tuple(value)


def _strictness(data: Mapping[str, Any]) -> Strictness:
    value: Literal["strict", "standard"] | None = data.get("strictness")
    if value is not None and value not in ("strict", "standard"):
        raise LineError("clinic.strictness must be strict or standard")
    return value or "strict"


def _limits(data: Mapping[str, Any]) -> Mapping[str, int]:
    limits = _part(data, "platform_limits")
    if not all(isinstance(limit, int) and not isinstance(limit, bool) and limit > 0 for limit in limits.values()):
        raise LineError("clinic.platform_limits must hold whole numbers above 0")
    return MappingProxyType(dict(limits))


def _confidential(data: Mapping[str, Any]) -> Confidential:
    inside = {**data, **_part(data, "confidential")}
    roster = inside.get("roster")
    if roster is None:
        roster = []
    if not isinstance(roster, list):
        raise LineError("clinic.roster must be a list")
    return Confidential(tuple(_named(person) for person in roster), _string(inside, "notes", "clinic.notes"))


def _named(value: object) -> Colleague:
    if isinstance(value, str):
        return Colleague(value)
    person = _mapping(value, "each of clinic.roster")
    nicknames = person.get("nicknames") or []
    if not isinstance(nicknames, list) or not all(isinstance(name, str) for name in nicknames):
        raise LineError("nicknames in clinic.roster must be a list of strings")
    return Colleague(_text({"text": person.get("name")}, "name in clinic.roster"), tuple(nicknames))
