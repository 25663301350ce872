"""Loads a clinic for the command line: its public profile, and apart from it what is confidential."""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from copilot.domain import Colleague, Confidential
from guards import line
from guards.context import Clinic
from guards.line import LineError

_DEMO = Path(__file__).parent.parent / "demo"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

__all__ = ["LineError", "demo", "from_value", "known"]


def known() -> tuple[str, ...]:
    """The ids of the demo clinics, in order."""
    return tuple(path.stem for path in files())


def files() -> tuple[Path, ...]:
    """The files of the demo clinics, in order."""
    return tuple(sorted(_DEMO.glob("*.toml")))


@lru_cache(maxsize=64)
def demo(clinic_id: str) -> tuple[Clinic, Confidential]:
    """The demo clinic of that id. Raises LineError where there is none."""
    path = _DEMO / f"{clinic_id}.toml"
    if not _ID.fullmatch(clinic_id) or not path.is_file():
        message = f"unknown clinic; the demo clinics are {', '.join(known())}"
        raise LineError(message)
    return _from_mapping(tomllib.loads(path.read_text(encoding="utf-8")))


def from_value(value: object) -> tuple[Clinic, Confidential]:
    """The clinic that a line names or describes, in the shape that guards.line reads. Raises LineError."""
    if isinstance(value, str):
        return demo(value)
    if isinstance(value, dict):
        return _from_mapping(value)
    raise LineError("clinic must be a demo clinic's id or an object")


def _from_mapping(data: Mapping[str, object]) -> tuple[Clinic, Confidential]:
    read = line.from_object({"text": "", "clinic": data})
    roles = _roles(data)
    roster = tuple(
        Colleague(colleague.name, roles.get(colleague.name, ""), colleague.nicknames)
        for colleague in read.confidential.roster
    )
    return read.context.clinic or Clinic(), Confidential(roster, read.confidential.notes)


def _roles(data: Mapping[str, object]) -> dict[str, str]:
    inside = data.get("confidential")
    listed = (inside if isinstance(inside, Mapping) else {}).get("roster", data.get("roster"))
    people = listed if isinstance(listed, list) else []
    return {
        str(person["name"]): str(person.get("role") or "")
        for person in people
        if isinstance(person, Mapping) and "name" in person
    }
