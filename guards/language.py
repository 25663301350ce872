"""Tells the language of a text by its commonest words; no library, so that every rule may ask."""

import re
import tomllib
from functools import cache
from pathlib import Path

_WORDS = re.compile(r"[^\W\d_]+")


@cache
def _common() -> dict[str, frozenset[str]]:
    data = tomllib.loads((Path(__file__).parent / "language.toml").read_text(encoding="utf-8"))
    return {language: frozenset(words) for language, words in data["common"].items()}


def of(text: str) -> str:
    """`da`, `en`, `sv`, `nb` or `de`: the language most of whose common words stand in the text; empty where none do.

    A tie goes to the language that stands first in language.toml.
    """
    words = [word.lower() for word in _WORDS.findall(text)]
    counts = {language: sum(word in common for word in words) for language, common in _common().items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else ""


@cache
def common_words() -> frozenset[str]:
    """The commonest words of every language, lower case, as typed."""
    return frozenset().union(*_common().values())
