"""Finds what patterns cannot tell: a CPR number by its date, a day on which something happened, a name that is not public."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from guards.finding import Finding
from guards.reading import Reading
from guards.named import names
from guards.table import blank, load
from guards.text import fold_pattern

_CPR = re.compile(r"(?<![\d+])(?<!\d )(\d\d)[ .]?(\d\d)[ .]?(\d\d)[ -]{0,3}(\d{4})(?!\d)")
_MONTHS = (
    r"(?:jan(?:uar|uary)?|feb(?:ruar|ruary)?|mar(?:ts|ch)?|apr(?:il)?|maj|may|jun[ie]?|jul[iy]?|aug(?:ust)?"
    r"|sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|de[cs](?:ember)?)"
)
_DAYS = (
    r"(?:mandag|tirsdag|onsdag|torsdag|fredag|loerdag|soendag"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)(?:en|s)?"
)
_WHEN = re.compile(
    rf"\b(?:{_DAYS}|(?:den |d\. ?)?\d{{1,2}}(?:\.|st|nd|rd|th)? {_MONTHS}\b|{_MONTHS} \d{{1,2}}(?:st|nd|rd|th)?\b"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d\d)\b|kl\.? ?\d{1,2}(?:[.:]\d\d)?|at \d{1,2}(?:[.:]\d\d| ?[ap]m)"
    r"|i (?:gaar|forgaars|morges|aftes|nat)\b|forleden|yesterday|last night|the other day|sidste uge|last week)"
)


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
        if _own("da", "own").search(text) or not _own("da", "event").search(text):
            continue
        for match in _WHEN.finditer(text):
            yield table["date"].finding(reading, *sentence.span(match.start(), match.end()))


@cache
def _own(_language: str, group: str) -> re.Pattern[str]:
    words = load("disclosure").words["event"]
    listed = words["own"] if group == "own" else words["da"] + words["en"]
    return re.compile(rf"\b(?:{'|'.join(fold_pattern(word) for word in listed)})\b")
