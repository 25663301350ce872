"""The text of the post at hand, folded once: triage, plan and draft read the same text one after another."""

from functools import lru_cache

from guards.text import Folded
from guards.text import fold as _fold


@lru_cache(maxsize=4)
def fold(text: str) -> Folded:
    """The text folded as guards/text.py folds it; the last few are kept, so that nobody folds a post twice."""
    return _fold(text)
