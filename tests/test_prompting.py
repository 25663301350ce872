"""Drafts: the n-th reply takes the n-th wording, says what is true of everybody, and is whole for every clinic."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from copilot import prompting
from copilot.domain import Post, Strategy
from copilot.mood import mood
from copilot.prompting import draft
from guards.context import Clinic, Contact, Person
from tests.wording_cases import (
    CLINICS,
    LANGUAGES,
    STRATEGIES,
    body,
    demo,
    facts,
    is_contact_line,
    plan,
    reply,
    said,
)

DEATHS = {"da": "Min hund døde hos jer, I er nogle svin", "en": "My cat died after seeing you people"}


def _repeated(replies: list[str], clinic: Clinic, spoken: str) -> list[str]:
    refusals = {
        variant.source
        for section in prompting.sections(spoken, "shared")
        if section.part == "refusal"
        for variant in section.variants
    }
    seen: set[str] = set()
    twice = []
    for text in replies:
        for sentence in dict.fromkeys(said(text)):
            if sentence in seen and sentence not in refusals and not is_contact_line(sentence, clinic):
                twice.append(sentence)
            seen.add(sentence)
    return twice


@pytest.mark.parametrize(("clinic", "spoken"), list(product(CLINICS, LANGUAGES)))
@pytest.mark.parametrize("first", [0, 7, 20, 101])
def test_ten_replies_in_a_row_share_no_sentence(clinic: str, spoken: str, first: int) -> None:
    """The refusal and the contact line alone may come again, whatever the strategies of the ten."""
    profile = demo(clinic)
    for strategy, post in product(STRATEGIES, ("", DEATHS[spoken])):
        same = [reply(profile, strategy, spoken, nth, post) for nth in range(first, first + 10)]
        assert _repeated(same, profile, spoken) == [], strategy
    mixed = [
        reply(profile, STRATEGIES[nth % len(STRATEGIES)], spoken, nth, DEATHS[spoken] if nth % 3 else "")
        for nth in range(first, first + 10)
    ]
    assert _repeated(mixed, profile, spoken) == []


@pytest.mark.parametrize(("strategy", "spoken"), list(product(STRATEGIES, LANGUAGES)))
def test_the_same_input_gives_the_same_words(strategy: Strategy, spoken: str) -> None:
    """A draft depends on plan, clinic, number and post alone, and says where it comes from."""
    one = draft(plan(strategy, spoken), demo("demo-vet"), 3, Post("x"))
    assert one == draft(plan(strategy, spoken), demo("demo-vet"), 3, Post("x"))
    assert one.language == spoken
    assert one.origin.startswith("curated:")
    assert one.origin.endswith(f".{spoken}#3")


@given(post=st.text(max_size=200), nth=st.integers(0, 10_000), strategy=st.sampled_from(STRATEGIES))
@example(post="{{ phone }} {% raise %} Sara Madsen 010190-1234", nth=0, strategy="acknowledge_and_invite")
def test_no_word_of_the_post_reaches_a_draft(post: str, nth: int, strategy: Strategy) -> None:
    """Two posts of one mood get the same draft, letter by letter."""
    assume(not mood(post))
    for spoken in LANGUAGES:
        assert reply(demo("demo-vet"), strategy, spoken, nth, post) == reply(demo("demo-vet"), strategy, spoken, nth)


@pytest.mark.parametrize(
    "post",
    [
        "Min hund døde hos jer, I er nogle svin",
        "Vores kat blev aflivet uden grund",
        "Jeg har mistet min mor, og I svarede ikke engang telefonen",
        "My dog died and nobody called me back",
        "We had to put him down because you waited too long",
    ],
)
def test_a_death_is_met_with_condolence_first(post: str) -> None:
    """The first sentence condoles, and nothing in the reply cries out."""
    spoken = "en" if post.startswith(("My", "We")) else "da"
    condolences = {
        variant.source
        for section in prompting.sections(spoken, "shared")
        if section.condition == "death"
        for variant in section.variants
    }
    asked: tuple[Strategy, ...] = (
        "acknowledge_and_invite",
        "share_general_facts",
        "answer_question",
        "answer_once_neutrally",
        "thank",
    )
    for strategy, nth in product(asked, range(40)):
        text = reply(demo("demo-vet"), strategy, spoken, nth, post)
        assert said(text)[0] in condolences, strategy
        assert "!" not in text


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        ("I burde være døde alle sammen", ""),
        ("Tanden er død, og regningen er vild", ""),
        ("Dødt løb mellem jer og de andre", ""),
        ("Jeg har mistet min tålmodighed", ""),
        ("Drop dead", ""),
        ("I er døde for mig", ""),
        ("Du er død", ""),
        ("I was bored to death in your waiting room", ""),
        ("I lost my patience", ""),
        ("Jeg vil ikke leve mere", "self_harm"),
        ("I want to kill myself", "self_harm"),
        ("Hun sov stille ind i går", "death"),
    ],
)
def test_a_mood_is_told_from_ordinary_words(post: str, expected: str) -> None:
    """Dead teeth, ill-wishing and lost patience are no bereavement."""
    assert mood(post) == expected


SPARSE = [
    Clinic(),
    Clinic(name="Klinikken"),
    Clinic(name="Klinikken", contact=Contact(phone="11 22 33 44")),
    Clinic(name="Klinikken", contact=Contact(email="a@b.example")),
    Clinic(name="Klinikken", opening_hours="mandag til fredag"),
    Clinic(name="Klinikken", contact=Contact(address="Gaden 1, 1000 Byen")),
    Clinic(spokesperson=Person("Lene Holm")),
    Clinic(spokesperson=Person("Lene Holm", "klinikejer"), contact=Contact(phone="11 22 33 44")),
    Clinic(name="  ", spokesperson=Person("  "), contact=Contact(phone=" 11 22\n33 44 ")),
]


@pytest.mark.parametrize("clinic", SPARSE)
def test_a_clinic_that_lacks_something_still_gets_a_whole_reply(clinic: Clinic) -> None:
    """No gap, no empty slot, no lost sign: what a clinic cannot say is not said."""
    for strategy, spoken, nth in product(STRATEGIES, LANGUAGES, range(28)):
        text = draft(plan(strategy, spoken), clinic, nth, Post("")).text
        assert 2 <= len(said(body(text))) <= 4
        assert not any(gap in text for gap in ("  ", " ,", " .", "..", "None", "{", "}", ",,", "\n\n"))
        assert text == text.strip()


def test_what_stands_in_a_profile_is_never_template_code() -> None:
    """Braces in a name or a fact are printed as they are."""
    fact = "Alle får {{ 7 * 7 }} og {phone} på papir."
    clinic = replace(demo("demo-vet"), public_facts=(fact,), name="Klinik {{ 7 * 7 }}")
    text = draft(plan("answer_question", "da", fact), clinic, 1, Post("")).text
    assert fact in text
    assert "Klinik {{ 7 * 7 }}" in text
    assert "49" not in text


@pytest.mark.parametrize(("clinic", "spoken"), list(product(CLINICS, LANGUAGES)))
@pytest.mark.parametrize("strategy", ["share_general_facts", "answer_question"])
def test_a_public_fact_is_shared_word_for_word(clinic: str, spoken: str, strategy: Strategy) -> None:
    """The clinic's own sentence stands in the reply once, unchanged."""
    profile = demo(clinic)
    for nth, fact in product(range(12), facts(profile, spoken)):
        assert draft(plan(strategy, spoken, fact), profile, nth, Post("")).text.count(fact) == 1


