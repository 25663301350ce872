"""The pages' words, one TOML file a language."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("da", "en")


@cache
def of(language: str) -> dict[str, Any]:
    """The words of a language; Danish where we do not speak it."""
    chosen = language if language in LANGUAGES else LANGUAGES[0]
    return tomllib.loads((Path(__file__).parent / f"{chosen}.toml").read_text(encoding="utf-8"))
