"""Screening a text: every finding in its place, nothing raised, nothing let through because a rule failed."""

import re
import statistics
import sys
import time
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guards import screen as screening_module
from guards.context import Context, Post
from guards.finding import Finding
from guards.line import demo_clinic
from guards.reading import Reading
from guards.rules import RuleClass
from guards.screen import guard_version, screen
from tests.test_text import HOSTILE, TEXTS

VET = demo_clinic("demo-vet")[0]
_PHRASES = """du|var her|din|hund|besøg|journal|vi har|ikke|tak|politi|your|visit|record|never|12.03.2024|kr.|Mette
14.000|kl. 8|Sara|https://x.example|<b>|75 55 01 20|📞|Venlig hilsen|,|.|!|?|æ|p o l i t i|\n"""
WORDS = st.sampled_from(re.split(r"[|\n]", _PHRASES))
REPLIES = st.one_of(TEXTS, st.lists(WORDS, max_size=40).map(" ".join))
CONTEXTS = st.sampled_from(
    [Context(), Context(clinic=VET), Context(post=Post("Min hund døde hos jer", "Mette Vang", "google"), clinic=VET)]
)
EIGHTY_WORDS = (
    "Kære Mette, tak fordi du skriver. Det gør ondt at læse, og vi forstår godt, at du er vred og ked af det. Vi har "
    "tavshedspligt og skriver aldrig om, hvem der kommer hos os, så vi kan ikke gå ind i noget her. Generelt fortæller "
    "vi altid om prisen, inden vi begynder på noget større, og alle må spørge så meget de vil. Ring gerne til Lene på "
    "75 55 01 20, så sætter hun tid af og lytter til det hele. Venlig hilsen Lene Holm, Fjordens Dyreklinik"
)


@given(REPLIES, CONTEXTS)
def test_every_finding_stands_where_it_says(text: str, context: Context) -> None:
    """A finding lies inside the text, quotes it exactly, and comes in reading order, once."""
    found = screen(text, context).findings
    places = [(finding.start, finding.end, finding.rule) for finding in found]
    assert places == sorted(set(places))
    for finding in found:
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.text == text[finding.start : finding.end]
        assert finding.reason


@given(REPLIES, CONTEXTS)
def test_no_rule_fails_on_any_text(text: str, context: Context) -> None:
    """Whatever is typed, no rule raises; only half a surrogate pair, which nobody can publish, cannot be checked."""
    readable = text.encode("utf-8", "replace").decode("utf-8", "replace")
    assert "guard.failed" not in {finding.rule for finding in screen(readable, context).findings}


@given(REPLIES)
def test_verdict_is_the_worst_finding(text: str) -> None:
    """Any block blocks; else any caution is a caution; nothing found passes."""
    result = screen(text)
    severities = {finding.severity for finding in result.findings}
    assert result.verdict == ("block" if "block" in severities else "caution" if severities else "pass")


def test_half_a_surrogate_pair_blocks() -> None:
    """A text that has no UTF-8 can be published nowhere, so it is blocked."""
    assert [finding.rule for finding in screen("Tak\ud800").findings] == ["guard.failed"]


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_empty_text_blocks(text: str) -> None:
    """There is nothing to publish in an empty text."""
    assert ("guard.empty", "block") in {(finding.rule, finding.severity) for finding in screen(text).findings}


def _raises(reading: Reading) -> Iterable[Finding]:
    message = f"broken on {reading.text}"
    raise RuntimeError(message)


def test_rule_that_raises_blocks_and_the_rest_still_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken class becomes a block over the whole text whose reason holds none of it; other findings stay."""
    broken = RuleClass("record", screening_module._BY_NAME["record"].table, (_raises,))  # noqa: SLF001  # one rule is broken
    monkeypatch.setitem(screening_module._BY_NAME, "record", broken)  # noqa: SLF001  # as above
    text = "Tak for dit besøg, Rosenkål."
    result = screen(text)
    failure = next(finding for finding in result.findings if finding.rule == "guard.failed")
    assert (failure.start, failure.end, failure.severity) == (0, len(text), "block")
    assert "Rosenkål" not in failure.reason
    assert any(finding.rule.startswith("relation.") for finding in result.findings)


def test_sentence_that_a_rule_speaks_of_is_not_asked_about_too() -> None:
    """An unknown sentence is asked about only where no other class said anything about it."""
    result = screen("Tak for dit besøg i går. Skyerne driver over fjorden.")
    asked = [finding.text for finding in result.findings if finding.rule == "unknown.sentence"]
    assert asked == ["Skyerne driver over fjorden."]
    assert result.verdict == "block"


def test_question_comes_in_the_texts_language() -> None:
    """Reasons are in the language of the text; Danish where it shows none."""
    reasons = {
        text: screen(text).findings[0].reason for text in ("The clouds drift away.", "Skyerne er på vej.", "xyz")
    }
    assert "?" in reasons["xyz"]
    assert reasons["xyz"] == reasons["Skyerne er på vej."] != reasons["The clouds drift away."]


def test_guard_version_names_the_rules() -> None:
    """The version is the same for the same rules, and long enough to tell others apart."""
    assert guard_version() == guard_version() == screen("Tak.").guard_version
    assert len(guard_version()) == len("1.") + 12


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_screening_is_linear(text: str) -> None:
    """20,000 code points of anything are screened in little time, with a clinic and without."""
    screen("Tak.", Context(clinic=VET))
    for context in (Context(), Context(post=Post(text, text[:100]), clinic=VET)):
        began = time.process_time()
        screen(text, context)
        assert time.process_time() - began < 2


@settings(max_examples=10, deadline=None)
@given(TEXTS.filter(bool))
def test_screening_any_long_text_is_linear(piece: str) -> None:
    """20,000 code points of any repeated text are screened in little time."""
    text = (piece * (20_000 // len(piece) + 1))[:20_000]
    began = time.process_time()
    screen(text)
    assert time.process_time() - began < 2


def test_a_reply_is_screened_while_one_types() -> None:
    """A reply of eighty words takes a few milliseconds of one core, the first one aside."""
    context = Context(post=Post("Min hund døde hos jer", "Mette Vang", "google"), clinic=VET)
    screen(EIGHTY_WORDS, context)
    took = []
    for number in range(50):
        began = time.process_time()
        screen(f"{EIGHTY_WORDS} {number}", context)
        took.append(time.process_time() - began)
    assert statistics.median(took) < 0.01


def test_screen_needs_no_library() -> None:
    """Screening imports nothing but the standard library, so it may serve every keystroke."""
    foreign = {"guardrails", "numpy", "pydantic", "msgspec", "litestar", "openai"}
    assert "guards.screen" in sys.modules
    assert foreign.isdisjoint(vars(screening_module))
