"""Reads playbook.toml, the table from what a post is to what to do, and checks it row by row."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from copilot.domain import Kind, SignalName, Strategy
from copilot.triage.typed import pattern_of

FILE = Path(__file__).parent / "playbook.toml"

Condition: TypeAlias = Literal["fact", "house_rule", "answered"]
HouseRule: TypeAlias = Literal["threats", "private_data", "spam", "hate"]
Worded: TypeAlias = Mapping[str, str]
"""Language to a sentence."""
Listed: TypeAlias = Mapping[str, tuple[str, ...]]
"""Language to moves."""

_LANGUAGES = ("da", "en")
_SEVERITIES = 4


class PlaybookError(ValueError):
    """The playbook cannot be used; the message names the file, the line and the row."""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule of the playbook."""

    id: str
    kinds: frozenset[str]
    signals: frozenset[str]
    or_signals: frozenset[str]
    when: tuple[Condition, ...]
    strategy: Strategy
    reply_needed: bool
    deadline_hours: tuple[float, ...]
    reason: Worded
    may: Listed
    must_not: Listed


@dataclass(frozen=True, slots=True)
class Addition:
    """What a signal adds, whatever row decided."""

    reason: Worded
    must_not: Listed


@dataclass(frozen=True, slots=True)
class Playbook:
    """The whole table."""

    rows: tuple[Row, ...]
    additions: Mapping[str, Addition]
    must_not: Listed
    language: Worded
    language_names: Mapping[str, Mapping[str, str]]
    house_rules: Mapping[HouseRule, re.Pattern[str]]
    topics: Mapping[str, re.Pattern[str]]


@cache
def playbook() -> Playbook:
    """The playbook that the product ships with."""
    return parse(FILE.read_text(encoding="utf-8"), FILE.name)


def parse(text: str, name: str = "playbook") -> Playbook:
    """The playbook in the text. Raises PlaybookError naming the line of the row that does not fit the schema."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{name}: {error}"
        raise PlaybookError(message) from None
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == "[[row]]"]
    default = data.get("deadline_hours")
    rows = []
    for index, row in enumerate(data.get("row", [])):
        try:
            rows.append(_row(row, default))
        except (KeyError, TypeError, ValueError) as error:
            message = f"{name}, line {lines[index]}, row {row.get('id', index + 1)!r}: {_said(error)}"
            raise PlaybookError(message) from None
    try:
        _complete(rows)
        return Playbook(
            rows=tuple(rows),
            additions={
                _one_of(row["name"], SignalName, "name"): Addition(_worded(row["reason"]), _listed(row["must_not"]))
                for row in data["signal"]
            },
            must_not=_listed(data["must_not"]),
            language=_worded({key: data["language"][key] for key in _LANGUAGES}),
            language_names={key: dict(data["language"]["names"][key]) for key in _LANGUAGES},
            house_rules={key: _patterns(data["house_rules"][key]) for key in get_args(HouseRule)},
            topics={key: _patterns(listed) for key, listed in data["topics"].items()},
        )
    except (KeyError, TypeError, ValueError, re.error) as error:
        message = f"{name}: {_said(error)}"
        raise PlaybookError(message) from None


def _said(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


_KEYS = frozenset(Row.__dataclass_fields__)


def _row(row: Mapping[str, Any], default: object) -> Row:
    if unknown := sorted(set(row) - _KEYS):
        message = f"unknown key {unknown[0]}"
        raise ValueError(message)
    if not isinstance(row["reply_needed"], bool):
        raise TypeError("reply_needed must be true or false")
    return Row(
        id=str(row["id"]),
        kinds=frozenset(_one_of(kind, Kind, "kinds") for kind in row.get("kinds", ())),
        signals=frozenset(_one_of(signal, SignalName, "signals") for signal in row.get("signals", ())),
        or_signals=frozenset(_one_of(signal, SignalName, "or_signals") for signal in row.get("or_signals", ())),
        when=tuple(_one_of(condition, Condition, "when") for condition in row.get("when", ())),
        strategy=_one_of(row["strategy"], Strategy, "strategy"),
        reply_needed=row["reply_needed"],
        deadline_hours=_hours(row.get("deadline_hours", default)),
        reason=_worded(row["reason"]),
        may=_listed(row["may"]),
        must_not=_listed(row["must_not"]),
    )


def _one_of(value: object, choices: Any, field: str) -> Any:  # noqa: ANN401  # a Literal's member, which has no type of its own
    if value not in get_args(choices):
        message = f"{field}: {value!r} is none of {', '.join(get_args(choices))}"
        raise ValueError(message)
    return value


def _hours(value: object) -> tuple[float, ...]:
    if (
        not isinstance(value, list)
        or len(value) != _SEVERITIES
        or not all(isinstance(hours, int | float) and hours > 0 for hours in value)
    ):
        raise TypeError("deadline_hours must be four numbers above 0, one a severity")
    return tuple(float(hours) for hours in value)


def _worded(value: Mapping[str, object]) -> Worded:
    if set(value) != set(_LANGUAGES) or not all(isinstance(text, str) and text for text in value.values()):
        raise TypeError("a reason is one sentence in da and one in en")
    return {language: str(text) for language, text in value.items()}


def _listed(value: Mapping[str, Sequence[object]]) -> Listed:
    if set(value) != set(_LANGUAGES) or len({len(moves) for moves in value.values()}) != 1:
        raise TypeError("may and must_not are lists of equal length in da and en")
    return {language: tuple(str(move) for move in moves) for language, moves in value.items()}


def _patterns(listed: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(pattern_of(pattern, {}) for pattern in listed))


def _complete(rows: Sequence[Row]) -> None:
    """Every kind ends in a row without conditions, and no two rows share a name."""
    ids = [row.id for row in rows]
    if len(set(ids)) != len(ids):
        raise ValueError("two rows have the same id")
    last = {kind for row in rows if not row.when and not row.signals for kind in row.kinds}
    if missing := sorted(set(get_args(Kind)) - last):
        message = f"no row without conditions for {missing[0]}"
        raise ValueError(message)
