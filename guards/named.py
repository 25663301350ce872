"""Finds the names in a reply that are not public: anybody's but the poster's public name and the spokesperson's own.

A capital alone proves nothing, so a name is found only on evidence: it stands in the post, in a list of common names
with a deed to it, or behind words that announce a person or an animal ("little Bella", "vores kollega Sara").
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from guards.context import Context
from guards.reading import Reading
from guards.text import Sentence, fold

_DATA = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))


def _alternatives(group: str) -> str:
    return "|".join(_DATA[group])


_NAME = re.compile(r"(?<![\w@.])[A-ZÆØÅÄÖÉ](?:[a-zæøåäöéü]+|(?=\.))(?:-[A-ZÆØÅ]?[a-zæøåäöéü]+)?")
_GREETING = re.compile(
    rf"^({_alternatives('greetings')})\s+((?:[^\W\d_][\w'’.-]*\s?){{1,4}})(?=[,.!:;]|\s*$|\n)", re.IGNORECASE
)
_DEED = re.compile(rf"\W*(?:\w+ )?(?:{_alternatives('deeds')}|\w{{3,}}ede|\w{{3,}}ed)\b")
_ANSWERS = re.compile(rf"\W*(?:[^\W\d_]+ )?(?:og jeg |and i )?(?:{_alternatives('answers')})\b", re.IGNORECASE)
"""A colleague who may be asked for, rather than one who did something."""
_WILL_ANSWER = re.compile(rf"(?: [A-ZÆØÅ][a-zæøåäöéü]+)? (?:{_alternatives('will_answer')})\b")
"""What lets even a doctor be named: she is there for whoever calls."""
_SIGNING = re.compile(rf"\b(?:{_alternatives('signing')})\b\W*$|[/–—-]\s*$", re.IGNORECASE)
_PLACE = re.compile(rf"(?<!, )\b(?:{_alternatives('places')})\s+$", re.IGNORECASE)
"""Behind a comma stands the Danish "at", which introduces a clause and no place."""
_STREET = re.compile(rf"\s+(?:{_alternatives('streets')})\b")
"""A name before one of these is a street's: "Court Road"."""
_CLOSING = re.compile(rf"(?:{_alternatives('closings')})\b", re.IGNORECASE)
_CLOSING_WORDS = 8


def names(reading: Reading) -> Iterator[tuple[int, int]]:
    """Where names that are not public stand, in code points of the text as given."""
    allowed = _allowed(reading.context)
    posted = _posted(reading.context)
    for sentence in reading.open:
        body = 0
        if (greeting := _GREETING.match(sentence.text)) is not None:
            body = greeting.end()
            yield from _greeted(sentence, greeting, reading.context, allowed)
        if not _is_signature(sentence, reading):
            yield from _named(sentence, body, allowed, posted)


def _greeted(
    sentence: Sentence, greeting: re.Match[str], context: Context, allowed: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """The names greeted, where a public author is known and they are not hers."""
    author = context.post.author if context.post is not None else ""
    if not author:
        return
    plain = fold(author).text
    for match in re.finditer(r"[^\W\d_][\w'’-]*", greeting.group(2)):
        word = fold(match.group()).text
        if match.group()[0].isupper() and word not in allowed and word not in _list("greeted") and word not in plain:
            start = sentence.start + greeting.start(2) + match.start()
            yield start, start + len(match.group())


def _named(sentence: Sentence, body: int, allowed: frozenset[str], posted: frozenset[str]) -> Iterator[tuple[int, int]]:
    for match in _NAME.finditer(sentence.text, body):
        word = fold(match.group()).text
        bare = word[:-1] if word.endswith("s") and word[:-1] in _known() | posted else word
        if bare in allowed or word in allowed or bare in _list("safe"):
            continue
        before = sentence.text[: match.start()]
        if _is_evidence(bare, before, sentence.text[match.end() :], posted):
            yield sentence.start + match.start(), sentence.start + match.end()


def _is_evidence(word: str, before: str, after: str, posted: frozenset[str]) -> bool:
    first = not before.strip(" \"'»“(-") or before.rstrip().endswith((":", "\n"))
    if first:
        return (word in posted or word in _known()) and _DEED.match(after) is not None
    if _PLACE.search(before) or _SIGNING.search(before) or _STREET.match(after) or word in _list("streets"):
        return False
    if word in posted:
        return True
    if _ends_in(before, "frames"):
        return _WILL_ANSWER.match(after) is None
    return word in _known() and not _is_contact(before) and _ANSWERS.match(after) is None


def _is_contact(before: str) -> bool:
    """Whether the words before a name ask to get in touch with its bearer, by title or without."""
    plain = fold(before).text.rstrip()
    for title in _list("titles"):
        if plain.endswith(f" {title}"):
            return True
    return _ends_in(before, "contacts")


def _ends_in(before: str, group: str) -> bool:
    plain = fold(before).text.rstrip()
    return any(re.search(rf"(?<!\w){re.escape(words)}$", plain) for words in _list(group))


def _is_signature(sentence: Sentence, reading: Reading) -> bool:
    """Whether the sentence is a closing line: after a closing formula, or the last one and mostly capitalised words."""
    if _CLOSING.match(sentence.text):
        return True
    words = re.findall(r"[^\W\d_][\w'’.-]*", sentence.text)
    if sentence.start != reading.sentences[-1].start or not 0 < len(words) <= _CLOSING_WORDS:
        return False
    return 2 * sum(word[0].isupper() for word in words) >= len(words) and _DEED.search(sentence.text) is None


def _allowed(context: Context) -> frozenset[str]:
    clinic = context.clinic
    texts = [context.post.author] if context.post is not None else []
    if clinic is not None:
        person = clinic.spokesperson
        texts += [
            clinic.name,
            clinic.contact.address,
            clinic.contact.email,
            *clinic.public_facts,
            *clinic.approved_sentences,
        ]
        texts += [person.name, person.title] if person is not None else []
    return frozenset(re.findall(r"[^\W\d_][\w'-]*", fold(" ".join(texts)).text))


def _posted(context: Context) -> frozenset[str]:
    """Words that the post writes with a capital, though no sentence begins there, or that are common names."""
    if context.post is None:
        return frozenset()
    text = context.post.text
    inside = {fold(match.group()).text for match in re.finditer(r"(?<=[\w,] )[A-ZÆØÅÄÖÉ][a-zæøåäöéü]+", text)}
    every = {fold(match.group()).text for match in _NAME.finditer(text)}
    return frozenset(inside | (every & _known()))


@cache
def _list(group: str) -> frozenset[str]:
    return frozenset(fold(word).text for word in _DATA[group])


@cache
def _known() -> frozenset[str]:
    return _list("people") | _list("pets")
