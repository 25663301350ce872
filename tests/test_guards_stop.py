"""The confidential check: colleagues' names and case notes stop a text, and nothing else does."""

import pytest

from guards.context import Context, Post
from guards.line import Colleague, demo_clinic
from guards.screen import screen
from guards.stop import stop

VET, SECRET = demo_clinic("demo-vet")
CONTEXT = Context(post=Post("Min hund døde", author="Mette Vang"), clinic=VET)


def _found(text: str, context: Context = CONTEXT, notes: str = "") -> list[tuple[str, str]]:
    findings = stop(text, context, SECRET.roster, notes)
    assert all(
        finding.severity == "block" and text[finding.start : finding.end] == finding.text for finding in findings
    )
    return [(finding.rule, finding.text) for finding in findings]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Det var Sara Lind Madsen.", "Sara Lind Madsen"),
        ("Det var Saras vagt.", "Saras"),
        ("det var mikkel", "mikkel"),
        ("Spørg Mik.", "Mik"),
        ("We asked Fatima's team.", "Fatima's"),
        ("YILDIZ svarer.", "YILDIZ"),
        ("Fat\u200bima svarer.", "Fat\u200bima"),
    ],
)
def test_a_colleagues_name_blocks(text: str, name: str) -> None:
    """Full names, parts and nicknames are found in any case, hidden or with a genitive s."""
    assert _found(text) == ([("exposure.roster", name)] if name else [])


@pytest.mark.parametrize(
    "text",
    [
        "Venlig hilsen Lene Holm, klinikejer",
        "Ring til Lene på 75 55 01 20.",
        "Sahara er en ørken.",
        "Mikkelborg er en by.",
        "Tak for din besked.",
    ],
)
def test_spokesperson_and_other_words_are_exempt(text: str) -> None:
    """The spokesperson's own name passes, and a name inside a longer word is no name."""
    assert _found(text) == []


def test_the_posts_author_may_share_a_colleagues_name() -> None:
    """Greeting the public author is no exposure; the same name later is."""
    context = Context(post=Post("Hej", author="Sara Nielsen"), clinic=VET)
    assert _found("Kære Sara, hesten løb.", context) == []
    assert _found("Kære Sara, Sara løb.", context) == [("exposure.roster", "Sara")]


def test_name_that_is_a_common_word_needs_its_capital() -> None:
    """A colleague called Will stops no sentence with the verb."""
    roster = [Colleague("Will Berg")]
    assert stop("We will call. Will you?", Context(), roster) == ()
    assert [finding.text for finding in stop("We asked Will.", Context(), roster)] == ["Will"]


NOTES = "Hunden Balder fik penicillin 12.03.2024. Regning 4711 ikke betalt af Jytte. Hun ringede vredt om ventetid."


@pytest.mark.parametrize("word", ["Balder", "penicillin", "12.03.2024", "4711", "Jytte", "PENICILLIN"])
def test_words_of_the_notes_block(word: str) -> None:
    """Names, numbers and telling words of the case notes stop a text."""
    assert ("disclosure.notes", word) in _found(f"Vi kan fortælle om {word} her.", notes=NOTES)


def test_words_that_anybody_can_read_are_no_secret() -> None:
    """What stands in the post, in the clinic's public data or in the curated wording is not taken from the notes."""
    context = Context(post=Post("Balder fik penicillin", author="Mette"), clinic=VET)
    assert _found("Balder og penicillin, Havnegade 12.", context, notes=f"{NOTES} Havnegade") == []
    assert _found("Vi har tavshedspligt.", notes="Vi har tavshedspligt, sagde jeg.") == []


def test_screening_never_sees_the_confidential_lane() -> None:
    """The same text screens the same whatever the roster says: screen is not given it."""
    text = "Det var Fatima."
    assert "exposure.roster" not in {finding.rule for finding in screen(text, CONTEXT).findings}
    assert _found(text) == [("exposure.roster", "Fatima")]
