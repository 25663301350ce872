"""Patterns that match Danish however it was typed."""

import re
from collections.abc import Mapping, Sequence

_LETTERS = {"æ": "(?:ae|a|e)", "ø": "(?:oe|o)", "å": "(?:aa|a)", "ä": "(?:ae|a)", "ö": "(?:oe|o)"}
"""A letter as folded (guards/text.py), or as typed on a keyboard without it."""


def pattern_of(pattern: str, words: Mapping[str, Sequence[str]]) -> str:
    """The pattern with its word lists (`<name>`) filled in and æ, ø and å matching every way of typing them."""
    filled = re.sub(r"(?<!\?P)<([a-z]+)>", lambda match: f"(?:{'|'.join(words[match.group(1)])})", pattern)
    return "(?:" + "".join(_LETTERS.get(letter, letter) for letter in filled) + ")"
