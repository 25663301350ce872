"""What the tests of wording share: the demo clinics, plans, and how a reply is taken apart."""

from datetime import UTC, datetime
from typing import get_args

from copilot.domain import Plan, Post, Strategy
from copilot.prompting import draft
from guards import language, slots
from guards.context import Clinic
from guards.line import from_object
from guards.text import sentences

STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
CLINICS = ("demo-vet", "demo-dental")
LANGUAGES = ("da", "en")


def demo(clinic: str) -> Clinic:
    """The public profile of a demo clinic."""
    found = from_object({"id": 1, "text": "x", "clinic": clinic}).context.clinic
    assert found is not None
    return found


def facts(clinic: Clinic, spoken: str) -> list[str]:
    """The clinic's public facts in one language."""
    return [fact for fact in clinic.public_facts if language.of(fact) == spoken]


def plan(strategy: Strategy, spoken: str = "da", fact: str = "") -> Plan:
    """A plan with nothing in it but what words a reply."""
    return Plan(
        strategy=strategy,
        reply_needed=True,
        language=spoken,
        reasons=(),
        may=(),
        must_not=(),
        deadline=datetime(2026, 11, 23, tzinfo=UTC),
        rule="",
        fact=fact,
    )


def reply(clinic: Clinic, strategy: Strategy, spoken: str, nth: int, post: str = "") -> str:
    """The n-th reply of a clinic, with a fact of its own where the strategy shares one."""
    own = facts(clinic, spoken)
    shares = strategy in {"share_general_facts", "answer_question"} and own
    return draft(plan(strategy, spoken, own[nth % len(own)] if shares else ""), clinic, nth, Post(post)).text


def said(text: str) -> list[str]:
    """The sentences of a reply, its last line, the signature, included."""
    return [sentence.text for sentence in sentences(text)]


def body(text: str) -> str:
    """The reply without its signature."""
    return text.rpartition("\n")[0] or text


def is_contact_line(sentence: str, clinic: Clinic) -> bool:
    """Whether the sentence tells how to reach the clinic, or whom to ring."""
    filled = slots.filled(clinic)
    ways = (filled.get("phone"), filled.get("email"), filled.get("urgent"), "112", "70 201 201")
    return any(way in sentence for way in ways if way)
