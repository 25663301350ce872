"""What stands in a sentence's slots, such as {phone}: the clinic's own public data, or anything of the slot's shape."""

from guards.context import Clinic

_WORD = r"[^\W\d_][\w.'&-]{0,30}"
_DAY = r"(?:(?:man|tirs|ons|tors|fre|loer|soen)dage?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|hverdage?|weekdays?)"
_HOUR = rf"(?:(?:[\d.:-]+|[ap]m|kl\.?|alle|every|til|og|fra|to|and|from|at|{_DAY}(?:-{_DAY})?),?)"

SHAPES = {
    "phone": r"\+?\d[\d ]{5,14}\d",
    "email": r"[\w.+-]+@[\w-]+\.[\w.-]+",
    "name": rf"{_WORD}(?: {_WORD}){{0,3}}",
    "first_name": _WORD,
    "title": rf"{_WORD}(?: {_WORD}){{0,2}}",
    "clinic": rf"{_WORD}(?: {_WORD}){{0,4}}",
    "hours": rf"{_HOUR}(?: {_HOUR}){{0,14}}",
    "address": rf"{_WORD}(?: {_WORD}){{0,3}} \d{{1,4}},? \d{{4}} {_WORD}(?: {_WORD}){{0,2}}",
}
"""What a slot may hold in folded text where no clinic says it; a slot without a shape may then hold nothing."""


def filled(clinic: Clinic) -> dict[str, str]:
    """What a clinic puts into the slots; those it cannot fill are left out."""
    person = clinic.spokesperson
    values = {
        "phone": clinic.contact.phone,
        "email": clinic.contact.email,
        "address": clinic.contact.address,
        "hours": clinic.opening_hours,
        "clinic": clinic.name,
        "urgent": clinic.urgent_line,
        "name": person.name if person else "",
        "first_name": person.name.split()[0] if person and person.name.strip() else "",
        "title": person.title if person else "",
    }
    # One line, and no full stop of its own: the sentence around the slot brings one.
    trimmed = {slot: " ".join(value.split()).rstrip(" .") for slot, value in values.items()}
    return {slot: value for slot, value in trimmed.items() if value}


def as_sentence(fact: str) -> str:
    """A public fact as it is put into a sentence: one line, its own words, with an end."""
    text = " ".join(fact.split())
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."
