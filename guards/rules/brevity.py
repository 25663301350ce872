"""Length: more than 80 words or four sentences, greeting, closing and signature not counted; and nothing at all."""

import re
from collections.abc import Iterator
from functools import cache

from guards import moves
from guards.finding import Finding
from guards.reading import Reading
from guards.table import load
from guards.text import Sentence, fold_pattern

_MOST_WORDS = 80
_MOST_SENTENCES = 4
_SIGNATURE_WORDS = 6
_GREETING_WORDS = 4
_WORD = re.compile(r"\w+(?:[-'’.@]\w+)*")


def find(reading: Reading) -> Iterator[Finding]:
    """What stands past the eightieth word or the fourth sentence, or a text without a letter."""
    table = load("brevity")
    if not any(character.isalpha() for character in reading.text):
        yield table["empty"].finding(reading, 0, len(reading.text))
        return
    formal = {sentence.start for sentence in moves.formalities(reading.sentences, reading.context)}
    body = _body(tuple(sentence for sentence in reading.sentences if sentence.start not in formal))
    if len(body) > _MOST_SENTENCES:
        yield table["many_sentences"].finding(reading, body[_MOST_SENTENCES].start, body[-1].end)
    words = [sentence.start + word.start() for sentence in body for word in _WORD.finditer(sentence.text)]
    if len(words) > _MOST_WORDS:
        yield table["long"].finding(reading, words[_MOST_WORDS], body[-1].end)


@cache
def _frame(name: str) -> re.Pattern[str]:
    return re.compile(fold_pattern(rf"\W*(?:{'|'.join(load('brevity').words['any'][name])})\b"))


def _body(sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """The sentences between greeting and signature; all of them where nothing else would be left."""
    body = list(sentences)
    if body and _frame("greeting").match(body[0].folded.text) and _count(body[0]) <= _GREETING_WORDS:
        del body[0]
    while body and _signs(body[-1]):
        del body[-1]
    return tuple(body) or sentences


def _signs(sentence: Sentence) -> bool:
    """Whether it is a closing or a signature: short, and either a set phrase or without a full stop, in capitals."""
    if _count(sentence) > _SIGNATURE_WORDS:
        return False
    named = sentence.text[:1].isupper() and sentence.text[-1].isalnum()
    return bool(_frame("closing").match(sentence.folded.text)) or named


def _count(sentence: Sentence) -> int:
    return len(_WORD.findall(sentence.text))
