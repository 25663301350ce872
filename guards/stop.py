"""The confidential last check of a finished text. It may stop a reply and never shapes one: screen does not call it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who works at the clinic. Confidential."""

    name: str
    nicknames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confidential:
    """What the clinic knows and no reply may show."""

    roster: tuple[Named, ...] = ()
    notes: str = ""
