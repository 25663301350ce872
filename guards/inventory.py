"""The allow-list: sentences that pass because they are known.

Known are the curated wording (guards/inventory.toml, made from prompts/ by `python -m copilot inventory`), the clinic's
approved sentences and its public facts. Slots such as {phone} are filled from the clinic; where no clinic is given they
take anything of the slot's shape. A greeting before a known sentence leaves it known.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from guards.context import Clinic, Context
from guards.moves import ungreeted
from guards.slots import SHAPES, as_sentence, filled
from guards.text import Sentence, fold, sentence_spans

_FILE = Path(__file__).parent / "inventory.toml"
_FEWEST_LETTERS = 12
_FACT = "{fact}"
_SLOT = re.compile(r"\{([a-z_]+)\}")


def knows(sentence: Sentence, context: Context) -> bool:
    """Whether the sentence stands in the inventory, exact or slot-filled."""
    key = sentence.folded.text.strip()
    return any(_stands(text, context.clinic) for text in (key, ungreeted(key, context)) if text)


def _stands(key: str, clinic: Clinic | None) -> bool:
    if clinic is None:
        return key in _plain() or _shaped().fullmatch(key) is not None
    return key in _known_to(tuple(filled(clinic).items()), clinic.public_facts, clinic.approved_sentences)


def is_public_fact(sentence: Sentence, context: Context) -> bool:
    """Whether the sentence is, word for word, a public fact of the clinic, whatever curated words lead up to it."""
    if context.clinic is None:
        return False
    key = sentence.folded.text.strip()
    return not {key, ungreeted(key, context)}.isdisjoint(_facts(context.clinic.public_facts))


@cache
def curated() -> tuple[str, ...]:
    """The curated sentences, slots unfilled; empty where the file is missing."""
    if not _FILE.exists():
        return ()
    return tuple(_strings(tomllib.loads(_FILE.read_text(encoding="utf-8"))))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _key(text: str) -> str:
    return fold(text).text.strip()


@cache
def _plain() -> frozenset[str]:
    return frozenset(_key(sentence) for sentence in curated() if "{" not in sentence)


@cache
def _shaped() -> re.Pattern[str]:
    """Every curated sentence with a slot, in one pattern."""
    slotted = [_key(sentence) for sentence in curated() if "{" in sentence]
    return re.compile("|".join(map(_shape, filter(_says_enough, slotted))) or "(?!)")


def _says_enough(key: str) -> bool:
    """Whether the words around the slots are enough to know the sentence by; "{name}, {clinic}" could be anything."""
    return len(_SLOT.sub("", key)) >= _FEWEST_LETTERS


def _shape(key: str) -> str:
    parts = _SLOT.split(key)
    return "".join(
        f"(?:{SHAPES.get(part, '(?!)')})" if number % 2 else re.escape(part) for number, part in enumerate(parts)
    )


@lru_cache(maxsize=256)
def _keys(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_key(text[start:end]) for text in texts for start, end in sentence_spans(text))


@lru_cache(maxsize=256)
def _facts(facts: tuple[str, ...]) -> frozenset[str]:
    """The public facts, by themselves and after each curated opening such as "This is how we work: {fact}"."""
    led = [sentence.replace(_FACT, as_sentence(fact)) for sentence in curated() if _FACT in sentence for fact in facts]
    return _keys(facts) | _keys(tuple(led))


@lru_cache(maxsize=256)
def _known_to(slots: tuple[tuple[str, str], ...], facts: tuple[str, ...], approved: tuple[str, ...]) -> frozenset[str]:
    values = dict(slots)
    texts = [
        _SLOT.sub(lambda slot: values[slot.group(1)], sentence)
        for sentence in curated()
        if all(slot in values for slot in _SLOT.findall(sentence))
    ]
    # A filled slot may hold sentences of its own: opening hours, the urgent line.
    return _facts(facts) | _keys(approved) | _keys(tuple(texts))
