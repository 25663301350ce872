"""What the product says to the people of a clinic, in their own language: data in <name>.toml, a table a language."""

import tomllib
from functools import cache
from pathlib import Path

from guards.context import Clinic

UNSURE = 0.6
"""Below this confidence a person is told that we are not sure."""
_SPOKEN = ("da", "en")


def language_of(clinic: Clinic) -> str:
    """The first of the clinic's languages that we have wording in, else Danish."""
    return next((language for language in clinic.languages if language in _SPOKEN), "da")


@cache
def of(name: str, language: str) -> dict[str, str]:
    """The sentences of one file in one language. KeyError where the file lacks it."""
    data = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))
    return dict(data[language])
