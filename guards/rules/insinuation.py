"""Finds general remarks on causes and outcomes of harm under a post about such harm."""

import re
from collections.abc import Iterator
from functools import cache

from guards.finding import Finding
from guards.reading import Reading
from guards.table import blank, load
from guards.text import Sentence, fold_pattern


def find(reading: Reading) -> Iterator[Finding]:
    """Every sentence that explains a harm in general terms; a public fact of the clinic is asked about, not blocked."""
    if not _tells_of_harm(reading):
        return
    table = load("insinuation")
    facts = {sentence.start for sentence in reading.public_facts}
    open_ones = {sentence.start for sentence in reading.open}
    for sentence in reading.sentences:
        rule = "public_fact" if sentence.start in facts else "general_harm"
        known = sentence.start not in open_ones and sentence.start not in facts
        if not known and _explains(sentence):
            yield table[rule].finding(reading, sentence.start, sentence.end)


def _tells_of_harm(reading: Reading) -> bool:
    return _words("harm").search(reading.post.text) is not None


def _explains(sentence: Sentence) -> bool:
    text = blank(sentence.folded.text, load("insinuation").unless)
    if not (_words("general").search(text) and _words("outcome").search(text)):
        return False
    return _words("harmless").search(text) is None


@cache
def _words(group: str) -> re.Pattern[str]:
    listed = load("insinuation").words[group]
    return re.compile(rf"\b(?:{'|'.join(fold_pattern(word) for words in listed.values() for word in words)})")
