"""Says what kind of post it is, from its public text alone: language, kind, signals, severity, and why."""

import hashlib
from functools import cache
from pathlib import Path

from copilot import wording
from copilot.domain import Impact, Kind, Post, Signal, Triage
from copilot.folded import fold
from copilot.triage import kind as kinds
from copilot.triage import language, signals, signs
from guards.context import Clinic

_ANYBODYS = Clinic()
_QUOTE = 60
"""Code points of the post that a reason quotes."""
_CRITICAL: frozenset[Kind] = frozenset({"complaint", "misunderstanding", "harassment", "urgent"})
_DANGERS = ("danger", "body", "self_harm", "despair")
_OWN = ("self_harm", "despair")
_SPREADS = ("legal", "media", "names_person")
_GRAVE = ("harm", "rouse")


def triage(post: Post, clinic: Clinic = _ANYBODYS) -> Triage:
    """What the post is, from its own text; of the clinic only its public profile is used, for its language and place.

    The same text gives the same answer, whoever the clinic's staff are and whatever is known about the poster.
    """
    folded = fold(post.text)
    found = signals.find(post.text, folded, clinic)
    seen = (*signs.seen(folded), *_weighed_signals(found))
    weighed = kinds.weigh(seen)
    found = _in_order((*found, *_dangers(weighed)))
    return Triage(
        kind=weighed.kind,
        language=language.of(post.text, folded),
        severity=_severity(weighed, found, seen),
        confidence=weighed.confidence,
        signals=found,
        reasons=_reasons(post.text, weighed, found, wording.language_of(clinic)),
        decided_by=decided_by(),
    )


def warm() -> None:
    """Reads the tables and the language model, about a second's work, so that the first post need not wait for it."""
    triage(Post("Hej, 你好"))
    language.warm()


def _weighed_signals(found: tuple[Signal, ...]) -> tuple[signs.Seen, ...]:
    """Signals that also speak for a kind: a threat for harassment where no act is named, the law for a complaint."""
    first = {signal.name: signal for signal in reversed(found)}
    return tuple(
        signs.Seen(sign, first[name].start, first[name].end) for name, sign in signs.OF_SIGNALS.items() if name in first
    )


def _dangers(weighed: kinds.Weighed) -> tuple[Signal, ...]:
    """`safety` wherever an urgent post shows the danger, `self_harm` beside it where the danger is to the poster."""
    if weighed.kind != "urgent":
        return ()
    dangers = [seen for seen in weighed.because if seen.sign.of in _DANGERS]
    own = [
        Signal("self_harm", seen.start, seen.end)
        for seen in dangers
        if seen.sign.of in _OWN or seen.sign.name == "other_self_harm"
    ]
    return (*(Signal("safety", seen.start, seen.end) for seen in dangers), *own)


def _in_order(found: tuple[Signal, ...]) -> tuple[Signal, ...]:
    return tuple(sorted(found, key=lambda signal: (signal.start, signal.end, signal.name)))


def _severity(weighed: kinds.Weighed, found: tuple[Signal, ...], seen: tuple[signs.Seen, ...]) -> Impact:
    names = {signal.name for signal in found}
    if weighed.kind == "urgent" or names & {"threat", "safety", "self_harm"}:
        return 3
    if weighed.kind not in _CRITICAL:
        return 0
    if names & set(_SPREADS) or any(one.sign.name in _GRAVE for one in seen):
        return 2
    return 1


def _reasons(text: str, weighed: kinds.Weighed, found: tuple[Signal, ...], spoken: str) -> tuple[str, ...]:
    words = wording.of("reasons", spoken)
    quoted = [_quote(text, seen.start, seen.end, words) for seen in weighed.because[:3]]
    key = weighed.kind if quoted else "nothing"
    reasons = [words[key].format(seen=words["join"].join(quoted))]
    if weighed.confidence < wording.UNSURE:
        reasons.append(words["unsure"])
    for name in dict.fromkeys(signal.name for signal in found):
        first = next(signal for signal in found if signal.name == name)
        reasons.append(words[f"signal_{name}"].format(seen=_quote(text, first.start, first.end, words)))
    return tuple(reasons)


def _quote(text: str, start: int, end: int, words: dict[str, str]) -> str:
    """The place in quotation marks, its first and last word whole: a pattern may have looked at a part of one."""
    while 0 < start < end and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while start < end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    piece = " ".join(text[start:end].split())
    return words["quote"].format(text=piece if len(piece) <= _QUOTE else piece[: _QUOTE - 1] + "…")


@cache
def decided_by() -> str:
    """Name and version of what decides: a digest over everything here that can change an answer."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for path in sorted([*package.glob("*.py"), *package.glob("*.toml")]):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return f"triage-rules/1.{digest.hexdigest()[:12]}"
