"""Hides names, numbers and addresses of a post before a model sees it, from the post's own text alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_LINK = r"(?:https?://|www\.)\S+"
_NUMBER = r"\+?\d(?:[ .\-]?\d){3,}"
_HANDLE = r"@[\w.]{2,}"
_CAPITALISED = r"[^\W\d_a-zæøåäöéü][\w'’-]+(?:[ -][^\W\d_a-zæøåäöéü][\w'’-]+)*"

_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n]\s*|[\"“»]\s*)$")


@dataclass(frozen=True, slots=True)
class Pseudonymised:
    """A text without names, and the placeholders it holds instead. What they stood for is forgotten on purpose."""

    text: str
    placeholders: frozenset[str]


def pseudonymise(text: str, spans: Iterable[tuple[int, int]], author: str, public: Iterable[str]) -> Pseudonymised:
    """The text with personal data replaced by placeholders such as [PERSON_1].

    `spans` are code points that triage found (persons named, personal data); the author's names, mail addresses, links,
    handles, numbers of four digits or more, capitalised words inside a sentence go too. `public` are the clinic's own
    public names, which stay. Hiding too much costs a draft some colour; hiding too little costs a person her privacy.
    """
    places = [*spans, *_by_shape(text, frozenset(_words(" ".join(public)))), *_author(text, author)]
    names: dict[str, str] = {}
    pieces: list[str] = []
    at = 0
    for start, end in _merged(places):
        if start >= end:
            continue
        pieces += [text[at:start], _placeholder(names, text[start:end])]
        at = end
    pieces.append(text[at:])
    return Pseudonymised("".join(pieces), frozenset(names.values()))


def _placeholder(names: dict[str, str], hidden: str) -> str:
    label = "DATA" if any(character.isdigit() or character == "@" for character in hidden) else "PERSON"
    return names.setdefault(hidden.casefold(), f"[{label}_{len(names) + 1}]")


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _LETTERS.findall(text)]


def _by_shape(text: str, public: frozenset[str]) -> list[tuple[int, int]]:
    found = [match.span() for shape in (_EMAIL, _LINK, _HANDLE, _NUMBER) for match in re.finditer(shape, text)]
    for match in re.finditer(_CAPITALISED, text):
        starts_sentence = _SENTENCE_START.search(text[max(0, match.start() - 3) : match.start()]) is not None
        shouted = match.group().isupper() and len(match.group()) > 1
        known = all(word in public for word in _words(match.group()))
        if not (known or shouted or (starts_sentence and " " not in match.group())):
            found.append(match.span())
    return found


def _author(text: str, author: str) -> list[tuple[int, int]]:
    parts = {re.escape(word) for word in _LETTERS.findall(author)}
    if not parts:
        return []
    return [match.span() for match in re.finditer(rf"\b(?:{'|'.join(sorted(parts))})s?\b", text, re.IGNORECASE)]


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
