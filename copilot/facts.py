"""Finds the public fact that fits a post, from public data alone: a topic that both speak of, and words they share."""

import re
from collections.abc import Mapping
from functools import cache

from copilot.triage import language
from guards import language as languages
from guards.context import Clinic
from guards.text import fold

_WORD = re.compile(r"[^\W\d_]{4,}")
_STEM = 5
"""Letters that make two inflections one word."""
_ALONE = 3
"""Shared words that make a fact fit where no topic says so."""


def fitting(text: str, clinic: Clinic, spoken: str, topics: Mapping[str, re.Pattern[str]]) -> str:
    """The clinic's public fact, in the language spoken, that fits the post best; empty where none fits."""
    post = fold(text).text
    scored = [
        (_score(post, fold(fact).text, topics), -index, fact)
        for index, fact in enumerate(clinic.public_facts)
        if languages.of(fact) in {spoken, ""}
    ]
    score, _, fact = max(scored, default=(0, 0, ""))
    return fact if score >= _ALONE else ""


def _score(post: str, fact: str, topics: Mapping[str, re.Pattern[str]]) -> int:
    shared = len(_stems(post) & _stems(fact))
    topic = sum(pattern.search(post) is not None and pattern.search(fact) is not None for pattern in topics.values())
    return shared + _ALONE * topic


def _stems(folded: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _WORD.findall(folded)) - _common()


@cache
def _common() -> frozenset[str]:
    return frozenset(word[:_STEM] for word in language.telling_words())
