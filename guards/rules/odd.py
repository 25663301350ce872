"""What no person types into a reply, found in the text as given: folding would hide the half of it."""

import re
from collections.abc import Iterator
from functools import cache

from guards.finding import Finding
from guards.reading import Reading
from guards.table import load

_LINK = re.compile(r"(?i)\b(?:https?://|www\.)\S*\w")


def find(reading: Reading) -> Iterator[Finding]:
    """Every odd thing in the text, known sentences included; a bare link where no clinic tells its own."""
    table = load("odd")
    for name, patterns in _patterns().items():
        for pattern in patterns:
            for match in pattern.finditer(reading.text):
                yield table[name].finding(reading, *match.span())
    if reading.context.clinic is None:
        for match in _LINK.finditer(reading.text):
            yield table["link"].finding(reading, *match.span())


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    raw = load("odd").words["raw"]
    return {name: tuple(re.compile(pattern) for pattern in listed) for name, listed in raw.items()}
