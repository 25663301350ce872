"""Finds details of the post that a reply repeats as facts: amounts, waits, counts."""

import re
from collections.abc import Iterator

from guards.finding import Finding
from guards.reading import Reading
from guards.table import blank, load
from guards.text import fold

_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            (), ("en", "et", "one"), ("to", "two", "et par", "a couple of"), ("tre", "three"), ("fire", "four"), ("fem", "five"),
            ("seks", "six"), ("syv", "seven"), ("otte", "eight"), ("ni", "nine"), ("ti", "ten"), ("elleve", "eleven"), ("tolv", "twelve"),
        )
    )
    for word in words
}  # fmt: skip
_UNITS = {
    "hour": r"timers?|time|hours?|hrs?|t\b", "minute": r"minutt?er(?:s)?|min\b|minutes?|mins?", "day": r"dages?|doegn|dag|days?", "week": r"ugers?|uge|weeks?", "month": r"maaneders?|maaned|months?", "year": r"aars?|years?",
    "time": r"gange?|times", "money": r"kr\b\.?|kroner|dkk|,-|euro?s?|pounds?|quid|dollars?",
}  # fmt: skip
_AMOUNT = r"\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_QUANTITY = re.compile(
    rf"\b(?P<amount>{_AMOUNT})[ -]?(?:{'|'.join(f'(?P<{name}>{unit})' for name, unit in _UNITS.items())})(?![a-z])"
    r"|[£$€] ?(?P<sum>\d{1,3}(?:[.,]\d{3})+|\d+)"
)
_GENERAL = re.compile(r"\b(?:inden(?: for)?|op til|within|up to|hver|every|under|mindst|at least|over)\s+$")


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
    if match["sum"]:
        return "money", _plain(match["sum"])
    unit = next(name for name in _UNITS if match[name])
    amount = _plain(match["amount"])
    return None if amount == "1" and unit in {"time", "year", "day"} else (unit, amount)


def _plain(amount: str) -> str:
    if amount in _NUMBERS:
        return str(_NUMBERS[amount])
    return re.sub(r"[.,](?=\d{3})", "", amount)


def _public(reading: Reading) -> set[tuple[str, str] | None]:
    clinic = reading.context.clinic
    if clinic is None:
        return set()
    text = fold(" ".join((*clinic.public_facts, *clinic.approved_sentences, clinic.opening_hours))).text
    return {_key(match) for match in _QUANTITY.finditer(text)}
