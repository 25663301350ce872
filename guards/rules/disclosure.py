"""Finds what patterns cannot tell: a CPR number, a day on which something happened, a name that is not public."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from guards.finding import Finding
from guards.named import names
from guards.reading import Reading
from guards.table import blank, load
from guards.text import fold_pattern

_CPR = re.compile(r"(?<![\d+])(?<!\d )(\d\d)[ .]?(\d\d)[ .]?(\d\d)[ -]{0,3}(\d{4})(?!\d)")


@cache
def _when() -> re.Pattern[str]:
    words = load("disclosure").words["event"]
    days, months, near = ("|".join(fold_pattern(word) for word in words[group]) for group in ("days", "months", "near"))
    day, clock = r"\d{1,2}(?:\.|st|nd|rd|th)?", r"\d{1,2}(?:[.:]\d\d)?"
    numeric = r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)\b"
    named = rf"(?:den |d\. ?)?{day} (?:{months})\b|(?:{months}) {day}\b"
    hour = rf"kl\.? ?{clock}|at {clock} ?[ap]m|at \d{{1,2}}[.:]\d\d"
    return re.compile(rf"\b(?:(?:{days})|{named}|{numeric}|{hour}|{near})")


def find(reading: Reading) -> Iterator[Finding]:
    """Every CPR number, every date of something that happened to the poster, and every name that is not public."""
    yield from _cpr(reading)
    yield from _dates(reading)
    yield from (load("disclosure")["name"].finding(reading, start, end) for start, end in names(reading))


def _cpr(reading: Reading) -> Iterator[Finding]:
    """By form and date alone: since 2007 a failing check digit clears nobody."""
    for match in _CPR.finditer(reading.text):
        if _is_date(*(int(part) for part in match.groups()[:3])):
            yield load("disclosure")["cpr"].finding(reading, match.start(), match.end())


def _is_date(day: int, month: int, year: int) -> bool:
    try:
        # 1996 and 2096 are leap years alike; the century is told by the serial number, and either will do.
        date(2000 + year, month, day)
    except ValueError:
        # Foreigners without an address in Denmark get a day above 60 (CPR-kontoret, "erstatningspersonnummer").
        return 60 < day <= 91 and _is_date(day - 60, month, year)  # noqa: PLR2004  # as the comment says
    return True


def _dates(reading: Reading) -> Iterator[Finding]:
    table = load("disclosure")
    for sentence in reading.open:
        text = blank(sentence.folded.text, table.unless)
        if _event("own").search(text) or not _event("da", "en").search(text):
            continue
        for match in _when().finditer(text):
            yield table["date"].finding(reading, *sentence.span(match.start(), match.end()))


@cache
def _event(*groups: str) -> re.Pattern[str]:
    words = load("disclosure").words["event"]
    listed = [fold_pattern(word) for group in groups for word in words[group]]
    return re.compile(rf"\b(?:{'|'.join(listed)})\b")
