"""What stands in a sentence's slots, such as {phone}: the clinic's own public data, or anything of the slot's shape."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from guards.context import Clinic, Contact, Person

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


def filled(clinic: Clinic) -> Mapping[str, str]:
    """What a clinic puts into the slots; those it cannot fill are left out."""
    return _filled(clinic.name, clinic.spokesperson, clinic.contact, clinic.opening_hours, clinic.urgent_line)


@lru_cache(maxsize=256)
def _filled(name: str, person: Person | None, contact: Contact, hours: str, urgent: str) -> Mapping[str, str]:
    values = {
        "phone": contact.phone,
        "email": contact.email,
        "address": contact.address,
        "hours": hours,
        "clinic": name,
        "urgent": urgent,
        "name": person.name if person else "",
        "first_name": person.name.split()[0] if person and person.name.strip() else "",
        "title": person.title if person else "",
    }
    # One line, and no full stop of its own: the sentence around the slot brings one.
    trimmed = {slot: " ".join(value.split()).rstrip(" .") for slot, value in values.items()}
    return MappingProxyType({slot: value for slot, value in trimmed.items() if value})


def as_sentence(fact: str) -> str:
    """A public fact as it is put into a sentence: one line, its own words, with an end."""
    text = " ".join(fact.split())
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."
