"""Reads a text once: folded letters with their origin, and sentences.

Folding makes spelling variants equal (case, æ/ae, ø/oe, å/aa, accents, typographic quotes and dashes) and undoes hiding
(zero-width and bidirectional marks, look-alike letters of other alphabets, s p a c e d letters). Every folded character
knows which code points of the original it came from.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

from guards.literals import PATTERNS

_DATA = tomllib.loads((Path(__file__).parent / "text.toml").read_text(encoding="utf-8"))
_LETTERS: dict[str, str] = _DATA["letters"]
_LOOKALIKES: dict[str, str] = _DATA["lookalikes"]
_ABBREVIATIONS = frozenset(_DATA["abbreviations"])
_MONTH = re.compile(rf"(?:{'|'.join(_DATA['months'])})\b")

_HIDDEN = {"Cf", "Mn", "Me", "Cc", "Co", "Cs"}
"""Categories that show nothing of their own: format and control characters, combining marks."""

_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that look like nothing."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text with the way back to the original."""

    text: str
    starts: tuple[int, ...]
    """For each folded character, where its original begins."""
    ends: tuple[int, ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where folded characters `start` to `end` stand in the original."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


@dataclass(frozen=True)
class Sentence:
    """One sentence, trimmed, with its place in the text as given."""

    start: int
    end: int
    text: str
    folded: Folded

    @cached_property
    def possible(self) -> frozenset[int]:
        """The places, in the index of all rules' patterns, of those that could match this sentence."""
        return PATTERNS.possible(self.folded.text)

    @cached_property
    def ordered(self) -> tuple[int, ...]:
        """The same places from first to last."""
        return tuple(sorted(self.possible))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where folded characters of this sentence stand in the whole text."""
        first, last = self.folded.origin(start, end)
        return self.start + first, self.start + last


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    if character.isspace():
        return " "
    if (letter := _LETTERS.get(character)) is not None:
        return letter
    if character in _BLANKS or unicodedata.category(character) in _HIDDEN:
        return ""
    if (letter := _LOOKALIKES.get(character)) is not None:
        return letter
    composed = unicodedata.normalize("NFKC", character).casefold()
    plain = unicodedata.normalize("NFKD", composed)
    letters = "".join(
        _LETTERS.get(part, _LOOKALIKES.get(part, part))
        for part in (composed if composed in _LETTERS else plain)
        if unicodedata.category(part) not in _HIDDEN
    )
    return " " if letters.isspace() else letters


_ASCII = {chr(code): _fold_character(chr(code)) for code in range(128)}

_EVERYDAY = _ASCII | {letter: _fold_character(letter) for letter in _LETTERS}
"""What most replies are made of, each character folded by itself."""

_COMPOSED = {("a", "\u030a"): "a", ("a", "\u0308"): "e", ("o", "\u0308"): "e"}
"""The second letter of å, ä and ö where they are typed as base and combining mark, as macOS stores them."""


def fold(text: str) -> Folded:
    """Folds a text; `Folded.text` holds lower-case letters, single spaces and plain punctuation."""
    plain = [_EVERYDAY.get(character, "") for character in text]
    joined = "".join(plain)
    if "" not in plain and "  " not in joined:
        starts = [index for index, folded in enumerate(plain) for _ in folded]
        return _join_spaced(Folded(joined, tuple(starts), tuple([index + 1 for index in starts])))
    return _join_spaced(_folded(text))


def _folded(text: str) -> Folded:
    """As `fold`, character by character: for text in which something is hidden, combined or spaced twice."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    last = ""
    for index, character in enumerate(text):
        folded = _ASCII.get(character)
        if folded is None:
            folded = _COMPOSED.get((last, character)) or _fold_character(character)
        if not folded or (folded == " " == last):
            if ends:
                ends[-1] = index + 1
            continue
        for last in folded:
            letters.append(last)
            starts.append(index)
            ends.append(index + 1)
    return Folded("".join(letters), tuple(starts), tuple(ends))


_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .\-_*|/]{1,3}[^\W\d_](?![^\W_])){3,}+")
"""Four single letters or more in a row, with spaces or signs between them."""


