"""Reading a text once: folding that knows where everything came from, and sentences."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guards.text import LONGEST, fold, sentence_spans, sentences

TEXTS = st.text(st.characters(exclude_categories=()), max_size=200)
"""Any code points, half surrogate pairs among them."""


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Æblegrød på Å", "aeblegroed paa aa"),
        ("A\u030arhus ko\u0308", "aarhus koe"),
        ("cafe\u0301 CAFÉ", "cafe cafe"),
        ("po\u200bli\u00adti", "politi"),
        ("\u202epoliti\u202c", "politi"),
        ("роlіti", "politi"),
        ("ｐｏｌｉｔｉ", "politi"),
        ("p o l i t i", "politi"),
        ("p.o.l.i.t.i", "politi"),
        ("p-o-l-i-t-i", "politi"),
        ("d i n   s a g", "din sag"),
        ("“Hej” – sagde ’hun’…", "\"hej\" - sagde 'hun'..."),
        ("to   blanke\u00a0tegn", "to blanke tegn"),
    ],
)
def test_variants_and_hiding_fold_to_plain_letters(text: str, folded: str) -> None:
    """One word written, stored or hidden in different ways folds to the same letters."""
    assert fold(text).text == folded


@pytest.mark.parametrize(
    "text", ["a b c d", "A, B, C og D", "i 2 3 4", "j. r. r. tolkien", "spor 1 a 2 b 3 c", "du og vi to", "kl. 8 i 9 b"]
)
def test_ordinary_single_letters_stay_apart(text: str) -> None:
    """A list of letters, initials and numbers are no spaced-out word."""
    assert fold(text).text == text.lower()


@given(TEXTS)
def test_every_folded_character_knows_its_origin(text: str) -> None:
    """Origins never run backwards, and lie inside the text."""
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))


@given(TEXTS)
def test_sentences_lie_in_order_and_leave_out_only_space(text: str) -> None:
    """Sentences are trimmed, in order, never overlap, and between them stands nothing but white space."""
    at = 0
    for sentence in sentences(text):
        assert text[at : sentence.start].strip() == ""
        assert sentence.text == text[sentence.start : sentence.end] == sentence.text.strip() != ""
        at = sentence.end
    assert text[at:].strip() == ""


@given(TEXTS)
def test_spans_lead_back_to_the_words(text: str) -> None:
    """A folded stretch leads back to code points that fold to it, or to more where letters were joined."""
    for sentence in sentences(text):
        length = len(sentence.folded.text)
        start, end = sentence.span(0, length)
        assert sentence.start <= start <= end <= sentence.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ring kl. 8. Vi svarer.", ["Ring kl. 8.", "Vi svarer."]),
        ("Det er d. 3. maj. Kom.", ["Det er d. 3. maj.", "Kom."]),
        ("Ring på 75 12 34 56. Tak!", ["Ring på 75 12 34 56.", "Tak!"]),
        ("Lars P. Holm svarer. Tak.", ["Lars P. Holm svarer.", "Tak."]),
        ("Vi har bl.a. åbent lørdag. Ses", ["Vi har bl.a. åbent lørdag.", "Ses"]),
        ('"Nej!" sagde hun. Ja', ['"Nej!"', "sagde hun.", "Ja"]),
        ("Kære Mette,\n\ntak", ["Kære Mette,", "tak"]),
        ("Hilsen:\nLene", ["Hilsen:", "Lene"]),
        ("Virkelig?! Ja... Nej", ["Virkelig?!", "Ja...", "Nej"]),
        ("Se www.klinik.example i dag", ["Se www.klinik.example i dag"]),
        (" \n\t", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    """Abbreviations, dates and initials end no sentence; line breaks do."""
    assert [text[start:end] for start, end in sentence_spans(text)] == expected


HOSTILE = [
    "." * 19_999 + "x",
    ". " * 10_000,
    ":" + " " * 19_999,
    "\n" * 20_000,
    "a " * 10_000,
    "a  " * 6_666,
    "a.-" * 6_666,
    '."' * 10_000,
    "å" * 20_000,
    "\u0300" * 20_000,
    "\ud800" * 20_000,
    "\ufdfa" * 20_000,
    "tak og " * 2_857,
    "1" * 20_000,
    "a@" * 10_000,
    "du var her " * 1_818,
]
"""Texts of about 20,000 code points that a careless pattern would choke on."""


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_reading_is_linear(text: str) -> None:
    """20,000 code points of anything are read in far less than a second."""
    began = time.process_time()
    sentences(text)
    assert time.process_time() - began < 1


def test_an_endless_sentence_is_cut_at_a_space() -> None:
    """No sentence is longer than the patterns can bear, and nothing but space is lost where it is cut."""
    text = "og så gik vi " * 400
    pieces = [sentence.text for sentence in sentences(text)]
    assert all(len(piece) <= LONGEST for piece in pieces)
    assert " ".join(pieces) == text.strip()
    assert "".join(piece.text for piece in sentences("x" * 5_000)) == "x" * 5_000


@settings(max_examples=25)
@given(TEXTS, st.integers(2, 20))
def test_folding_a_repetition_folds_each(text: str, times: int) -> None:
    """Lines fold one by one: what stands in one cannot change how another reads."""
    assert len(sentences("\n".join([text] * times))) == len(sentences(text)) * times
