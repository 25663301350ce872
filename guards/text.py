"""Reads a text once: folded letters with their origin, and sentences.

Folding makes spelling variants equal (case, æ/ae, ø/oe, å/aa, accents, typographic quotes and dashes) and undoes hiding
(zero-width and bidirectional marks, look-alike letters of other alphabets, s p a c e d letters). Every folded character
knows which code points of the original it came from.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = tomllib.loads((Path(__file__).parent / "text.toml").read_text(encoding="utf-8"))
_LETTERS: dict[str, str] = _DATA["letters"]
_LOOKALIKES: dict[str, str] = _DATA["lookalikes"]
_ABBREVIATIONS = frozenset(_DATA["abbreviations"])
_MONTH = re.compile(rf"(?:{'|'.join(_DATA['months'])})\b")

_HIDDEN = {"Cf", "Mn", "Me", "Cc", "Co", "Cs"}
"""Categories that show nothing of their own: format and control characters, combining marks."""


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


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, trimmed, with its place in the text as given."""

    start: int
    end: int
    text: str
    folded: Folded

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where folded characters of this sentence stand in the whole text."""
        first, last = self.folded.origin(start, end)
        return self.start + first, self.start + last


@cache
def _fold_character(character: str) -> str:
    if character.isspace():
        return " "
    if (letter := _LETTERS.get(character)) is not None:
        return letter
    if unicodedata.category(character) in _HIDDEN:
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


_COMPOSED = {("a", "\u030a"): "aa", ("a", "\u0308"): "ae", ("o", "\u0308"): "oe"}
"""Letters typed as base and combining mark, as macOS stores them."""

_SPACED = re.compile(r"(?<![^\W_])[^\W_](?:[ .\-_*]{1,2}[^\W\d_](?![^\W_])){3,}")


def fold(text: str) -> Folded:
    """Folds a text; `Folded.text` holds lower-case letters, single spaces and plain punctuation."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        composed = _COMPOSED.get((letters[-1], character)) if letters else None
        if composed is not None:
            for added in composed[1:]:
                letters.append(added)
                starts.append(starts[-1])
                ends.append(index + 1)
            letters[-2] = composed[0]
            continue
        folded = _fold_character(character)
        if not folded:
            if ends and character not in "\u200b\u2060\ufeff":
                ends[-1] = index + 1
            continue
        if folded == " " and letters and letters[-1] == " ":
            ends[-1] = index + 1
            continue
        for letter in folded:
            letters.append(letter)
            starts.append(index)
            ends.append(index + 1)
    return _join_spaced(Folded("".join(letters), tuple(starts), tuple(ends)))


def _join_spaced(folded: Folded) -> Folded:
    """Joins letters that were spaced out to hide a word ("p o l i t i")."""
    matches = list(_SPACED.finditer(folded.text))
    if not matches:
        return folded
    dropped = {
        index for match in matches for index in range(match.start(), match.end()) if not folded.text[index].isalnum()
    }
    kept = [index for index in range(len(folded.text)) if index not in dropped]
    return Folded(
        "".join(folded.text[index] for index in kept),
        tuple(folded.starts[index] for index in kept),
        tuple(folded.ends[index] for index in kept),
    )


def fold_pattern(pattern: str) -> str:
    """Folds the Danish letters of a pattern, so that it is written as one writes but matches folded text."""
    for letter, plain in (("æ", "ae"), ("ø", "oe"), ("å", "aa"), ("Æ", "ae"), ("Ø", "oe"), ("Å", "aa")):
        pattern = pattern.replace(letter, plain)
    return pattern


_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$|[\U0001F300-\U0001FAFF])|\n+|[:;]\s*\n")
_LAST_WORD = re.compile(r"(\S+)$")
_ORDINAL = re.compile(r"(?<!\d)\d{1,2}\.$")


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    if "\n" in match.group():
        return True
    if match.group() != ".":
        return True
    before = text[: match.end()]
    word = _LAST_WORD.search(before[-24:])
    last = word.group(1).lower().lstrip("(\"'„“»") if word else ""
    rest = text[match.end() :].lstrip()
    if last in _ABBREVIATIONS:
        return False
    if _ORDINAL.search(before[-4:]):
        return _MONTH.match(rest.lower()) is None
    # A single capital before a full stop is an initial: "Lars P. Holm".
    return not re.fullmatch(r"[^\W\d_]\.", last, re.IGNORECASE) or not rest[:1].isupper()


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences stand, trimmed of white space, in reading order; empty ones are left out."""
    spans = []
    start = 0
    for match in _END.finditer(text):
        if _ends_sentence(text, match):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    trimmed = []
    for first, last in spans:
        piece = text[first:last]
        left = len(piece) - len(piece.lstrip())
        right = len(piece.rstrip())
        if right > left:
            trimmed.append((first + left, first + right))
    return trimmed


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, each folded by itself."""
    return tuple(Sentence(start, end, text[start:end], fold(text[start:end])) for start, end in sentence_spans(text))
