"""Reads signs.toml and danger.toml: what a post may show, as weighted patterns over folded text."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from copilot.triage.typed import Patterns, patterns_of, possible
from guards.text import Folded

_FILES = ("signs.toml", "danger.toml")


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing a post may show."""

    of: str
    """What it speaks for, such as `danger` or `grievance`; kind.py weighs these."""
    name: str
    weight: float
    soft: bool
    """Whether thanks outweigh it."""
    patterns: Patterns
    unless: Patterns


@dataclass(frozen=True, slots=True)
class Seen:
    """A sign where it first stands, in code points of the original."""

    sign: Sign
    start: int
    end: int


def seen(folded: Folded) -> Iterator[Seen]:
    """Every sign the text shows, each once, at its first place."""
    signs = load()
    could = possible(folded.text)
    for sign in signs:
        if could.isdisjoint(sign.patterns.places):
            continue
        match = sign.patterns.first(sign.unless.blanked(folded.text, could), could)
        if match is not None:
            yield Seen(sign, *folded.origin(match.start(), match.end()))


@cache
def load() -> tuple[Sign, ...]:
    """The signs of signs.toml and danger.toml, compiled. Raises ValueError naming the sign that cannot be read."""
    return tuple(_sign(row, words) for row, words in rows("sign", _FILES))


def rows(kind: str, files: Iterable[str]) -> Iterator[tuple[dict[str, Any], Mapping[str, list[str]]]]:
    """The rows of that kind in tables beside this file, each with the words of its own table."""
    for name in files:
        data = tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
        for row in data[kind]:
            yield row, data["words"]


def _sign(row: dict[str, Any], words: Mapping[str, list[str]]) -> Sign:
    try:
        return Sign(
            of=row["of"],
            name=row["name"],
            weight=float(row["weight"]),
            soft=bool(row.get("soft", False)),
            patterns=patterns_of(row["patterns"], words),
            unless=patterns_of(row.get("unless", ()), words),
        )
    except (KeyError, ValueError, re.error) as error:
        message = f"sign {row.get('of', '?')}.{row.get('name', '?')}: {error!r}"
        raise ValueError(message) from error


_NOTHING = patterns_of((), {})
OF_SIGNALS: Mapping[str, Sign] = {
    "threat": Sign("threat", "threat", 2.5, soft=False, patterns=_NOTHING, unless=_NOTHING),
    "legal": Sign("grievance", "legal", 1.5, soft=False, patterns=_NOTHING, unless=_NOTHING),
}
"""Signals that are weighed beside the signs; their own patterns match nothing."""
