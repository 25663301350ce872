"""The allow-list: sentences that pass because they are known.

Known are the curated wording (guards/inventory.toml, made from prompts/ by `python -m copilot inventory`), the clinic's
approved sentences and its public facts. Slots such as {phone} are filled from the clinic; where no clinic is given they
take anything of the slot's shape.
"""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from guards.context import Clinic, Context
from guards.text import Sentence, fold, sentence_spans

_FILE = Path(__file__).parent / "inventory.toml"

_NAME = r"[A-ZÆØÅÄÖÉÜ][\w.'-]{0,30}"
_HOUR = r"(?:[\d.:,-]+|[ap]m|kl\.|(?:til|og|fra|to|and|from|at|[\w-]+(?:dage?|days?)),?)"
_SHAPES = {
    "phone": r"\+?\d[\d ]{5,14}\d",
    "email": r"[\w.+-]+@[\w-]+\.[\w.-]+",
    "name": rf"{_NAME}(?: {_NAME}){{0,3}}",
    "first_name": _NAME,
    "title": r"[^\W\d_][\w-]{1,30}",
    "clinic": rf"{_NAME}(?: [\w&.'-]{{1,30}}){{0,3}}",
    "hours": rf"{_HOUR}(?: {_HOUR}){{0,14}}",
    "address": r"[A-ZÆØÅ][\w.-]+(?: [\w.-]+){0,3} \d{1,4}\w?(?:, (?:\d{4} )?[A-ZÆØÅ][\w -]{1,30})?",
}
"""What a slot may hold where no clinic says it: read with its capitals, so that a name is no clause."""

_SLOT = re.compile(r"\\\{([a-z_]+)\\\}")


def knows(sentence: Sentence, context: Context) -> bool:
    """Whether the sentence stands in the inventory, exact or slot-filled."""
    key = _key(sentence.text)
    if context.clinic is None:
        written = " ".join(unicodedata.normalize("NFC", sentence.text).split())
        return key in _plain() or any(pattern.fullmatch(written) for pattern in _shaped())
    return key in _of(context.clinic)


def is_public_fact(sentence: Sentence, context: Context) -> bool:
    """Whether the sentence is, word for word, one of the clinic's public facts."""
    return context.clinic is not None and _key(sentence.text) in _keys(context.clinic.public_facts)


@cache
def curated() -> tuple[str, ...]:
    """The curated sentences, slots unfilled; empty where the file is missing."""
    if not _FILE.exists():
        return ()
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(sentence for listed in data.values() for sentence in listed)


def _key(text: str) -> str:
    return fold(text).text.strip()


@cache
def _plain() -> frozenset[str]:
    return frozenset(_key(sentence) for sentence in curated() if "{" not in sentence)


@cache
def _shaped() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(_SLOT.sub(lambda slot: f"(?:{_SHAPES[slot.group(1)]})", re.escape(sentence)))
        for sentence in curated()
        # A slot without a shape could hold anything, and so could a line that is nothing but slots: without a clinic
        # such a sentence is not known.
        if "{" in sentence
        and all(slot in _SHAPES for slot in re.findall(r"\{([a-z_]+)\}", sentence))
        and re.search(r"\w", re.sub(r"\{[a-z_]+\}", "", sentence))
    )


@lru_cache(maxsize=256)
def _keys(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_key(text[start:end]) for text in texts for start, end in sentence_spans(text))


def slots(clinic: Clinic) -> dict[str, str]:
    """What a clinic puts into the slots; those it cannot fill are left out."""
    person = clinic.spokesperson
    filled = {
        "phone": clinic.contact.phone,
        "email": clinic.contact.email,
        "address": clinic.contact.address,
        "hours": clinic.opening_hours,
        "clinic": clinic.name,
        "urgent": clinic.urgent_line,
        "name": person.name if person else "",
        "first_name": person.name.split()[0] if person and person.name.strip() else "",
        "title": person.title if person else "",
    }
    # One line, and no full stop of its own: the sentence around the slot brings one.
    trimmed = {slot: " ".join(value.split()).rstrip(" .") for slot, value in filled.items()}
    return {slot: value for slot, value in trimmed.items() if value}


def as_sentence(fact: str) -> str:
    """A public fact as it is put into a sentence: one line, its own words, with an end."""
    text = " ".join(fact.split())
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def _identity(clinic: Clinic) -> tuple[object, ...]:
    return (tuple(sorted(slots(clinic).items())), clinic.public_facts, clinic.approved_sentences)


def _of(clinic: Clinic) -> frozenset[str]:
    return _known_to(*_identity(clinic))


@lru_cache(maxsize=256)
def _known_to(filled: tuple[tuple[str, str], ...], facts: tuple[str, ...], approved: tuple[str, ...]) -> frozenset[str]:
    values = dict(filled)
    known = set(_keys(facts) | _keys(approved))
    for sentence in curated():
        for fact in facts if "{fact}" in sentence else ("",):
            filling = values | {"fact": as_sentence(fact)}
            if not all(slot in filling for slot in re.findall(r"\{([a-z_]+)\}", sentence)):
                continue
            text = sentence.format_map(filling)
            # A filled slot may hold sentences of its own: opening hours, the urgent line.
            known.update(_key(text[start:end]) for start, end in sentence_spans(text))
    return frozenset(known)


def is_move(sentence: Sentence, context: Context) -> bool:
    """Whether the sentence is a safe move."""
    return bool(sentence) and context is None
