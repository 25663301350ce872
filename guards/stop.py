"""The confidential last check of a finished text: it may stop a reply and never shapes one, so screen is without it."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from guards import inventory, language
from guards.context import Clinic, Context
from guards.finding import Finding
from guards.moves import ungreeted
from guards.reading import Reading
from guards.slots import filled
from guards.text import Sentence, fold

_DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "stop.toml").read_text(encoding="utf-8"))
_SHORTEST_PART = 3
_SHORTEST_WORD = 5
_WORD = re.compile(r"[^\W\d_]{3,}|\d[\d.,:/-]*\d")
_BLANK = "\x00"


class Named(Protocol):
    """Somebody who works at the clinic. Confidential."""

    @property
    def name(self) -> str:
        """The full name."""

    @property
    def nicknames(self) -> tuple[str, ...]:
        """What else she is called."""


def stop(text: str, context: Context, roster: Iterable[Named], notes: str = "") -> tuple[Finding, ...]:
    """What a finished text holds of the confidential lane: colleagues' names and words of the case notes. All block.

    The spokesperson, the clinic's public data, a greeting of the post's author and known sentences are exempt.
    """
    reading = Reading(text, context)
    told = [(sentence, _confidential_part(sentence, reading)) for sentence in reading.sentences]
    found = [*_names(reading, told, roster), *_notes(reading, told, notes)]
    return tuple(sorted(set(found), key=lambda finding: (finding.start, finding.end)))


def _names(reading: Reading, told: list[tuple[Sentence, str]], roster: Iterable[Named]) -> Iterator[Finding]:
    clinic = reading.context.clinic
    own = _key(clinic.spokesperson.name) if clinic and clinic.spokesperson else ""
    for person in roster:
        pattern = _called(person, own)
        if pattern is None:
            continue
        for sentence, text in told:
            for match in pattern.finditer(text):
                start, end = sentence.span(match.start(), match.end())
                if _is_name(reading.text[start:end], match.group(), at_start=start == sentence.start):
                    yield _finding("roster", reading, start, end)


def _called(person: Named, own: str) -> re.Pattern[str] | None:
    """Everything the person is called that is not the spokesperson's too, in any case, with a genitive s or without."""
    full = _key(person.name)
    if full == own:
        return None
    written = person.name.split()
    parts = [part for part in written if part[:1].isupper()] or written
    names = {full, *map(_key, parts), *map(_key, person.nicknames)} - set(own.split()) - {own}
    long_enough = sorted((name for name in names if len(name) >= _SHORTEST_PART), key=len, reverse=True)
    spelled = "|".join(re.sub(r"(?:\\ |\\-|-|\s)+", "[ -]+", re.escape(name)) for name in long_enough)
    return re.compile(rf"(?<!\w)(?:{spelled})(?:'?s|')?(?!\w)") if spelled else None


def _is_name(written: str, folded: str, *, at_start: bool) -> bool:
    """Whether the found word is meant as a name: one that is also a common word needs its capital in mid-sentence."""
    common = folded in language.common_words()
    return not common or (written[:1].isupper() and not at_start)


def _confidential_part(sentence: Sentence, reading: Reading) -> str:
    """The folded sentence with all that is public blanked out."""
    text = sentence.folded.text
    if sentence in reading.known:
        return _BLANK * len(text)
    greeting = len(text) - len(ungreeted(text, reading.context))
    text = _BLANK * greeting + text[greeting:]
    for value in _public(reading.context.clinic):
        text = text.replace(value, _BLANK * len(value))
    return text


def _public(clinic: Clinic | None) -> list[str]:
    return [] if clinic is None else sorted(map(_key, filled(clinic).values()), key=len, reverse=True)


def _notes(reading: Reading, told: list[tuple[Sentence, str]], notes: str) -> Iterator[Finding]:
    secret = _distinctive(notes)
    if not secret:
        return
    secret -= _public_words(reading)
    for sentence, text in told:
        for match in _WORD.finditer(text):
            if match.group() in secret:
                yield _finding("notes", reading, *sentence.span(match.start(), match.end()))


def _distinctive(notes: str) -> set[str]:
    """Numbers, names and longer words of the notes."""
    folded = fold(notes)
    words = set()
    for match in _WORD.finditer(folded.text):
        start, end = folded.origin(match.start(), match.end())
        word = match.group()
        if word[0].isdigit() or len(word) >= _SHORTEST_WORD or notes[start:end].istitle():
            words.add(word)
    return words


def _public_words(reading: Reading) -> set[str]:
    """Words that tell nothing of the notes: common ones, and those that anybody can read in the thread."""
    context = reading.context
    clinic = context.clinic or Clinic()
    post = [context.post.text, context.post.author] if context.post else []
    public = [*post, *(turn.text for turn in context.thread), *filled(clinic).values(), *clinic.public_facts]
    return {word for text in public for word in _WORD.findall(_key(text))} | _ordinary()


@cache
def _ordinary() -> frozenset[str]:
    listed = [word for words in _DATA["ordinary"].values() for word in words]
    texts = [*inventory.curated(), *listed, *language.common_words()]
    return frozenset(word for text in texts for word in _WORD.findall(_key(text)))


def _key(text: str) -> str:
    return fold(text).text.strip()


def _finding(kind: str, reading: Reading, start: int, end: int) -> Finding:
    told = _DATA["reason"][kind]
    reason = told["en" if reading.language == "en" else "da"]
    return Finding(told["rule"], "block", start, end, reading.text[start:end], reason)