def _join_spaced(folded: Folded) -> Folded:
    """Joins letters that were spaced out to hide a word ("p o l i t i"); a list such as "a b c d" stays as it is."""
    dropped: set[int] = set()
    for match in _SPACED.finditer(folded.text):
        if not _is_list(match.group()):
            dropped.update(_gaps(folded, match))
    if not dropped:
        return folded
    kept = [index for index in range(len(folded.text)) if index not in dropped]
    return Folded(
        "".join(folded.text[index] for index in kept),
        tuple(folded.starts[index] for index in kept),
        tuple(folded.ends[index] for index in kept),
    )


def _is_list(spaced: str) -> bool:
    letters = [letter for letter in spaced if letter.isalpha()]
    return all(ord(after) - ord(before) in {0, 1} for before, after in pairwise(letters))


def _gaps(folded: Folded, match: re.Match[str]) -> Iterator[int]:
    """What stands between the letters, but for a wider gap among single spaces: that is where the next word begins."""
    for index in range(match.start(), match.end()):
        wide = folded.text[index] == " " and folded.ends[index] - folded.starts[index] > 1
        if not folded.text[index].isalpha() and not wide:
            yield index


def fold_pattern(pattern: str) -> str:
    """Folds the Danish letters of a pattern, so that it is written as one writes but matches folded text."""
    for letter, plain in (("æ", "ae"), ("ø", "oe"), ("å", "aa"), ("Æ", "ae"), ("Ø", "oe"), ("Å", "aa")):
        pattern = pattern.replace(letter, plain)
    return pattern


_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s|$|[\U0001F300-\U0001FAFF])|\n++|(?<![:;])[:;](?=[^\S\n]*\n)")
LONGEST = 600
"""Code points that a sentence may have; nobody writes a longer one, and patterns take time that grows faster."""

_LAST_WORD = re.compile(r"(\S+)$")
_ORDINAL = re.compile(r"(?<!\d)\d{1,2}\.$")
_INITIAL = re.compile(r"[^\W\d_]\.")
_AROUND = 24
"""Code points on either side of a full stop that can tell whether it ends a sentence."""


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    if match.group() != ".":
        return True
    before = text[max(0, match.end() - _AROUND) : match.end()]
    rest = text[match.end() : match.end() + _AROUND].lstrip()
    word = _LAST_WORD.search(before)
    last = word.group(1).lower().lstrip("(\"'„“»") if word else ""
    if last in _ABBREVIATIONS:
        return False
    if _ORDINAL.search(before):
        return _MONTH.match(rest.lower()) is None
    # A single capital before a full stop is an initial: "Lars P. Holm".
    return not _INITIAL.fullmatch(last) or not rest[:1].isupper()


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences stand, trimmed of white space, in reading order; empty ones are left out.

    A sentence that goes on and on is cut at a space, so that no pattern meets more than `LONGEST` code points.
    """
    spans = []
    start = 0
    for match in _END.finditer(text):
        if _ends_sentence(text, match):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    return [piece for first, last in spans for piece in _pieces(text, *_trimmed(text, first, last))]


def _trimmed(text: str, first: int, last: int) -> tuple[int, int]:
    piece = text[first:last]
    return first + len(piece) - len(piece.lstrip()), last - len(piece) + len(piece.rstrip())


def _pieces(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    while last - first > LONGEST:
        space = text.rfind(" ", first + LONGEST // 2, first + LONGEST)
        cut = space if space > 0 else first + LONGEST
        yield _trimmed(text, first, cut)
        first, last = _trimmed(text, cut, last)
    if last > first:
        yield first, last


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, each folded by itself."""
    return tuple(Sentence(start, end, text[start:end], fold(text[start:end])) for start, end in sentence_spans(text))
