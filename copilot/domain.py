"""The words of the field: frozen data, no library. Every hop of the flow has its own type.

    Post → Triage → Plan → Draft → Screened → Reply

Public lane: Post, Clinic (guards' public profile) and everything made from them alone. Confidential lane: Confidential,
which only `advise` and `stop` take.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from guards.context import Turn
from guards.finding import Screening

Kind: TypeAlias = Literal["urgent", "spam", "misunderstanding", "complaint", "harassment", "question", "praise"]
SignalName: TypeAlias = Literal[
    "threat",
    "names_person",
    "personal_data",
    "legal",
    "media",
    "safety",
    "self_harm",
    "other_clinic",
    "names_staff",
]
Strategy: TypeAlias = Literal[
    "direct_to_help",
    "moderate",
    "stay_silent",
    "share_general_facts",
    "acknowledge_and_invite",
    "answer_once_neutrally",
    "answer_question",
    "thank",
]
Impact: TypeAlias = Literal[0, 1, 2, 3]
"""0 nothing at stake; 1 one unhappy person; 2 it can spread, or someone is named; 3 danger, threat, or a storm."""

State: TypeAlias = Literal[
    "waiting", "held", "approved", "published", "rejected", "silenced", "moderated", "superseded"
]


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it came in: evidence, never changed."""

    text: str
    author: str = ""
    platform: str = ""
    posted_at: datetime | None = None
    thread: tuple[Turn, ...] = ()
    rating: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """Something in the post that changes what to do, with its place in code points."""

    name: SignalName
    start: int
    end: int
    internal: bool = False
    """Found from the roster: never in the public lane."""


@dataclass(frozen=True, slots=True)
class Triage:
    """What kind of post it is, from its public text alone."""

    kind: Kind
    language: str
    """ISO 639-1 of the post (`da`, `en`, `sv`, `nb`, …), or `und` where it cannot be told."""
    severity: Impact
    confidence: float
    """0 to 1: how sure the kind is."""
    signals: tuple[Signal, ...]
    reasons: tuple[str, ...]
    """For a person, in the clinic's own language."""
    decided_by: str
    """Name and version of what decided."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do about a post, from its triage and the clinic's public profile alone."""

    strategy: Strategy
    reply_needed: bool
    """False where silence or moderation says it all; a draft is offered all the same."""
    language: str
    """The language of the reply: one of the clinic's."""
    reasons: tuple[str, ...]
    may: tuple[str, ...]
    must_not: tuple[str, ...]
    deadline: datetime
    rule: str
    """The playbook's row that decided."""
    fact: str = ""
    """The public fact to share, where the strategy shares one."""
    house_rule: str = ""
    """The house rule that the post breaks, where the strategy is to moderate."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply nobody has checked."""

    text: str
    language: str
    origin: str
    """`curated:<strategy>.<language>#<n>`, `model:<name>`, or `person:<id>`."""


@dataclass(frozen=True, slots=True)
class Screened:
    """A draft that went through the gate. Made by `approve.through_gate` alone."""

    draft: Draft
    screening: Screening


@dataclass(frozen=True, slots=True)
class Response:
    """What `respond` gives: the public lane's whole answer to a post, the draft not yet through the gate."""

    triage: Triage
    plan: Plan
    draft: Draft


@dataclass(frozen=True, slots=True)
class Approver:
    """A named person who may decide for a clinic."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Binds an approval to exact bytes: any changed character voids it."""

    text_sha256: str
    post_sha256: str
    platform: str
    guard_version: str
    verdict: str
    approved_by: str
    approver_name: str
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """A text that a named person approved. Made by `approve.approve` alone."""

    text: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works at the clinic. Confidential."""

    name: str
    role: str = ""
    nicknames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confidential:
    """What the clinic knows and the public lane never sees."""

    roster: tuple[Colleague, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """Internal help for the people of the clinic; never part of a reply."""

    signals: tuple[Signal, ...]
    """The internal signals, such as a colleague named in the post."""
    points: tuple[str, ...]
    """What to do inside the house, in the clinic's own language."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked: our words in `system`, the hostile post fenced in `user`."""

    system: str
    user: str
    placeholders: frozenset[str]
    """Stand for what was hidden; an answer that holds one is rejected."""


@dataclass(frozen=True, slots=True)
class SecondView:
    """What a model thought of the post, beside our own triage."""

    kind: Kind
    reason: str
    changes_plan: bool


Answers: TypeAlias = Mapping[tuple[int, int, str], str]
"""A person's answers to cautions: (start, end, rule) to what she said."""
