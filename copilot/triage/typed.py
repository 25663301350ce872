"""Patterns that match Danish however it was typed."""

import re
from collections.abc import Iterator, Mapping, Sequence

_LETTERS = {"æ": "(?:ae|a|e)", "ø": "(?:oe|o)", "å": "(?:aa|a)", "ä": "(?:ae|a)", "ö": "(?:oe|o)"}
"""A letter as folded (guards/text.py), or as typed on a keyboard without it."""
_BOUNDED = {r"\w*": r"\w{0,40}", r"\w+": r"\w{1,40}", r"\S+": r"\S{1,60}", r"\W*": r"\W{0,20}", r"\W+": r"\W{1,20}"}
"""No word is longer: a text of one endless word must not cost the square of its length."""


def pattern_of(pattern: str, words: Mapping[str, Sequence[str]]) -> str:
    """The pattern with its word lists (`<name>`) filled in and æ, ø and å matching every way of typing them."""
    filled = re.sub(r"(?<!\?P)<([a-z]+)>", lambda match: f"(?:{'|'.join(words[match.group(1)])})", pattern)
    for endless, bounded in _BOUNDED.items():
        filled = filled.replace(endless, bounded)
    return "(?:" + "".join(_LETTERS.get(letter, letter) for letter in filled) + ")"


def matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
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
