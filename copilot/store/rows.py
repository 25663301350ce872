"""What the store gives back: plain frozen data, one type a table, nothing lazily loaded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from copilot.domain import Colleague, Plan, Post, Receipt, State, Triage
from guards.context import Clinic
from guards.finding import Screening

Role: TypeAlias = Literal["spokesperson", "deputy", "member"]
Verb: TypeAlias = Literal["edit", "take_offer", "approve", "reject", "hold", "release", "silence", "moderate"]
OfferState: TypeAlias = Literal["offered", "taken", "declined", "stale", "failed"]
Judgement: TypeAlias = Literal["fine", "change"]
"""A person's answer to a caution: `fine` clears it for this very text, `change` does not."""
Sameness: TypeAlias = Literal["same", "reformatted", "drifted"]
KeyKind: TypeAlias = Literal["integration", "personal"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, as a key or a session proved it."""

    organisation_id: UUID
    kind: Literal["integration", "personal", "session"]
    credential_id: UUID
    person_id: UUID | None
    """None for an integration: it never decides."""
    clinics: tuple[str, ...] = ()
    """Slugs that the key is limited to; empty for all."""
    csrf: str = ""
    """The session's secret against forged forms; empty for keys."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who may sign in."""

    person_id: UUID
    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person's place at a clinic."""

    person: PersonRow
    role: Role


@dataclass(frozen=True, slots=True)
class FactRow:
    """A public fact; only an approved one that is not withdrawn may stand in a reply."""

    fact_id: UUID
    clinic_id: UUID
    text: str
    language: str
    approved_by: UUID | None
    approved_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClinicRow:
    """A clinic with its public profile; `profile.public_facts` are the approved ones."""

    clinic_id: UUID
    slug: str
    name: str
    profile: Clinic
    version: int


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A colleague as the clinic told us. Confidential."""

    entry_id: UUID
    colleague: Colleague


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post as it came in first: evidence, never changed."""

    post_id: UUID
    clinic_id: UUID
    clinic: str
    """The clinic's slug."""
    post: Post
    external_id: str
    """The platform's own id; empty where it gave none."""
    captured_by: str
    case: str
    received_at: datetime
    sha256: str
    captures: int
    """How often it came in, duplicates included."""


@dataclass(frozen=True, slots=True)
class DraftText:
    """The text that a proposal holds now, with the gate's verdict on it."""

    text: str
    language: str
    origin: str
    sha256: str
    screening: Screening


@dataclass(frozen=True, slots=True)
class OfferRow:
    """A model's draft beside the curated one; nothing happens until a person takes it."""

    offer_id: UUID
    text: str
    language: str
    origin: str
    screening: Screening | None
    recommended: bool
    second_kind: str
    second_reason: str
    changes_plan: bool
    state: OfferState
    error: str
    """Why there is no text, in one word, where it failed."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What a person said to one caution of one exact text."""

    answer_id: UUID
    text_sha256: str
    rule: str
    start: int
    end: int
    sentence: str
    answer: Judgement
    note: str
    person_id: UUID
    person_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One thing that a named person did, with what she saw when she did it. Append-only."""

    decision_id: UUID
    verb: Verb
    person_id: UUID
    person_name: str
    note: str
    reason: str
    based_on_state: State
    based_on_version: int
    text_sha256: str
    owner_id: UUID | None
    review_at: datetime | None
    house_rule: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """An approved text with its receipt; one that is voided is never handed out."""

    reply_id: UUID
    proposal_id: UUID
    clinic: str
    text: str
    receipt: Receipt
    publications: tuple["PublicationRow", ...] = ()


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """What was really posted. Append-only; the latest counts."""

    publication_id: UUID
    text: str
    url: str
    state: Sameness
    screening: Screening | None
    """Of a drifted text alone."""
    recorded_by: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """What waits for a human, or was decided: one proposal a post, under the post's id."""

    proposal_id: UUID
    clinic_id: UUID
    clinic: str
    post: PostRow
    state: State
    version: int
    severity: int
    deadline: datetime
    triage: Triage | None
    """None, like plan and draft, where drafting failed; `error` then says so."""
    plan: Plan | None
    draft: DraftText | None
    error: str
    held_until: datetime | None
    review_at: datetime | None
    reply_id: UUID | None
    """The live reply, while approved or published."""
    created_at: datetime
    updated_at: datetime
    offers: tuple[OfferRow, ...] = ()
    answers: tuple[AnswerRow, ...] = ()
    decisions: tuple[DecisionRow, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A line of the queue: enough to choose what to open."""

    proposal_id: UUID
    clinic: str
    state: State
    version: int
    kind: str
    """Empty where drafting failed."""
    severity: int
    deadline: datetime
    verdict: str
    strategy: str
    platform: str
    author: str
    beginning: str
    """The first 200 characters of the post."""
    error: str
    offers: int
    """Offers that wait."""
    review_at: datetime | None
    held_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of the queue; `cursor` is empty on the last."""

    items: tuple[QueueItem, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What to show; None shows all, and no states at all means waiting and held."""

    clinic: str | None = None
    states: tuple[State, ...] = ()
    kind: str | None = None
    severity: int | None = None
    """At least this severe."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key's description; the secret itself is shown once, when minted."""

    key_id: UUID
    kind: KeyKind
    person_id: UUID | None
    label: str
    clinics: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None