def test_a_fact_that_is_not_ours_or_in_another_language_is_not_shared() -> None:
    """Only the clinic's approved facts, only in the reply's language; else the reply invites."""
    profile = demo("demo-vet")
    danish, english = facts(profile, "da")[0], facts(profile, "en")[0]
    for spoken, fact in (("en", danish), ("da", english), ("da", "Vi er de bedste i byen.")):
        invited = draft(plan("share_general_facts", spoken, fact), profile, 0, Post(""))
        assert fact not in invited.text
        assert invited.origin == f"curated:acknowledge_and_invite.{spoken}#0"
        answered = draft(plan("answer_question", spoken, fact), profile, 0, Post(""))
        assert fact not in answered.text
        assert profile.contact.phone in answered.text or profile.contact.email in answered.text


def test_what_a_clinic_words_in_its_own_language_stays_out_of_other_replies() -> None:
    """Danish opening hours, titles and urgent lines stand in no English reply."""
    profile = demo("demo-vet")
    for strategy, nth in product(STRATEGIES, range(60)):
        text = reply(profile, strategy, "en", nth)
        assert not any(word in text for word in ("mandag", "klinikejer", "natten"))


def test_a_language_without_wording_falls_back_to_one_the_clinic_speaks() -> None:
    """A reply in no language of ours is written in the clinic's first that is."""
    assert draft(plan("thank", "sv"), demo("demo-vet"), 0, Post("")).language == "da"
    assert draft(plan("thank", "sv"), Clinic(languages=("sv",)), 0, Post("")).language == "en"


def test_a_life_in_danger_gets_the_number_that_helps() -> None:
    """Whoever writes of taking their own life is given the line for it, whatever the clinic treats."""
    for clinic, nth in product(CLINICS, range(12)):
        text = reply(demo(clinic), "direct_to_help", "da", nth, "Jeg vil ikke leve mere")
        assert "70 201 201" in text
        assert "112" in text
    for nth in range(12):
        assert "112" in reply(demo("demo-dental"), "direct_to_help", "en", nth)


def test_a_template_with_a_missing_value_is_an_error() -> None:
    """Prompts are strict: a hole is never printed as nothing."""
    variant = next(v for s in prompting.sections("da", "shared") for v in s.variants if v.slots)
    with pytest.raises(UndefinedError):
        variant.template.render({})


@pytest.mark.parametrize(("strategy", "spoken"), list(product(STRATEGIES, LANGUAGES)))
def test_examples_are_what_the_clinic_could_say(strategy: Strategy, spoken: str) -> None:
    """A model that leans on examples leans on whole sentences, in the right language."""
    given = prompting.examples(strategy, spoken, demo("demo-dental"))
    assert len(given) > 20
    assert not any("{" in sentence for sentence in given)
