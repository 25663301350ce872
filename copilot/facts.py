"""Finds the public fact that fits a post, from public data alone: a topic that both speak of, and words they share."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from copilot.folded import fold
from copilot.triage import language
from guards import language as languages
from guards.context import Clinic

_WORD = re.compile(r"[^\W\d_]{4,}")
_STEM = 5
"""Letters that make two inflections one word."""
_ALONE = 3
"""Shared words that make a fact fit where no topic says so."""


@dataclass(frozen=True, slots=True)
class _Read:
    text: str
    stems: frozenset[str]
    language: str


def fitting(text: str, clinic: Clinic, spoken: str, topics: Mapping[str, re.Pattern[str]]) -> str:
    """The clinic's public fact, in the language spoken, that fits the post best; empty where none fits."""
    post = fold(text).text
    stems = _stems(post)
    scored = [
        (_score(post, stems, _read(fact), topics), -index, fact)
        for index, fact in enumerate(clinic.public_facts)
        if _read(fact).language in {spoken, ""}
    ]
    score, _, fact = max(scored, default=(0, 0, ""))
    return fact if score >= _ALONE else ""


def _score(post: str, stems: frozenset[str], fact: _Read, topics: Mapping[str, re.Pattern[str]]) -> int:
    shared = len(stems & fact.stems)
    topic = sum(
        pattern.search(fact.text) is not None and pattern.search(post) is not None for pattern in topics.values()
    )
    return shared + _ALONE * topic


@lru_cache(maxsize=1024)
def _read(fact: str) -> _Read:
    """A public fact, read once: every post of its clinic is held against it."""
    folded = fold(fact).text
    return _Read(folded, _stems(folded), languages.of(fact))


def _stems(folded: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _WORD.findall(folded)) - _common()


@cache
def _common() -> frozenset[str]:
    return frozenset(word[:_STEM] for word in language.telling_words())
