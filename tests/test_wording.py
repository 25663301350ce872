"""The curated wording: every sentence of it is in the inventory, agrees with the rules and keeps the voice."""

import math
import re
from collections.abc import Iterator
from itertools import pairwise, product

import pytest

from copilot import inventory, prompting
from copilot.domain import Strategy
from guards import language
from guards.context import Context, Post
from guards.reading import Reading
from guards.rules import CLASSES
from guards.screen import screen
from guards.text import Sentence, sentences
from tests.wording_cases import CLINICS, LANGUAGES, STRATEGIES, body, demo, reply

POSTS = {
    "da": ("Jeg ventede i to timer, og regningen var helt vild.", "Min hund døde hos jer.", "Jeg vil ikke leve mere."),
    "en": ("I waited two hours and the bill was outrageous.", "My dog died at yours.", "I want to kill myself."),
}
ENOUGH = 156
"""Replies in a row in which every variant of a part stands beside every one of the next (12 x 13)."""


NOT_OF_ONE_SENTENCE = {"unknown", "general_fact", "unapproved", "language", "brevity"}
"""Classes that ask what being in the inventory answers, or that judge a reply as a whole."""


class Unknowing(Reading):
    """A reading to which nothing is known, so that the rules look at every sentence."""

    known: tuple[Sentence, ...] = ()


def _context(clinic: str, spoken: str, post: str) -> Context:
    return Context(post=Post(post), clinic=demo(clinic), language=spoken)


@pytest.mark.parametrize(("clinic", "spoken", "strategy"), list(product(CLINICS, LANGUAGES, STRATEGIES)))
def test_every_reply_passes_under_every_kind_of_post(clinic: str, spoken: str, strategy: Strategy) -> None:
    """A draft built from the inventory is never flagged, and has the length of a humane reply."""
    profile = demo(clinic)
    for number, post in enumerate(POSTS[spoken]):
        for nth in range(ENOUGH if number == 0 else 14):
            text = reply(profile, strategy, spoken, nth, post)
            screening = screen(text, _context(clinic, spoken, post))
            assert [(finding.rule, finding.text) for finding in screening.findings] == []
            words = len(body(text).split())
            assert (10 if strategy == "thank" else 25) <= words <= 80, text
            assert 2 <= len(sentences(body(text))) <= 4, text


@pytest.mark.parametrize(("spoken", "strategy"), list(product(LANGUAGES, STRATEGIES)))
def test_neighbouring_parts_have_coprime_numbers_of_variants(spoken: str, strategy: Strategy) -> None:
    """So that replies in a row show every variant beside every one of the next part."""
    name = prompting.worded_as(strategy, with_fact=True)
    has = frozenset(prompting.slots(demo("demo-vet"), spoken)) | {"fact"}
    for conditions in (("fact",), ("death", "fact"), ("", ""), ("vet",), ("self_harm", "vet")):
        parts = [variants for part, variants in prompting.choices(spoken, name, conditions, has) if part != "signature"]
        for one, other in pairwise(len(variants) for variants in parts):
            assert math.gcd(one, other) == 1, (conditions, one, other)


def _filled(clinic: str, spoken: str) -> Iterator[str]:
    profile = demo(clinic)
    values = prompting.slots(profile, spoken)
    for path in sorted((prompting.PROMPTS / spoken).glob("*.j2")):
        for section in prompting.sections(spoken, path.stem):
            for variant in section.variants:
                # The clinic answers for its facts; what stands before one is ours.
                if variant.slots <= values.keys() | {"fact"}:
                    yield variant.template.render(values | {"fact": "."}).replace(": .", ".")


@pytest.mark.parametrize(("clinic", "spoken"), list(product(CLINICS, LANGUAGES)))
def test_wording_and_rules_agree(clinic: str, spoken: str) -> None:
    """Each sentence passes every rule even where it is not known: the inventory hides no bad wording."""
    flagged = []
    for text in _filled(clinic, spoken):
        reading = Unknowing(text, _context(clinic, spoken, POSTS[spoken][0]))
        assert reading.open
        flagged += [
            (finding.rule, text)
            for rule_class in CLASSES
            if rule_class.name not in NOT_OF_ONE_SENTENCE
            for finding in rule_class.find(reading)
        ]
    assert flagged == []


@pytest.mark.parametrize(("clinic", "spoken", "strategy"), list(product(CLINICS, LANGUAGES, STRATEGIES)))
def test_a_reply_is_in_the_language_asked_for(clinic: str, spoken: str, strategy: Strategy) -> None:
    """No reply is mistaken for another language's."""
    for nth in range(28):
        assert language.of(reply(demo(clinic), strategy, spoken, nth)) == spoken


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_no_sentence_stands_in_two_places(spoken: str) -> None:
    """What two strategies say is in the shared file, once; so ten replies in a row cannot meet it twice."""
    rows = [
        variant.source
        for path in sorted((prompting.PROMPTS / spoken).glob("*.j2"))
        for section in prompting.sections(spoken, path.stem)
        for variant in section.variants
    ]
    assert sorted(rows) == sorted(set(rows))


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_only_thanks_may_cry_out(spoken: str) -> None:
    """No exclamation mark outside praise, no sign that is not plain writing, one full stop at the end."""
    for path in (prompting.PROMPTS / spoken).glob("*.j2"):
        for section in prompting.sections(spoken, path.stem):
            for variant in section.variants:
                assert "!" not in variant.source or path.stem == "thank"
                assert re.fullmatch(r"[\w ,.:;!?'/{}-]+", variant.source), variant.source
                assert section.part == "signature" or variant.source.endswith((".", "!", "{{ fact }}"))


def test_every_slot_is_one_that_a_clinic_can_fill() -> None:
    """A slot that nobody fills would silence its sentence for good."""
    known = {"phone", "email", "name", "first_name", "title", "clinic", "hours", "address", "urgent", "fact"}
    for spoken in LANGUAGES:
        for path in (prompting.PROMPTS / spoken).glob("*.j2"):
            for section in prompting.sections(spoken, path.stem):
                assert all(variant.slots <= known for variant in section.variants)


def test_the_inventory_is_made_from_the_wording_as_it_stands() -> None:
    """guards/inventory.toml is current; `python -m copilot inventory` writes it."""
    assert inventory.FILE.read_text(encoding="utf-8") == inventory.rendered()


def test_no_prompt_is_left_unrendered() -> None:
    """Every file of curated wording belongs to a strategy or is shared, in both languages alike."""
    expected = {prompting.worded_as(strategy, with_fact=True) for strategy in STRATEGIES} | {"shared"}
    for spoken in LANGUAGES:
        assert {path.stem for path in (prompting.PROMPTS / spoken).glob("*.j2")} == expected


def test_a_slot_left_open_is_never_known() -> None:
    """A reply that still holds {phone} is asked about, with a clinic and without."""
    for context in (Context(), Context(clinic=demo("demo-vet"))):
        assert Reading("Ring til os på {phone}, så tager vi snakken.", context).unknown != ()
