"""Posts to measure with: those written for the evals, made different from each other so that none is a duplicate."""

import json
from functools import cache
from pathlib import Path

_POSTS = Path(__file__).parent.parent / "evals" / "posts"


@cache
def _texts() -> tuple[str, ...]:
    rows = [
        json.loads(row)
        for path in sorted(_POSTS.glob("*.jsonl"))
        for row in path.read_text(encoding="utf-8").splitlines()
        if row.strip()
    ]
    return tuple(row["text"] for row in rows)


def texts(count: int) -> list[str]:
    """So many different post texts."""
    written = _texts()
    return [f"{written[number % len(written)]} ({number})" for number in range(count)]
