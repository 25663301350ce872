"""Finds what changes the handling of a post, whatever its kind: PLAYBOOK's public signals with their spans."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from copilot.domain import Signal, SignalName
from copilot.triage import signs
from copilot.triage.typed import Patterns, pattern_of, patterns_of, possible
from guards.context import Clinic
from guards.text import Folded, fold

_FILE = Path(__file__).parent / "signals.toml"
_CPR = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{2})[ -]{0,3}(\d{4})(?!\d)")
_WORD = re.compile(r"[^\W\d_][\w'-]*")


@dataclass(frozen=True, slots=True)
class _Row:
    name: SignalName
    patterns: Patterns
    unless: Patterns


@dataclass(frozen=True, slots=True)
class _Names:
    cues: re.Pattern[str]
    pets: re.Pattern[str]
    never: frozenset[str]
    first: frozenset[str]


def find(text: str, folded: Folded, clinic: Clinic | None = None) -> tuple[Signal, ...]:
    """The public signals of a text in reading order; `safety` and `self_harm` follow from the kind's signs instead.

    The clinic's own phone, mail and address are nobody's personal data, its own place is no other clinic.
    """
    found = {(start, end, name) for name, start, end in (*_patterned(text, folded, clinic), *_cpr(folded))}
    found |= {(start, end, "names_person") for start, end in _persons(text, folded)}
    return tuple(Signal(name, start, end) for start, end, name in sorted(found))


def _patterned(text: str, folded: Folded, clinic: Clinic | None) -> Iterator[tuple[SignalName, int, int]]:
    own = _own(clinic)
    rows = _rows()
    could = possible(folded.text)
    for row in rows:
        for match in row.patterns.every(row.unless.blanked(folded.text, could), could):
            start, end = folded.origin(match.start(), match.end())
            if row.name == "personal_data" and _plain(text[start:end]) in own:
                continue
            if row.name == "legal" and _is_name(text, folded, match):
                continue
            if row.name == "other_clinic" and not _elsewhere(text, folded, match, own):
                continue
            yield row.name, start, end


def _elsewhere(text: str, folded: Folded, match: re.Match[str], own: str) -> bool:
    """Whether the matched place is written as a name and is no part of the clinic's own name or address."""
    group = next((name for name, value in match.groupdict().items() if value), None)
    if group is None:
        return False
    start, _ = folded.origin(*match.span(group))
    return text[start].isupper() and match.group(group) not in own


def _is_name(text: str, folded: Folded, match: re.Match[str]) -> bool:
    """Whether a word that must not be a name (a group called lower_…) is written as one: "Sue", not "sue" or "SUE"."""
    group = next((name for name, value in match.groupdict().items() if value), None)
    if group is None or not group.startswith("lower_"):
        return False
    start, end = folded.origin(*match.span(group))
    return text[start].isupper() and not text[start:end].isupper()


def _own(clinic: Clinic | None) -> str:
    if clinic is None:
        return ""
    contact = clinic.contact
    return " ".join(_plain(part) for part in (clinic.name, contact.phone, contact.email, contact.address, clinic.id))


def _plain(text: str) -> str:
    return re.sub(r"[ +.:,]|^(?:tlf|telefon|ring)\w*", "", fold(text).text)


def _cpr(folded: Folded) -> Iterator[tuple[SignalName, int, int]]:
    """Numbers of CPR's form whose first six digits are a date; mod 11 clears none (not guaranteed since 2007)."""
    for match in _CPR.finditer(folded.text):
        day, month, year = (int(part) for part in match.groups()[:3])
        # 1900 and 2000 differ in leap years alone; either will do.
        if _is_date(2000 + year, month, day) or _is_date(1900 + year, month, day):
            start, end = folded.origin(match.start(), match.end())
            yield "personal_data", start, end


def is_cpr(text: str) -> bool:
    """Whether the text holds a number of CPR's form with a real date."""
    return any(True for _ in _cpr(fold(text)))


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _persons(text: str, folded: Folded) -> Iterator[tuple[int, int]]:
    """Where a person is named: a capitalised word after a cue, or a first name that no pet's cue precedes."""
    names = _names()
    words = list(_WORD.finditer(folded.text))
    taken = -1
    for index, word in enumerate(words):
        start, end = folded.origin(word.start(), word.end())
        bare = word.group().removesuffix("'s").rstrip("'")
        if (
            index <= taken
            or not text[start].isupper()
            or bare in names.never
            or (end - start > 1 and text[start:end].isupper())
        ):
            continue
        before = folded.text[max(0, word.start() - 40) : word.start()].rstrip()
        by_name = bare in names.first or bare.removesuffix("s") in names.first
        if names.pets.search(before) is not None and not (by_name and names.cues.search(before) is not None):
            continue
        if not by_name and names.cues.search(before) is None:
            continue
        taken = _last_of_name(text, folded, words, index, names.never)
        yield start, folded.origin(words[taken].start(), words[taken].end())[1]


def _last_of_name(text: str, folded: Folded, words: list[re.Match[str]], index: int, never: frozenset[str]) -> int:
    """The index of a name's last word: capitalised words that follow with a space and nothing else between."""
    while index + 1 < len(words):
        following = words[index + 1]
        start, _ = folded.origin(following.start(), following.end())
        gap = folded.text[words[index].end() : following.start()]
        if gap != " " or not text[start].isupper() or following.group() in never:
            break
        index += 1
    return index


@cache
def _rows() -> tuple[_Row, ...]:
    return tuple(
        _Row(row["name"], patterns_of(row["patterns"], words), patterns_of(row.get("unless", ()), words))
        for row, words in signs.rows("signal", (_FILE.name, "danger.toml"))
    )


@cache
def _names() -> _Names:
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))["names"]
    return _Names(
        cues=re.compile(rf"(?<!\w)(?:{'|'.join(pattern_of(cue, {}) for cue in data['cues'])})$"),
        pets=re.compile(rf"(?<!\w)(?:{'|'.join(pattern_of(cue, {}) for cue in data['pets'])})$"),
        never=frozenset(fold(word).text for word in data["never"]),
        first=frozenset(fold(word).text for word in data["first"]),
    )
