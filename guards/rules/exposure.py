"""A colleague by name beside something that she did or was: the half of exposure that needs capital letters."""

import re
from collections.abc import Iterator
from functools import cache

from guards.finding import Finding
from guards.reading import Reading
from guards.table import load
from guards.text import fold, fold_pattern

_NAME = re.compile(r"\b(?!I\b)[A-ZÆØÅ][a-zæøåéü]+(?: [A-ZÆØÅ][a-zæøåéü]+){0,2}\b")


@cache
def _deeds() -> re.Pattern[str]:
    words = load("exposure").words["names"]["deeds"]
    return re.compile(fold_pattern(rf"[ ,]*(?:{'|'.join(words)})\b"))


@cache
def _ordinary() -> re.Pattern[str]:
    return re.compile("|".join(load("exposure").words["names"]["no_names"]))


def find(reading: Reading) -> Iterator[Finding]:
    """Names followed at once by a deed, the spokesperson's and words that only look like names left out."""
    rule = load("exposure")["named_colleague"]
    for sentence in reading.open:
        for name in _NAME.finditer(sentence.text):
            deed = _deeds().match(fold(sentence.text[name.end() :]).text)
            if deed and not _is_somebody_else(name.group(), reading):
                yield rule.finding(reading, sentence.start + name.start(), sentence.start + name.end())


def _is_somebody_else(name: str, reading: Reading) -> bool:
    """Whether the capitals are no colleague's: a common first word, a body, the clinic itself or its spokesperson."""
    folded = fold(name).text
    if _ordinary().fullmatch(folded.split()[0]):
        return True
    clinic = reading.context.clinic
    if clinic is None:
        return False
    ours = fold(f"{clinic.name} {clinic.spokesperson.name if clinic.spokesperson else ''}").text.split()
    return all(part in ours for part in folded.split())
