"""Tells the language of a post: by telling words where they suffice, else by py3langid, read once when first asked."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any

from guards.text import Folded

_WORDS = re.compile(r"[^\W\d_](?:[^\W\d_]|')*")
_ENOUGH = 3
"""Telling words that decide by themselves where they lead by two; in a text as short, one does."""
_EUROPEAN = ("da", "en", "sv", "no", "nn", "de", "nl", "fr", "es", "it", "pl", "fi", "is", "fo", "pt", "ro", "tr", "lt")
"""What a short text in Latin letters is looked for among: more languages only mean more mistakes."""
_PRIOR = {"da": 2.5, "en": 1.5}
"""How much oftener than any other language a clinic here is written to in these."""
_LEAST = 0.12
"""Below this nothing speaks for any language."""


def of(text: str, folded: Folded) -> str:
    """ISO 639-1 of the text (`nb` for both Norwegians), or `und` where it has too few letters to tell."""
    letters = [character for character in text if character.isalpha()]
    if not letters:
        return "und"
    counts = _counts(folded)
    best, second = sorted(counts, key=lambda language: -counts[language])[:2]
    if counts[best] >= _ENOUGH and counts[best] - counts[second] >= 2:  # noqa: PLR2004  # _ENOUGH tells of it
        return best
    if counts[best] and not counts[second] and len(_WORDS.findall(folded.text)) <= _ENOUGH:
        return best
    if sum(_is_latin(letter) for letter in letters[:400]) * 2 < len(letters[:400]):
        return str(_identifier(restricted=False).rank(text[:2000])[0][0])
    return _weighed(text, counts)


def _weighed(text: str, counts: Mapping[str, int]) -> str:
    """The language that model, telling words and custom speak for together."""
    weights: dict[str, float] = {}
    for label, probability in _identifier(restricted=True).rank(text[:2000]):
        language = "nb" if label in ("no", "nn") else label
        weights[language] = max(weights.get(language, 0.0), probability)
    for language, probability in weights.items():
        weights[language] = probability * _PRIOR.get(language, 1.0) * 2.0 ** counts.get(language, 0)
    best = max(weights, key=lambda language: weights[language])
    return best if weights[best] >= _LEAST else "und"


def warm() -> None:
    """Reads the words and both models, so that no text has to wait for them."""
    _telling()
    for restricted in (True, False):
        _identifier(restricted=restricted)


def telling_words() -> frozenset[str]:
    """Every telling word of every language, folded: words too common to say what a text is about."""
    return frozenset().union(*_telling().values())


def _is_latin(letter: str) -> bool:
    return letter.isascii() or "LATIN" in unicodedata.name(letter, "")


@cache
def _telling() -> Mapping[str, frozenset[str]]:
    data = tomllib.loads((Path(__file__).parent / "language.toml").read_text(encoding="utf-8"))
    return {language: frozenset(words) for language, words in data["words"].items()}


def _counts(folded: Folded) -> dict[str, int]:
    words = _WORDS.findall(folded.text)[:400]
    return {language: sum(word in telling for word in words) for language, telling in _telling().items()}


@cache
def _identifier(*, restricted: bool) -> Any:  # noqa: ANN401  # py3langid has no types
    # Its model takes half a second to read, so it is read when the first text needs it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  # as above

    if not restricted:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier = copy(_identifier(restricted=False))  # narrowing sets names anew and leaves the model itself alone
    identifier.set_languages(_EUROPEAN)
    return identifier
