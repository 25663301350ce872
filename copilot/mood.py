"""What a post is about that changes the wording of the reply: a death, a life in danger. From its public text alone."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from copilot.folded import fold
from guards.text import fold_pattern

_FILE = Path(__file__).parent.parent / "prompts" / "moods.toml"


@dataclass(frozen=True, slots=True)
class _Mood:
    name: str
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]


@cache
def _moods() -> tuple[_Mood, ...]:
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["mood"]
    return tuple(
        _Mood(
            row["name"],
            tuple(re.compile(fold_pattern(pattern)) for pattern in row["patterns"]),
            tuple(re.compile(fold_pattern(pattern)) for pattern in row["unless"]),
        )
        for row in rows
    )


def mood(text: str) -> str:
    """What the post is about that changes the wording, as prompts/moods.toml names it; empty where nothing does."""
    folded = fold(text).text
    for one in _moods():
        seen = folded
        for frame in one.unless:
            seen = frame.sub(" ", seen)
        if any(pattern.search(seen) for pattern in one.patterns):
            return one.name
    return ""
