"""What can be taken in at all: limits, and text that a database can hold."""

from datetime import UTC, datetime

from copilot.domain import Post
from copilot.errors import Unfit

TEXT = 20_000
"""Code points of a post, a reply or a note."""
WORD = 2_000
"""Code points of a name, an address, an id."""
TURNS = 500
"""Messages of a thread."""


def text(field: str, value: str, *, most: int = TEXT, empty: bool = False) -> None:
    """Raises Unfit where the text is too long, empty where it may not be, or no text at all (NUL, half a character)."""
    if not empty and not value.strip():
        raise Unfit(field, "is empty")
    if len(value) > most:
        raise Unfit(field, f"is longer than {most} characters")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise Unfit(field, "holds characters that are no text")


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
