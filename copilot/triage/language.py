"""Tells the language of a post: by telling words where they suffice, else by py3langid, read once when first asked."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from guards.text import Folded

_WORDS = re.compile(r"[^\W\d_](?:[^\W\d_]|')*")
_NEEDED = 2
"""Telling words that decide where they lead by as many."""
_EUROPEAN = ("da", "en", "sv", "no", "nn", "de", "nl", "fr", "es", "it", "pl", "fi", "is", "fo", "pt", "ro", "tr", "lt")
"""What a short text in Latin letters is looked for among: more languages only mean more mistakes."""
_HOME = ("da", "en")
_SURE = 0.7
"""What py3langid must give for a language that is not ours."""


def of(text: str, folded: Folded) -> str:
    """ISO 639-1 of the text (`nb` for both Norwegians), or `und` where it has too few letters to tell."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return "und"
    if sum(_is_latin(letter) for letter in letters[:400]) * 2 < len(letters[:400]):
        # Look-alike letters of another alphabet in a Danish post are folded into Latin ones; real Cyrillic is not Danish.
        return _by_words(folded, _NEEDED) or _by_model(text, restricted=False)
    return _by_words(folded, _NEEDED) or _by_model(text, restricted=True) or _by_words(folded, 1) or "und"


def telling_words() -> frozenset[str]:
    """Every telling word of every language, folded: words too common to say what a text is about."""
    return frozenset().union(*_telling().values())


def _is_latin(letter: str) -> bool:
    return letter.isascii() or "LATIN" in unicodedata.name(letter, "")


@cache
def _telling() -> Mapping[str, frozenset[str]]:
    data = tomllib.loads((Path(__file__).parent / "language.toml").read_text(encoding="utf-8"))
    return {language: frozenset(words) for language, words in data["words"].items()}


def _by_words(folded: Folded, needed: int) -> str:
    words = _WORDS.findall(folded.text)[:400]
    counts = {language: sum(word in telling for word in words) for language, telling in _telling().items()}
    best, second = sorted(counts, key=lambda language: -counts[language])[:2]
    return best if counts[best] >= needed and counts[best] - counts[second] >= min(needed, 1 + counts[best] // 6) else ""


def _by_model(text: str, *, restricted: bool) -> str:
    ranked = _identifier(restricted=restricted).rank(text[:2000])
    best, probability = ranked[0]
    if best in ("no", "nn"):
        return "nb"
    if best in _HOME or not restricted or probability >= _SURE:
        return str(best)
    return ""


@cache
def _identifier(*, restricted: bool) -> Any:  # noqa: ANN401  # py3langid has no types
    # Its model takes half a second to read, so it is read when the first text needs it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  # as above

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    if restricted:
        identifier.set_languages(_EUROPEAN)
    return identifier
