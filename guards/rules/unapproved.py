"""Phones, mails, links, prices, times, dates, addresses and numbers that are not among the clinic's public data.

Each kind is a pattern of the table and a key that makes spellings equal; a reply may hold a key that the public data
hold too. Kinds are tried in order, and what one has taken the next does not see: a phone number is no number besides.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from guards.context import Clinic
from guards.finding import Finding
from guards.reading import Reading
from guards.table import load
from guards.text import fold, fold_pattern

_DANISH_PHONE = 8
_NOON = 12


@dataclass(frozen=True, slots=True)
class _Kind:
    rule: str
    pattern: re.Pattern[str]
    key: Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Item:
    rule: str
    start: int
    end: int
    keys: frozenset[str]


def find(reading: Reading) -> Iterator[Finding]:
    """Every item of the reply that the clinic's public data do not hold; nothing where no clinic is given."""
    clinic = reading.context.clinic
    if clinic is None:
        return
    table = load("unapproved")
    public = _public(_public_texts(clinic))
    for sentence in reading.open:
        for item in _items(sentence.folded.text):
            if not item.keys <= public:
                yield table[item.rule].finding(reading, *sentence.span(item.start, item.end))


def _public_texts(clinic: Clinic) -> tuple[str, ...]:
    person = clinic.spokesperson
    return (
        clinic.name,
        clinic.contact.phone,
        clinic.contact.email,
        clinic.contact.address,
        clinic.opening_hours,
        clinic.urgent_line,
        *clinic.public_facts,
        *clinic.house_rules,
        *clinic.approved_sentences,
        *((person.name, person.title) if person else ()),
    )


@lru_cache(maxsize=256)
def _public(texts: tuple[str, ...]) -> frozenset[str]:
    words = load("unapproved").words["any"]
    keys = {f"number:{number}" for number in words["emergency"]} | {f"phone:{n}" for n in words["emergency"]}
    keys |= {f"site:{site}" for site in words["authority"]}
    for text in texts:
        folded = fold(text).text
        for item in _items(folded):
            keys |= item.keys
        # What stands inside a price, a time or a date may be said alone: "fra kl. 8", "de 450 kroner".
        for run in re.findall(r"\d+(?:[.,:]\d+)*", folded):
            keys |= _number_key(run) | _price_key(run) | _time_key(run)
    return frozenset(keys)


def _items(text: str) -> Iterator[_Item]:
    for kind in _kinds():
        taken = list(kind.pattern.finditer(text))
        for match in taken:
            keys = kind.key(match.group())
            if keys:
                yield _Item(kind.rule, match.start(), match.end(), keys)
        if taken:
            text = kind.pattern.sub(lambda match: "\x00" * len(match.group()), text)


def _email_key(text: str) -> frozenset[str]:
    return frozenset({f"email:{text.strip('.')}"})


def _link_key(text: str) -> frozenset[str]:
    address = re.sub(r"^(?:https?://)?(?:www\.)?", "", text).rstrip(".,;:!?)'\"/")
    site = address.partition("/")[0]
    if site in load("unapproved").words["any"]["authority"]:
        return frozenset({f"site:{site}"})
    return frozenset({f"link:{address}"})


def _phone_key(text: str) -> frozenset[str]:
    digits = re.sub(r"\D", "", text)
    for prefix in ("0045", "45"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + _DANISH_PHONE:
            digits = digits.removeprefix(prefix)
    return frozenset({f"phone:{digits}"})


def _price_key(text: str) -> frozenset[str]:
    found = re.search(r"\d[\d.,' ]*", text)
    if found is None:
        return frozenset({f"price:{text}"})
    whole = re.sub(r"[.,](?:\d{2}|-)$", "", found.group().strip().rstrip(".,"))
    return frozenset({f"price:{re.sub(r'[^0-9]', '', whole)}"})


def _time_key(text: str) -> frozenset[str]:
    late = re.search(r"p\.?m", text) is not None
    keys = set()
    for hour, minute in re.findall(r"(\d{1,2})(?:[.:](\d{2}))?", text):
        clock = int(hour) + (_NOON if late and int(hour) < _NOON else 0)
        keys.add(f"time:{clock}:{minute or '00'}")
    return frozenset(keys)


def _date_key(text: str) -> frozenset[str]:
    month = re.search(r"[a-z]{3,}", re.sub(r"\d+(?:st|nd|rd|th)|\bof\b|\b(?:fra|den|from|the)\b", "", text))
    short = month.group()[:3].replace("maj", "may").replace("okt", "oct") if month else ""
    return frozenset({f"date:{short}:{'-'.join(str(int(part)) for part in re.findall(r'[0-9]+', text))}"})


def _address_key(text: str) -> frozenset[str]:
    # "Havnegade 12" and "i Havnegade 12" are one place: the street's last word and the number tell it.
    return frozenset({f"address:{' '.join(text.split()[-2:])}"})


def _number_key(text: str) -> frozenset[str]:
    return frozenset({f"number:{text.rstrip('.,')}"})


_KEYS: dict[str, Callable[[str], frozenset[str]]] = {
    "email": _email_key,
    "link": _link_key,
    "date": _date_key,
    "price": _price_key,
    "phone": _phone_key,
    "time": _time_key,
    "address": _address_key,
    "number": _number_key,
}


@cache
def _kinds() -> tuple[_Kind, ...]:
    table = load("unapproved").words
    words = {name: "|".join(listed) for name, listed in table["any"].items()}
    return tuple(
        _Kind(name, re.compile(fold_pattern(_filled("|".join(listed), words))), _KEYS[name])
        for name, listed in table["kinds"].items()
    )


def _filled(pattern: str, words: dict[str, str]) -> str:
    return re.sub(r"<([a-z_]+)>", lambda slot: f"(?:{words[slot.group(1)]})", pattern)
