"""Finds details of the post that a reply repeats as facts: amounts, waits, counts."""

import re
from collections.abc import Iterator

from guards.finding import Finding
from guards.reading import Reading
from guards.table import blank, load
from guards.text import fold, fold_pattern

_WORDS = load("relation").words
_NUMBERS = {word: number for number, words in _WORDS["number"].items() for word in words}
_UNITS = _WORDS["unit"]
_AMOUNT = r"\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_UNIT = "|".join(f"(?P<{name}>{'|'.join(fold_pattern(word) for word in words)})" for name, words in _UNITS.items())
_SPOKEN = {fold_pattern(words): minutes for minutes, listed in _WORDS["minutes"].items() for words in listed}
_QUANTITY = re.compile(
    rf"\b(?P<spoken>{'|'.join(sorted(_SPOKEN, key=len, reverse=True))})\b"
    rf"|\b(?P<amount>{_AMOUNT})[ -]?(?:{_UNIT})(?![a-z])"
    rf"|[£$€] ?(?P<sum>\d{{1,3}}(?:[.,]\d{{3}})+|\d+)"
)
_LIMITS = [pattern for group in ("before", "usual") for pattern in _WORDS["limit"][group]]
_GENERAL = re.compile(rf"\b(?:{'|'.join(map(fold_pattern, _LIMITS))})\s+$")


def find(reading: Reading) -> Iterator[Finding]:
    """Every amount of the post that the reply states as a fact, neither as a condition nor as the poster's words."""
    told = {key for match in _QUANTITY.finditer(reading.post.text) if (key := _key(match)) is not None}
    if not told:
        return
    table = load("relation")
    public = _public(reading)
    for sentence in reading.open:
        text = blank(sentence.folded.text, table.unless)
        for match in _QUANTITY.finditer(text):
            key = _key(match)
            if key in told and key not in public and not _GENERAL.search(text[: match.start()]):
                yield table["repeats_detail"].finding(reading, *sentence.span(match.start(), match.end()))


def _key(match: re.Match[str]) -> tuple[str, str] | None:
    """Unit and amount, equal for "2 timer" and "to timer"; None where it is too common to tell anything."""
    if match["spoken"]:
        return "minute", _SPOKEN[match["spoken"]]
    if match["sum"]:
        return "money", _plain(match["sum"])
    unit = next(name for name in _UNITS if match[name])
    amount = _plain(match["amount"])
    if unit == "hour" and amount != "1":
        unit, amount = "minute", _in_minutes(amount)
    return None if amount == "1" and unit in {"time", "year", "day"} else (unit, amount)


def _in_minutes(hours: str) -> str:
    """So that "90 minutes" and "an hour and a half" are one."""
    return f"{float(hours.replace(',', '.')) * 60:g}" if re.fullmatch(r"\d+(?:[.,]\d+)?", hours) else hours


def _plain(amount: str) -> str:
    if amount in _NUMBERS:
        return _NUMBERS[amount]
    return re.sub(r"[.,](?=\d{3})", "", amount)


def _public(reading: Reading) -> set[tuple[str, str] | None]:
    clinic = reading.context.clinic
    if clinic is None:
        return set()
    text = fold(" ".join((*clinic.public_facts, *clinic.approved_sentences, clinic.opening_hours))).text
    return {_key(match) for match in _QUANTITY.finditer(text)}
