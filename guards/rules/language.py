"""The reply's language: the expected one, and one that the rules can read."""

import re
from collections.abc import Iterator

from guards import language
from guards.context import Context
from guards.finding import Finding
from guards.reading import Reading
from guards.table import load

_READ = ("da", "en")
_NEIGHBOURS = ("nb", "sv")
_WORD = re.compile(r"[^\W\d_]+")
_TELLING_WORDS = 6
"""Below so many words a text without a common word may be Danish or English all the same: a name, a greeting."""
_OWN_MARKS = 2


def find(reading: Reading) -> Iterator[Finding]:
    """One finding over the whole text where its language is not read here, or not the expected one."""
    written = _written(reading.text, reading.language)
    table = load("language")
    if written == "unread":
        yield table["unread"].finding(reading, 0, len(reading.text))
    elif written and (expected := _expected(reading.context)) and written != expected:
        yield table["other"].finding(reading, 0, len(reading.text))


def _written(text: str, guess: str) -> str:
    """`da`, `en`, `unread`, or empty where the text is too short to tell."""
    words = [word.lower() for word in _WORD.findall(text)]
    letters = "".join(words)
    if sum(letter > "\u024f" for letter in letters) * 2 > len(letters):
        return "unread"
    if guess in _READ:
        return guess
    if guess in _NEIGHBOURS:
        marks = load("language").words
        foreign, danish = (sum(word in marks[code]["own"] for word in words) for code in (guess, "da"))
        return "unread" if foreign >= _OWN_MARKS and foreign > danish else "da"
    return "unread" if len(words) >= _TELLING_WORDS else ""


def _expected(context: Context) -> str:
    """What the reply should be in: as told, else the post's where the clinic has it, else the clinic's first."""
    if context.language:
        return context.language
    post = language.of(context.post.text) if context.post else ""
    if not post:
        return ""
    if context.clinic is None:
        return post if post in _READ else ""
    spoken = context.clinic.languages
    return post if post in spoken else (spoken[0] if spoken else "")
