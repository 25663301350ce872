"""What /v1 reads and writes: the wire's own types, so that the domain may change without the contract changing."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

import msgspec

from copilot.domain import Impact, Kind, SignalName, State, Strategy
from copilot.store.rows import Judgement
from guards.context import Strictness
from guards.finding import Severity, Verdict

# PostgreSQL's text holds everything but NUL, so the door refuses it where a clear answer is still possible.
_NO_NUL = r"^[^\x00]*$"

Text: TypeAlias = Annotated[
    str, msgspec.Meta(min_length=1, max_length=20_000, pattern=_NO_NUL, description="Up to 20,000 code points.")
]
Line: TypeAlias = Annotated[str, msgspec.Meta(max_length=300, pattern=_NO_NUL)]
Written: TypeAlias = Annotated[
    str, msgspec.Meta(min_length=1, max_length=300, pattern=r"^[^\x00]*[^\x00-\x20][^\x00]*$")
]
"""A line with something in it."""
Note: TypeAlias = Annotated[str, msgspec.Meta(max_length=4_000, pattern=_NO_NUL)]
Name: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]
Url: TypeAlias = Annotated[str, msgspec.Meta(max_length=2_000, pattern=r"^(?:https?://[^\x00-\x20\x7f]+)?$")]
Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True, description="RFC 3339, with its offset.")]


class TurnIn(msgspec.Struct, forbid_unknown_fields=True):
    """One message of the thread under the post."""

    text: Text
    ours: bool
    author: Line = ""


class PostIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A post as somebody read it in public."""

    clinic: Name
    text: Text
    author: Line = ""
    platform: Line = ""
    external_id: Line = ""
    url: Url = ""
    thread: Annotated[list[TurnIn], msgspec.Meta(max_length=50)] = []
    posted_at: Moment | None = None
    rating: Annotated[int, msgspec.Meta(ge=0, le=10)] | None = None
    captured_by: Line = ""
    case: Line = ""


class TriageIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A post to look at without keeping it."""

    clinic: Name
    text: Text
    author: Line = ""
    platform: Line = ""
    posted_at: Moment | None = None
    thread: Annotated[list[TurnIn], msgspec.Meta(max_length=50)] = []


class ColleagueIn(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody who works at the clinic."""

    name: Written
    role: Line = ""
    nicknames: Annotated[list[Line], msgspec.Meta(max_length=20)] = []


class ScreeningIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A reply to screen without keeping it. `roster` and `notes` are for a person of that clinic."""

    text: Text
    clinic: Name | None = None
    post: Text | None = None
    author: Line = ""
    platform: Line = ""
    language: Annotated[str, msgspec.Meta(max_length=10, pattern=r"^[a-z-]*$")] = ""
    thread: Annotated[list[TurnIn], msgspec.Meta(max_length=50)] = []
    roster: Annotated[list[ColleagueIn], msgspec.Meta(max_length=500)] | None = None
    notes: Note | None = None


class FindingOut(msgspec.Struct):
    """One thing found in a text; offsets are code points, end exclusive."""

    rule: str
    severity: Severity
    start: int
    end: int
    text: str
    reason: str


class ScreeningOut(msgspec.Struct):
    """A text's verdict with everything that was found."""

    verdict: Verdict
    findings: list[FindingOut]
    guard_version: str


class SignalOut(msgspec.Struct, omit_defaults=True):
    """Something in the post that changes what to do."""

    name: SignalName
    start: int
    end: int
    internal: bool = False


class TriageOut(msgspec.Struct):
    """What kind of post it is."""

    kind: Kind
    language: str
    severity: Impact
    confidence: float
    signals: list[SignalOut]
    reasons: list[str]
    decided_by: str


class PlanOut(msgspec.Struct):
    """What to do about the post."""

    strategy: Strategy
    reply_needed: bool
    language: str
    reasons: list[str]
    may: list[str]
    must_not: list[str]
    deadline: datetime
    rule: str


class TriagedOut(msgspec.Struct):
    """A look at a post that was not kept."""

    triage: TriageOut
    plan: PlanOut


class TurnOut(msgspec.Struct):
    """One message of the thread under the post."""

    text: str
    ours: bool
    author: str


class Decided(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A decision: what state it was based on, and a note for the house."""

    based_on: State
    note: Note = ""


class Rejected(Decided, kw_only=True, forbid_unknown_fields=True):
    """Nothing goes out, for this reason."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=4_000, pattern=_NO_NUL)]


class Held(Decided, kw_only=True, forbid_unknown_fields=True):
    """Put aside until then."""

    until: Moment


class Silenced(Decided, kw_only=True, forbid_unknown_fields=True):
    """Silence, with somebody who keeps an eye on it and a time to look again."""

    owner: UUID
    review_at: Moment


class Moderated(Decided, kw_only=True, forbid_unknown_fields=True):
    """The post breaks this house rule, word for word as the clinic has it."""

    house_rule: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000, pattern=_NO_NUL)]


class EditIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A new text, or the offer to take: exactly one of the two."""

    text: Text | None = None
    offer: UUID | None = None
    based_on: State | None = None
    """The state that the person was shown; the present one where it is left out."""
    note: Note = ""


class AnswerIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A person's answer to one caution of the present text: `fine` clears it, `change` does not."""

    rule: Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[a-z_.]+$")]
    start: Annotated[int, msgspec.Meta(ge=0, le=20_000)]
    end: Annotated[int, msgspec.Meta(ge=0, le=20_000)]
    answer: Judgement
    based_on: State | None = None
    note: Note = ""


class PublicationIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What was really posted."""

    text: Text
    url: Url = ""


class ContactIn(msgspec.Struct, forbid_unknown_fields=True):
    """The ways in that the clinic prints on its own door."""

    phone: Line = ""
    email: Line = ""
    address: Line = ""


class SpokespersonIn(msgspec.Struct, forbid_unknown_fields=True):
    """Who signs in public."""

    name: Written
    title: Line = ""


class ClinicIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What of the profile changes; what is left out stays. Facts have their own address."""

    name: Written | None = None
    profession: Line | None = None
    languages: Annotated[list[Literal["da", "en"]], msgspec.Meta(min_length=1, max_length=10)] | None = None
    spokesperson: SpokespersonIn | None = None
    contact: ContactIn | None = None
    opening_hours: Line | None = None
    urgent_line: Line | None = None
    house_rules: Annotated[list[Line], msgspec.Meta(max_length=50)] | None = None
    strictness: Strictness | None = None
    platform_limits: (
        dict[
            Annotated[str, msgspec.Meta(max_length=50, pattern=r"^[a-z_]+$")],
            Annotated[int, msgspec.Meta(ge=1, le=100_000)],
        ]
        | None
    ) = None


class FactIn(msgspec.Struct, forbid_unknown_fields=True):
    """A general fact about how the clinic works, to be approved by a person."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=1_000, pattern=_NO_NUL)]
    language: Literal["da", "en"] = "da"


class RosterIn(msgspec.Struct, forbid_unknown_fields=True):
    """The whole roster: whoever is left out is gone from it."""

    items: Annotated[list[ColleagueIn], msgspec.Meta(max_length=500)]
