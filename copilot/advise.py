"""Advises the people inside the house, from what only they may know. Nothing here reaches a public reply."""

import re
from collections.abc import Iterable, Iterator

from copilot import wording
from copilot.domain import Advice, Colleague, Confidential, Post, Signal, Triage
from guards.context import Clinic
from guards.text import fold

_GENITIVE = r"(?:s|'s|s'|')?"
_SHORTEST = 3
"""Letters a first name needs to be looked for in any case; shorter ones must be capitalised."""


def advise(post: Post, triage: Triage, clinic: Clinic, confidential: Confidential) -> Advice:
    """What to do inside the house, with the internal signals, in the clinic's own language."""
    named = tuple(_named(post.text, confidential.roster))
    signals = dict.fromkeys(signal for _, signal in named)
    in_order = sorted(signals, key=lambda signal: (signal.start, signal.end))
    people = tuple(dict.fromkeys(colleague for colleague, _ in named))
    words = wording.of("advice", wording.language_of(clinic))
    return Advice(tuple(in_order), tuple(_points(triage, people, confidential, words)))


def _named(text: str, roster: Iterable[Colleague]) -> Iterator[tuple[Colleague, Signal]]:
    """Where a colleague is named: full, first, last or nickname, in any case, with a genitive's s."""
    folded = fold(text)
    for colleague in roster:
        taken: list[tuple[int, int]] = []
        for name in _names(colleague):
            for match in re.finditer(rf"(?<!\w){re.escape(name)}{_GENITIVE}(?!\w)", folded.text):
                start, end = folded.origin(*match.span())
                short = len(name) <= _SHORTEST and not text[start].isupper()
                if short or any(first <= start and end <= last for first, last in taken):
                    continue
                taken.append((start, end))
                yield colleague, Signal("names_staff", start, end, internal=True)


def _names(colleague: Colleague) -> tuple[str, ...]:
    """The names a colleague may go by, folded, longest first."""
    parts = colleague.name.split()
    whole = [colleague.name, *colleague.nicknames]
    single = [part for part in (parts[:1] + parts[1:][-1:]) if len(part) >= _SHORTEST]
    folded = {fold(name).text.strip() for name in (*whole, *single)}
    return tuple(sorted(filter(None, folded), key=len, reverse=True))


def _points(
    triage: Triage, people: tuple[Colleague, ...], confidential: Confidential, words: dict[str, str]
) -> Iterator[str]:
    shown = {signal.name for signal in triage.signals}
    if triage.kind == "urgent":
        yield words["urgent"]
    if "threat" in shown:
        yield words["threat"]
    for colleague in people:
        critical = triage.kind not in {"praise", "question", "spam"}
        if critical:
            yield words["named"].format(name=colleague.name, role=colleague.role)
            yield words["named_silent"].format(name=colleague.name, role=colleague.role)
    if triage.kind in {"complaint", "misunderstanding", "harassment", "urgent"}:
        names = ", ".join(colleague.name for colleague in people)
        yield words["ask"].format(name=names) if names else words["ask_team"]
        yield words["evidence"]
    if triage.kind == "harassment":
        yield words["harassment"]
    for name in ("legal", "media", "personal_data"):
        if name in shown:
            yield words[name]
    if confidential.notes.strip():
        yield words["notes"]
