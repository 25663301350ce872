"""Finds what only the whole thread tells: pieces that our replies give one by one, and answers to the poster's case."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from guards.finding import Finding
from guards.reading import Reading
from guards.table import load
from guards.text import Sentence, fold_pattern, sentences

_KINDS = ("time", "body", "creature", "staff", "money")
_ENOUGH = 3
"""Kinds of pieces that together point at one case."""


def find(reading: Reading) -> Iterator[Finding]:
    """A sentence that completes a picture begun in our earlier replies, or that says yes or no to the poster's case."""
    if not reading.context.thread:
        return
    yield from _answers(reading)
    yield from _completes(reading)


def _answers(reading: Reading) -> Iterator[Finding]:
    """The first open sentence, where it is a bare yes or no to what the poster last said of her own case."""
    last = reading.context.thread[-1]
    if last.ours or not reading.open:
        return
    asked = sentences(last.text)[-1:]
    first = reading.open[0]
    if any(_words("own_case").search(sentence.folded.text) for sentence in asked) and _is_answer(first):
        yield load("mosaic")["answers_poster"].finding(reading, first.start, first.end)


def _is_answer(sentence: Sentence) -> bool:
    text = sentence.folded.text
    return re.match(rf"\W*{_words('answer').pattern}", text) is not None and not _words("open_door").search(text)


def _completes(reading: Reading) -> Iterator[Finding]:
    ours = [sentence for turn in reading.context.thread if turn.ours for sentence in sentences(turn.text)]
    earlier = _pieces(ours)
    if not earlier:
        return
    rule = load("mosaic")["completes"]
    for sentence in reading.open:
        added = _pieces([sentence]) - earlier
        if added and len(earlier | added) >= _ENOUGH:
            yield rule.finding(reading, sentence.start, sentence.end)


def _pieces(told: Iterable[Sentence]) -> set[str]:
    return {
        kind
        for sentence in told
        if not _words("open_door").search(sentence.folded.text)
        for kind in _KINDS
        if _words(kind).search(sentence.folded.text)
    }


@cache
def _words(group: str) -> re.Pattern[str]:
    listed = load("mosaic").words[group]
    return re.compile(rf"\b(?:{'|'.join(fold_pattern(word) for words in listed.values() for word in words)})\b")
