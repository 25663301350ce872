"""Safe sentences that come in many wordings: greetings, closings, the signature, and frames by move.

The wordings are data, guards/moves.toml. A greeting, a closing and the spokesperson's own signature are known like a
sentence of the inventory. A frame only answers the question about an unknown sentence: every rule still looks at it.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from guards.context import Clinic, Context
from guards.literals import Index
from guards.pattern import written_out
from guards.slots import SHAPES, filled
from guards.text import Sentence, fold, fold_pattern

_DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "moves.toml").read_text(encoding="utf-8"))
_LONGEST = 400
"""A sentence of more folded characters is no move."""

_TELLING = {"phone", "email", "hours", "first_name"}
"""Slots whose shape tells what they hold; the others could hold a clause, so without a clinic no frame has them."""

_SLOT = re.compile(r"\{([a-z_]+)\}")
_ENDING = re.compile(r"[ .!,]+$")
_LEADING = re.compile(rf"\A(?:{'|'.join(fold(word).text for word in _DATA['join']['words'])}) ")
_SPLIT = re.compile(rf" (?:{'|'.join(fold(word).text for word in _DATA['join']['words'])}) | - |; ?")


@dataclass(frozen=True, slots=True)
class Move:
    """One kind of safe sentence with its wordings, and the examples that prove them."""

    name: str
    patterns: Mapping[str, tuple[str, ...]]
    hits: Mapping[str, tuple[Any, ...]]
    near: Mapping[str, tuple[Any, ...]]


@cache
def moves() -> tuple[Move, ...]:
    """Every move of the file."""
    return tuple(
        Move(row["name"], _tuples(row["patterns"]), _tuples(row["hits"]), _tuples(row["near"])) for row in _DATA["move"]
    )


def _tuples(listed: Mapping[str, list[Any]]) -> dict[str, tuple[Any, ...]]:
    return {language: tuple(items) for language, items in listed.items()}


def is_move(sentence: Sentence, context: Context) -> bool:
    """Whether the sentence is a safe move, or some joined by "and", "but" or "so"; a greeting may stand first."""
    key = _LEADING.sub("", _ENDING.sub("", ungreeted(sentence.folded.text, context)))
    if len(key) > _LONGEST or "{" in key:
        return False
    if context.clinic is not None:
        key = _slotted(key, tuple(filled(context.clinic).items()))
    bare = key.replace(",", "")
    index, frames = _frames(with_clinic=context.clinic is not None)
    possible = [_compiled(frames[place]) for place in sorted(index.possible(bare))]
    return bare == "" or _made_of_moves(bare, possible) or _stands_at_commas(key, possible)


def _stands_at_commas(key: str, frames: list[re.Pattern[str]]) -> bool:
    """Whether a comma parts the sentence into two that are both made of moves: "thank you, and the door is open"."""
    return any(
        _made_of_moves(key[: comma.start()].replace(",", ""), frames)
        and _made_of_moves(_LEADING.sub("", key[comma.end() :]).replace(",", ""), frames)
        for comma in re.finditer(r", ", key)
    )


def _slotted(key: str, values: tuple[tuple[str, str], ...]) -> str:
    """The folded sentence with the clinic's own values as slots again, so that the frames are compiled once for all."""
    pattern, slots = _own_values(values)
    return pattern.sub(lambda match: f"{{{slots[match.group()]}}}", key)


@lru_cache(maxsize=1024)
def _own_values(values: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    slots = {bare: slot for slot, value in reversed(values) if (bare := _bare(value))}
    listed = "|".join(re.escape(bare) for bare in sorted(slots, key=len, reverse=True)) or "(?!)"
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)"), slots


def _made_of_moves(key: str, frames: list[re.Pattern[str]]) -> bool:
    if any(frame.fullmatch(key) for frame in frames):
        return True
    return any(
        any(frame.fullmatch(key, 0, joint.start()) for frame in frames) and _made_of_moves(key[joint.end() :], frames)
        for joint in _SPLIT.finditer(key)
    )


@cache
def _compiled(frame: str) -> re.Pattern[str]:
    return re.compile(frame)


@cache
def _frames(*, with_clinic: bool) -> tuple[Index, list[str]]:
    """Every frame, its slots as they stand in braces, or any value of their shape without a clinic."""

    def slot(match: re.Match[str]) -> str:
        name = match.group(1)
        if with_clinic:
            return re.escape(f"{{{name}}}")
        return f"(?:{SHAPES[name]})" if name in _TELLING else "(?!)"

    frames = [
        _SLOT.sub(slot, written_out(pattern, _words(language)))
        for move in moves()
        for language, patterns in move.patterns.items()
        for pattern in patterns
    ]
    index = Index()
    for frame in frames:
        index.add(frame)
    return index, frames


