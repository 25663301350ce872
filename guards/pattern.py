"""Writes a pattern out as it is matched: words by name in, Danish letters folded."""

import re
from collections.abc import Mapping

from guards.text import fold_pattern

Words = Mapping[str, tuple[str, ...]]

_NAME = re.compile(r"(?<!\(\?P)<([a-z_]+)>")


def written_out(pattern: str, words: Words) -> str:
    """The pattern with each `<name>` as the alternation of that name's words. Raises KeyError where there are none."""
    return fold_pattern(_NAME.sub(lambda name: _alternation(words[name.group(1)]), pattern))


def _alternation(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"
