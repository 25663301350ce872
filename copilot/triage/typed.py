"""Patterns that match Danish however it was typed, tried only where the text holds what they need."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from guards.literals import Index, required

_LETTERS = {"æ": "(?:ae|a|e)", "ø": "(?:oe|o)", "å": "(?:aa|a)", "ä": "(?:ae|a)", "ö": "(?:oe|o)"}
"""A letter as folded (guards/text.py), or as typed on a keyboard without it."""
_BOUNDED = {r"\w*": r"\w{0,40}", r"\w+": r"\w{1,40}", r"\S+": r"\S{1,60}", r"\W*": r"\W{0,20}", r"\W+": r"\W{1,20}"}
"""No word is longer: a text of one endless word must not cost the square of its length."""
_NAME = re.compile(r"(?<!\?P)<([a-z_]+)>")
_GROUP = re.compile(r"(\\b)?\(\?:(.*)\)(\\b)?", re.DOTALL)
_BATCH = 60
"""Alternatives that are looked up together; more than the index takes would be tried on every text."""
_INDEX = Index()
_COMPILED: dict[int, re.Pattern[str]] = {}
"""Every pattern by its place in the index."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """Alternatives that mean one thing, by their places in the index; an earlier one wins at the same place."""

    places: frozenset[int]

    def first(self, text: str, could: frozenset[int]) -> re.Match[str] | None:
        """The first match; `could` is `possible(text)` of the text before anything was blanked in it."""
        best: re.Match[str] | None = None
        for place in sorted(self.places & could):
            match = next(_matches(_COMPILED[place], text), None)
            if match is not None and (best is None or match.start() < best.start()):
                best = match
        return best

    def every(self, text: str, could: frozenset[int]) -> Iterator[re.Match[str]]:
        """All matches in reading order, none over another."""
        found = [match for place in sorted(self.places & could) for match in _matches(_COMPILED[place], text)]
        end = 0
        for match in sorted(found, key=lambda match: match.start()):
            if match.start() >= end:
                end = match.end()
                yield match

    def blanked(self, text: str, could: frozenset[int]) -> str:
        """The text with every match blanked out, wherever it begins, of the same length, so that offsets hold."""
        for place in sorted(self.places & could):
            text = _COMPILED[place].sub(lambda match: "\x00" * (match.end() - match.start()), text)
        return text


def possible(folded: str) -> frozenset[int]:
    """The places of all patterns read so far that could match the folded text."""
    return _possible(folded, len(_COMPILED))


@lru_cache(maxsize=4)
def _possible(folded: str, known: int) -> frozenset[int]:  # noqa: ARG001  # more patterns known, another answer
    return _INDEX.possible(folded)


def patterns_of(written: Iterable[str], words: Mapping[str, Sequence[str]]) -> Patterns:
    """The patterns as written in a table, filled in, split and indexed. Raises re.error where one cannot be read."""
    places = set()
    for pattern in written:
        for part in _parts(pattern, words):
            place = _INDEX.add(part)
            _COMPILED[place] = re.compile(part)
            places.add(place)
    return Patterns(frozenset(places))


def pattern_of(pattern: str, words: Mapping[str, Sequence[str]]) -> str:
    """The pattern with its word lists (`<name>`) filled in and æ, ø and å matching every way of typing them."""
    filled = pattern
    while (wanted := _NAME.search(filled)) is not None:
        filled = filled.replace(wanted.group(), f"(?:{'|'.join(words[wanted.group(1)])})")
    for endless, bounded in _BOUNDED.items():
        filled = filled.replace(endless, bounded)
    return "(?:" + "".join(_LETTERS.get(letter, letter) for letter in filled) + ")"


def _parts(pattern: str, words: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The pattern where the index can look it up, else its alternatives, else batches of those of its one group."""
    whole = pattern_of(pattern, words)
    if _listed(whole):
        yield whole
        return
    for alternative in _alternatives(pattern):
        group = _GROUP.fullmatch(alternative)
        inner = _alternatives(group.group(2)) if group is not None else []
        if group is None or len(inner) <= _BATCH or not _balanced(group.group(2)):
            yield pattern_of(alternative, words)
            continue
        for start in range(0, len(inner), _BATCH):
            batch = "|".join(inner[start : start + _BATCH])
            yield pattern_of(f"{group.group(1) or ''}(?:{batch}){group.group(3) or ''}", words)


def _listed(pattern: str) -> bool:
    words = required(pattern)
    return bool(words) and min(map(len, words)) > 2  # noqa: PLR2004  # the index looks up by three letters


def _alternatives(pattern: str) -> list[str]:
    r"""The pattern's outermost alternatives; `\|` and `[|]` part nothing."""
    found, depth, listed, start = [], 0, False, 0
    for sign in re.finditer(r"\\.|[\[\]()|]", pattern, re.DOTALL):
        mark = sign.group()
        listed = mark == "[" or (listed and mark != "]")
        if listed:
            continue
        depth += (mark == "(") - (mark == ")")
        if mark == "|" and not depth:
            found.append(pattern[start : sign.start()])
            start = sign.end()
    return [*found, pattern[start:]]


def _balanced(pattern: str) -> bool:
    try:
        re.compile(pattern_of(_NAME.sub("x", pattern), {}))
    except re.error:
        return False
    return True


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    r"""The matches that begin where a word begins, or at a sign.

    A pattern that also means the ends of compounds begins with `\w*`. Asked here, for a look-behind would
    make every pattern six times as slow.
    """
    for match in pattern.finditer(text):
        start = match.start()
        inside = start > 0 and _is_word(text[start - 1]) and _is_word(text[start : start + 1])
        if match.end() > start and not inside:
            yield match


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