@cache
def _words(language: str) -> Mapping[str, tuple[str, ...]]:
    return _tuples(_DATA["words"][language])


def ungreeted(key: str, context: Context) -> str:
    """The folded sentence without a greeting of the post's author, or of nobody in particular, at its beginning."""
    match = _greeting(context.post.author if context.post else "").match(key)
    return key[match.end() :] if match else key


@lru_cache(maxsize=1024)
def _greeting(author: str) -> re.Pattern[str]:
    names = [*map(_bare, _DATA["greeting"]["everybody"]), *_first_names(_bare(author[:120]))]
    return re.compile(rf"(?:{_any(_DATA['greeting']['words'])})(?: {_any(names)})?(?: ?(?:[,!.:]|-(?= ))+ ?|$)")


def _first_names(name: str) -> list[str]:
    parts = name.split(" ")
    return [" ".join(parts[:count]) for count in range(len(parts), 0, -1) if parts[0]]


def _bare(text: str) -> str:
    return fold(text).text.strip().replace(",", "")


def _any(texts: Iterable[str]) -> str:
    return "(?:" + "|".join(re.escape(_bare(text)) for text in sorted(texts, key=len, reverse=True)) + ")"


def formalities(sentences: Iterable[Sentence], context: Context) -> Iterator[Sentence]:
    """The sentences that only greet, close or sign."""
    closing = _closing()
    signature = _own_signature(context.clinic)
    closed = False
    listed = tuple(sentences)
    for sentence in listed:
        key = sentence.folded.text.strip()
        ends = closing.match(key)
        rest = key[ends.end() :] if ends else key
        closed = closed or ends is not None
        signs = signature.fullmatch(_ENDING.sub("", rest)) if signature else closed and _signs(sentence, ends)
        if signature is None and sentence is listed[-1] and len(listed) > 1:
            signs = signs or _is_bare_name(sentence, context)
        if signs or (ends and not rest) or ungreeted(key, context) == "":
            yield sentence
        elif not ends:
            closed = False


@cache
def _closing() -> re.Pattern[str]:
    patterns = "|".join(map(fold_pattern, _DATA["closing"]["patterns"]))
    return re.compile(rf"(?:{patterns})(?:[ ,.!:/-]+|$)")


def _own_signature(clinic: Clinic | None) -> re.Pattern[str] | None:
    if clinic is None or clinic.spokesperson is None:
        return None
    values = filled(clinic)
    return _signature(tuple(values[slot] for slot in ("name", "first_name", "title", "clinic") if slot in values))


@lru_cache(maxsize=256)
def _signature(parts: tuple[str, ...]) -> re.Pattern[str]:
    """The spokesperson's name, title and clinic in any order, as people sign."""
    part = _any([*parts, *_DATA["signature"]["parts"]])
    return re.compile(rf"[-/ ]*{part}(?:(?:{_join()}){part})*")


def _join() -> str:
    return rf",? {_any(_DATA['signature']['joins'])} | ?[,|/-] ?| "


_SHAPE = re.compile(r"[A-ZÆØÅ][\w.'-]{0,30}(?: (?:[A-ZÆØÅ][\w.'-]{0,30}|&|og|and|de|van|von)){0,5}")


def _signs(sentence: Sentence, ends: re.Match[str] | None) -> bool:
    """Whether a sentence after a closing has the shape of a signature, where no clinic says who signs."""
    start = sentence.folded.origin(ends.end(), ends.end())[0] if ends else 0
    parts = re.split(r"\s*[,|/]\s*", sentence.text[start:].strip(" .!,-/"))
    return all(_SHAPE.fullmatch(part) or _bare(part) in _titles() for part in parts)


_BARE = re.compile(r"(?:Dr\.? )?[A-ZÆØÅ][a-zæøåé]+(?:[- ][A-ZÆØÅ][a-zæøåé]+){0,2}")


def _is_bare_name(sentence: Sentence, context: Context) -> bool:
    """Whether the last line is a common name, title or none, that the post does not hold: people sign like that."""
    name, _, title = sentence.text.partition(", ")
    first = _bare(name).removeprefix("dr ").split(" ")[0]
    posted = fold(context.post.text).text if context.post else ""
    known = first.split("-")[0] in _people() and first not in posted
    return known and _BARE.fullmatch(name) is not None and (not title or _bare(title) in _titles())


@cache
def _people() -> frozenset[str]:
    names = tomllib.loads((Path(__file__).parent / "named.toml").read_text(encoding="utf-8"))
    return frozenset(_bare(name) for name in names["people"])


@cache
def _titles() -> frozenset[str]:
    return frozenset(_bare(title) for title in _DATA["signature"]["titles"] + _DATA["signature"]["parts"])
