"""The plan: PLAYBOOK's table as data, from triage to strategy, deadline and what a reply must not do."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from copilot import clinics
from copilot.domain import Kind, Plan, Post
from copilot.plan import plan
from copilot.playbook import FILE, PlaybookError, parse, playbook
from copilot.respond import respond
from copilot.triage import triage
from guards.context import Clinic, Turn

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
VET = clinics.demo("demo-vet")[0]
DENTAL = clinics.demo("demo-dental")[0]


def planned(text: str, clinic: Clinic = VET, thread: tuple[Turn, ...] = ()) -> Plan:
    post = Post(text, thread=thread)
    return plan(triage(post, clinic), post, clinic, NOW)


@pytest.mark.parametrize(
    ("text", "strategy"),
    [
        ("HJÆLP min hund har spist rottegift lige nu", "direct_to_help"),
        ("I er svin, jeg vil ikke leve mere", "direct_to_help"),
        ("Tjen 5000 kr om ugen hjemmefra, skriv på WhatsApp", "moderate"),
        ("Hvorfor har I barberet hans forben? Det er jo bare for at tage flere penge!", "share_general_facts"),
        ("Alle ved at I får bonus af foderfirmaerne", "acknowledge_and_invite"),
        ("Min hund døde hos jer, I er nogle svin", "acknowledge_and_invite"),
        ("Jeg ved hvor I bor. I ødelagde min kat", "acknowledge_and_invite"),
        ("Jeg ved hvor du bor, svin", "moderate"),
        ("Klovne, hele bundtet", "answer_once_neutrally"),
        ("Kan man få en kopi af sit dyrs journal?", "answer_question"),
        ("Tusind tak, I er så søde", "thank"),
    ],
)
def test_the_playbooks_first_row_that_fits_decides(text: str, strategy: str) -> None:
    """PLAYBOOK 2, the paragraph on strategy; criticism is never moderated, a threat in it or not."""
    assert planned(text).strategy == strategy


def test_a_fact_is_shared_only_where_it_fits_and_is_the_clinics_own() -> None:
    """Approved public facts alone, in the language of the reply, never about another topic."""
    shaved = planned("Why did you shave his foreleg? Just to charge us more!!")
    assert shaved.fact in VET.public_facts
    assert "shave" in shaved.fact
    assert planned("Alle ved at I får bonus af foderfirmaerne").fact == ""
    free = planned("Hvorfor skal jeg betale?? Tandlæge er da gratis. Rent fup", DENTAL)
    assert (free.strategy, free.fact) == ("share_general_facts", DENTAL.public_facts[2])
    assert planned("Hvorfor skal jeg betale?? Tandlæge er da gratis. Rent fup", Clinic()).fact == ""


def test_hostility_is_answered_once_in_a_thread() -> None:
    """After our one answer: silence."""
    thread = (Turn("Vi har læst det.", ours=True),)
    again = planned("Klovne, hele bundtet", thread=thread)
    assert (again.strategy, again.reply_needed) == ("stay_silent", False)
    assert planned("Klovne", thread=(Turn("Enig!", ours=False),)).strategy == "answer_once_neutrally"


def test_only_a_broken_house_rule_moderates_and_it_is_cited() -> None:
    """The clinic's own words, and none where it has no such rule."""
    assert planned("Jeg ved hvor du bor, svin").house_rule == VET.house_rules[0]
    assert planned("Tjen 5000 kr om ugen hjemmefra, skriv på WhatsApp").house_rule == VET.house_rules[2]
    assert planned("Tjen 5000 kr om ugen hjemmefra, skriv på WhatsApp", Clinic()).strategy == "stay_silent"
    assert planned("Jeg ved hvor du bor, svin", Clinic()).strategy == "answer_once_neutrally"


def test_a_threat_is_urgent_and_never_mentioned() -> None:
    """Severity 3, an hour, and nothing about the police in public."""
    threatened = planned("Jeg ved hvor I bor. I ødelagde min kat")
    assert threatened.deadline == NOW + timedelta(hours=1)
    assert any("politi" in move for move in threatened.must_not)


@pytest.mark.parametrize(
    ("text", "clinic", "language"),
    [
        ("Waited two hours and nobody came", VET, "en"),
        ("Vi väntade i två timmar och ingen kom", VET, "da"),
        ("Katten vår døde og dere ringte ikke engang", Clinic(languages=("en", "da")), "en"),
        ("二時間も待たされました", VET, "da"),
    ],
)
def test_the_reply_is_in_the_posters_language_where_the_clinic_has_it(text: str, clinic: Clinic, language: str) -> None:
    """Else in the clinic's first, and a reason says so."""
    found = planned(text, clinic)
    assert found.language == language
    if language not in {"en", triage(Post(text)).language}:
        assert "dansk" in found.reasons[-1]


def test_every_kind_and_severity_has_a_plan_with_reasons() -> None:
    """Whatever triage says, somebody is told what to do, why and by when."""
    for kind in get_args(Kind):
        rows = [row for row in playbook().rows if kind in row.kinds]
        assert rows
        assert not rows[-1].when
    for row in playbook().rows:
        assert row.reason["da"]
        assert row.reason["en"]
        assert len(row.deadline_hours) == 4


def test_an_answer_takes_milliseconds_and_is_the_same_every_time() -> None:
    """`respond` is pure: the same post, clinic, count and time give the same answer."""
    post = Post("Min hund døde hos jer, I er nogle svin")
    assert respond(post, VET, 4, NOW) == respond(post, VET, 4, NOW)
    assert respond(post, VET, 4, NOW).draft.text != respond(post, VET, 5, NOW).draft.text


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        ('strategy = "thank"', 'strategy = "argue"', "'argue' is none of"),
        ('kinds = ["praise"]', 'kinds = ["prais"]', "'prais' is none of"),
        ("reply_needed = true", 'reply_needed = "yes"', "reply_needed must be true or false"),
        ("deadline_hours = [0.25, 0.25, 0.25, 0.25]", "deadline_hours = [0, 1]", "four numbers"),
        ('when = ["answered"]', 'wenn = ["answered"]', "unknown key wenn"),
    ],
)
def test_a_mistake_in_the_playbook_names_its_line_and_row(wrong: str, right: str, says: str) -> None:
    """A clinic that tunes the table is told where."""
    text = FILE.read_text(encoding="utf-8")
    assert wrong in text
    with pytest.raises(PlaybookError, match=r"playbook, line \d+, row ") as raised:
        parse(text.replace(wrong, right, 1))
    assert says in str(raised.value)


def test_a_playbook_with_a_kind_left_out_is_refused() -> None:
    """No kind may fall through the table."""
    text = FILE.read_text(encoding="utf-8").replace('kinds = ["praise"]', 'kinds = ["question"]')
    with pytest.raises(PlaybookError, match="no row without conditions for praise"):
        parse(text)
