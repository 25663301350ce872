"""Asks about every sentence that nobody knows: pass is an allow-list."""

from collections.abc import Iterator

from guards.finding import Finding
from guards.reading import Reading
from guards.table import load

_SENTENCE = load("unknown")["sentence"]


def find(reading: Reading) -> Iterator[Finding]:
    """Every sentence that is neither known nor made of known moves.

    screen leaves out those in which another class found something: one question a sentence is enough.
    """
    for sentence in reading.unknown:
        yield _SENTENCE.finding(reading, sentence.start, sentence.end)
