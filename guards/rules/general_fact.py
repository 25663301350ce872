"""Finds general claims about the clinic that are not among its public facts."""

import re
from collections.abc import Iterator
from functools import cache

from guards.finding import Finding
from guards.reading import Reading
from guards.table import load
from guards.text import fold_pattern


def find(reading: Reading) -> Iterator[Finding]:
    """Every sentence that claims something general and stands nowhere in the clinic's public facts; rights are free."""
    clinic = reading.context.clinic
    if clinic is None or not clinic.public_facts:
        return
    rule = load("general_fact")["not_public"]
    for sentence in reading.open:
        text = sentence.folded.text
        if _words("claim").search(text) and not _words("right").search(text):
            yield rule.finding(reading, sentence.start, sentence.end)


@cache
def _words(group: str) -> re.Pattern[str]:
    listed = load("general_fact").words[group]
    return re.compile("|".join(fold_pattern(word) for words in listed.values() for word in words))
