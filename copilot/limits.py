"""What can be taken in at all: limits, and text that a database can hold."""

import unicodedata
from datetime import UTC, datetime

from copilot.domain import Post
from copilot.errors import Unfit
from guards.context import Clinic

TEXT = 20_000
"""Code points of a post, a reply or a note."""
WORD = 2_000
"""Code points of a name, an address, an id."""
TURNS = 500
"""Messages of a thread."""
_UNPRINTED = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Unicode categories of control and format characters, private use, and line and paragraph breaks."""


def text(field: str, value: str, *, most: int = TEXT, empty: bool = False) -> None:
    """Raises Unfit where the text is too long, empty where it may not be, or no text at all (NUL, half a character)."""
    if not empty and not value.strip():
        raise Unfit(field, "is empty")
    if len(value) > most:
        raise Unfit(field, f"is longer than {most} characters")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise Unfit(field, "holds characters that are no text")


def line(field: str, value: str) -> None:
    """Raises Unfit for what cannot be printed on one line of a reply: breaks, and characters that hide or turn text."""
    text(field, value, most=WORD, empty=True)
    if any(unicodedata.category(character) in _UNPRINTED for character in value):
        raise Unfit(field, "holds hidden characters or line breaks")


def profile(clinic: Clinic) -> None:
    """Raises Unfit, naming the field, for a public profile that cannot be printed: every word of it fills replies."""
    contact, person = clinic.contact, clinic.spokesperson
    words = {
        "name": (clinic.name,),
        "opening_hours": (clinic.opening_hours,),
        "urgent_line": (clinic.urgent_line,),
        "contact": (contact.phone, contact.email, contact.address),
        "spokesperson": (person.name, person.title) if person else (),
        "public_facts": clinic.public_facts,
        "house_rules": clinic.house_rules,
        "approved_sentences": clinic.approved_sentences,
    }
    for field, values in words.items():
        for value in values:
            line(field, value)


def moment(field: str, value: datetime) -> None:
    """Raises Unfit for a time without a zone, or one that has no equal in UTC."""
    if value.tzinfo is None:
        raise Unfit(field, "has no time zone")
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise Unfit(field, "is no time of our calendar") from None


def post(value: Post) -> None:
    """Raises Unfit, naming the field, for a post that cannot be stored."""
    text("text", value.text)
    for field, word in (("author", value.author), ("platform", value.platform), ("url", value.url)):
        text(field, word, most=WORD, empty=True)
    if value.posted_at is not None:
        moment("posted_at", value.posted_at)
    if value.rating is not None and not 0 <= value.rating <= 100:  # noqa: PLR2004  # stars, or a score of a hundred
        raise Unfit("rating", "is not between 0 and 100")
    if len(value.thread) > TURNS:
        raise Unfit("thread", f"has more than {TURNS} messages")
    for turn in value.thread:
        text("thread", turn.text, empty=True)
        text("thread", turn.author, most=WORD, empty=True)
