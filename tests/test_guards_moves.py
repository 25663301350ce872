"""What is known passes: the inventory, the clinic's own sentences, greetings, closings, signatures and safe moves."""

from dataclasses import replace
from typing import Any

import pytest

from guards.context import Clinic, Contact, Context, Person, Post
from guards.inventory import curated
from guards.line import demo_clinic, from_object
from guards.moves import moves
from guards.reading import Reading
from guards.screen import screen
from guards.slots import SHAPES, filled

VET = demo_clinic("demo-vet")[0]
MOVES = [
    pytest.param(move.name, kind, example, id=f"{move.name}-{kind}-{language}-{number}")
    for move in moves()
    for kind in ("hits", "near")
    for language, examples in getattr(move, kind).items()
    for number, example in enumerate(examples, 1)
]


@pytest.mark.parametrize(("move", "kind", "example"), MOVES)
def test_move_is_proved_by_its_examples(move: str, kind: str, example: Any) -> None:  # noqa: ANN401  # as in the table
    """A move's `hits` are known through and through and break no rule; in each of its `near` something is unknown."""
    line = from_object({"text": example} if isinstance(example, str) else example)
    if kind == "hits":
        assert Reading(line.text, line.context).unknown == (), move
        assert screen(line.text, line.context).findings == (), move
    else:
        assert Reading(line.text, line.context).unknown != (), move


@pytest.mark.parametrize("move", moves(), ids=lambda move: move.name)
def test_move_has_examples_in_both_languages(move: Any) -> None:  # noqa: ANN401  # as in the table
    """Every move is proved by three sentences and three near misses in each language."""
    for language in ("da", "en"):
        assert len(move.hits[language]) >= 3
        assert len(move.near[language]) >= 3


@pytest.mark.parametrize("text", curated(), ids=str)
def test_curated_sentence_passes_for_a_clinic_that_can_fill_it(text: str) -> None:
    """Drafts built from the inventory are never flagged, greeted or not."""
    sentence = text.format_map({**filled(VET), "fact": VET.public_facts[0]})
    context = Context(post=Post("Hej", author="Mette Vang"), clinic=VET)
    assert Reading(sentence, context).open == ()
    assert Reading(f"Kære Mette, {sentence}", context).unknown == ()


def test_known_sentence_needs_the_clinics_own_value() -> None:
    """Another phone number than the clinic's own makes a curated sentence unknown."""
    text = next(sentence for sentence in curated() if "{phone}" in sentence and "{urgent}" not in sentence)
    other = replace(VET, contact=Contact(phone="12 34 56 78"))
    sentence = text.format_map(filled(VET))
    assert Reading(sentence, Context(clinic=other)).unknown != ()


def test_slots_have_shapes_that_no_sentence_fits() -> None:
    """Without a clinic a slot takes a value of its shape, and the urgent line, which is a sentence, nothing."""
    assert "urgent" not in SHAPES
    for text in ("Din hund døde, desværre.", "Max døde hos os, og det er din skyld.", "Your dog died, sadly."):
        assert Reading(text, Context()).unknown != ()


@pytest.mark.parametrize(
    ("greeting", "author", "known"),
    [
        ("Kære Mette,", "Mette Vang", True),
        ("Kære Mette Vang,", "Mette Vang", True),
        ("HEJ METTE!", "mette vang", True),
        ("Hej,", "", True),
        ("Hej alle sammen.", "Mette Vang", True),
        ("Dear Mette,", "Mette Vang", True),
        ("Hello there,", "", True),
        ("Kære Søren,", "SØREN", True),
        ("Kære Hanne,", "Mette Vang", False),
        ("Kære Mette,", "", False),
        ("Kære Mette og Max,", "Mette Vang", False),
        ("Kære patient,", "Mette Vang", False),
        ("Hej igen Mette,", "Mette Vang", False),
    ],
)
def test_only_the_posts_public_author_may_be_greeted(greeting: str, author: str, known: bool) -> None:  # noqa: FBT001  # a case
    """A greeting is known where it names the public author, everybody or nobody, alone or before a known sentence."""
    context = Context(post=Post("Hej", author=author))
    thanks = "tak for din besked." if greeting[:2] in {"Kæ", "He", "HE"} else "thank you for your message."
    for text in (greeting, f"{greeting}\n{thanks}", f"{greeting} {thanks}"):
        assert (Reading(text, context).unknown == ()) is known, text


@pytest.mark.parametrize(
    "text",
    [
        "Venlig hilsen\nLene Holm",
        "Venlig hilsen\nLene Holm\nklinikejer\nFjordens Dyreklinik",
        "De bedste hilsner, Lene",
        "Mvh Lene Holm, klinikejer ved Fjordens Dyreklinik",
        "/Lene",
        "Kind regards,\nLene Holm, Fjordens Dyreklinik",
        "Hilsen Lene og hele holdet",
        "Med venlig hilsen\nFjordens Dyreklinik",
    ],
)
def test_spokespersons_signature_is_known(text: str) -> None:
    """The spokesperson's name, title and clinic pass in any order, with a closing or without."""
    thanks = "Thank you for your message." if text.startswith("Kind") else "Tak for din besked."
    assert screen(f"{thanks}\n{text}", Context(clinic=VET)).verdict == "pass"


@pytest.mark.parametrize(
    "text", ["Venlig hilsen\nSara Lind", "Venlig hilsen\nLene Holm og Sara", "Kind regards, the Jensen family"]
)
def test_nobody_else_signs(text: str) -> None:
    """A signature by another than the spokesperson is not known."""
    assert Reading(text, Context(clinic=VET)).open != ()


def test_without_a_clinic_a_signature_stands_after_a_closing() -> None:
    """Where no clinic says who signs, names and titles are a signature after a closing, and nowhere else."""
    assert Reading("Venlig hilsen\nLene Holm, klinikejer", Context()).open == ()
    assert Reading("Lene Holm, klinikejer", Context()).open != ()
    assert Reading("Venlig hilsen\nog hunden døde i går", Context()).open != ()


def test_public_facts_and_approved_sentences_are_known() -> None:
    """What the clinic has approved passes word for word, and the facts among it can be told apart."""
    clinic = replace(VET, approved_sentences=("Vi fejrer ti år i år.",))
    fact = VET.public_facts[0]
    reading = Reading(f"{fact} Vi fejrer ti år i år.", Context(clinic=clinic))
    assert reading.open == ()
    assert [sentence.text for sentence in reading.public_facts] == [fact]


def test_a_value_with_braces_fills_a_slot_as_it_stands() -> None:
    """A clinic may be called anything; nothing in its name is taken for a slot or a pattern."""
    clinic = Clinic(name="Klinik {phone} (A+B)*", spokesperson=Person("Bo {x} [Y]", "chef"), contact=Contact("{email}"))
    assert Reading("Venlig hilsen Bo {x} [Y], Klinik {phone} (A+B)*", Context(clinic=clinic)).open == ()
