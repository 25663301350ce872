"""What a rule may know beside the text: public data only.

The confidential lane (roster, case notes) has no type here on purpose; see guards/stop.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, TypeAlias

Strictness: TypeAlias = Literal["strict", "standard"]

_NO_LIMITS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Person:
    """A person who signs in public."""

    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """The ways in that the clinic prints on its own door."""

    phone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic's public profile: nothing in it may not be printed in a reply."""

    id: str = ""
    name: str = ""
    profession: str = ""
    languages: tuple[str, ...] = ("da", "en")
    """Languages the clinic answers in, the first being its own."""
    spokesperson: Person | None = None
    contact: Contact = Contact()
    opening_hours: str = ""
    urgent_line: str = ""
    """Where to turn when somebody may come to harm now, as the clinic words it."""
    public_facts: tuple[str, ...] = ()
    house_rules: tuple[str, ...] = ()
    approved_sentences: tuple[str, ...] = ()
    strictness: Strictness = "strict"
    platform_limits: Mapping[str, int] = field(default_factory=lambda: _NO_LIMITS)
    """Platform name to the most a reply may hold: bytes on Google, code points elsewhere."""


@dataclass(frozen=True, slots=True)
class Post:
    """The post that is answered, as anybody can read it."""

    text: str
    author: str = ""
    platform: str = ""
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the thread under the post."""

    text: str
    ours: bool
    author: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Everything public around a reply. Without a clinic the strict rules hold."""

    post: Post | None = None
    thread: tuple[Turn, ...] = ()
    clinic: Clinic | None = None
    language: str = ""
    """The language the reply should be in; empty where it is free."""

    @property
    def strict(self) -> bool:
        """Whether soft relation blocks; it does where no clinic is given."""
        return self.clinic is None or self.clinic.strictness == "strict"
