"""Tells from a pattern what any text it matches must hold, so that hundreds of patterns need not be tried in vain.

Reads the parse tree of Python's own `re`, which has no public name; where that module is missing, nothing is told and
every pattern is tried.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from typing import Any

try:
    _parser: Any = import_module("re._parser")
except ModuleNotFoundError:  # another Python moved its parser: slower, and still right
    _parser = None

_MOST = 96
"""So many alternatives at most are worth looking up."""

_TRIGRAM = 3

_NOTHING = frozenset({""})


class Index:
    """Tells which of many patterns a text could match, in time that grows with the text and not with the patterns."""

    def __init__(self) -> None:
        self._size = 0
        self._always: set[int] = set()
        self._by_trigram: dict[str, dict[str, list[int]]] = {}

    def add(self, pattern: str) -> int:
        """The place that the pattern has in this index from now on."""
        place = self._size
        self._size += 1
        words = required(pattern)
        if not words or min(map(len, words)) < _TRIGRAM:
            self._always.add(place)
            return place
        for word in words:
            self._listed(word).append(place)
        return place

    def _listed(self, word: str) -> list[int]:
        """The places listed under the word, which stands under the rarest of its trigrams so far."""
        rarest = min(_trigrams(word), key=lambda trigram: (len(self._by_trigram.get(trigram, ())), trigram))
        for trigram in _trigrams(word):
            if word in self._by_trigram.get(trigram, ()):
                rarest = trigram
        return self._by_trigram.setdefault(rarest, {}).setdefault(word, [])

    def possible(self, text: str) -> frozenset[int]:
        """The places of all patterns that could match the text."""
        found = set(self._always)
        for trigram in self._by_trigram.keys() & _trigrams(text):
            for word, places in self._by_trigram[trigram].items():
                if word in text:
                    found.update(places)
        return frozenset(found)


def _trigrams(text: str) -> set[str]:
    return set(map("".join, zip(text, text[1:], text[2:], strict=False)))


PATTERNS = Index()
"""The patterns of every rule table: what a sentence could match is looked up once for all classes."""


@lru_cache(maxsize=4)
def required(pattern: str) -> frozenset[str]:
    """Words of which every match holds at least one; empty where none can be told.

    >>> sorted(required(r"(?:dit|jeres) besoeg"))
    ['dit besoeg', 'jeres besoeg']
    """
    if _parser is None or re.compile(pattern).flags & re.IGNORECASE:
        return frozenset()
    best = _best(_candidates(_parser.parse(pattern)))
    return best if best is not None and all(best) else frozenset()


def _best(candidates: Iterable[frozenset[str]]) -> frozenset[str] | None:
    """The set whose shortest word is longest, and of those the smallest: it lets the fewest texts through."""
    return max(candidates, key=lambda words: (min(map(len, words)), -len(words)), default=None)


def _candidates(sequence: Iterable[tuple[Any, Any]]) -> list[frozenset[str]]:
    """Every set of words of which a match of the sequence must hold one."""
    found: list[frozenset[str]] = []
    run = _NOTHING
    for operation, argument in sequence:
        exact = _exact(operation, argument)
        if exact is not None and len(run) * len(exact) <= _MOST:
            run = frozenset(left + right for left in run for right in exact)
            continue
        found.append(run)
        run = _NOTHING if exact is None else exact
        if exact is None and (inner := _best(_inner(operation, argument))) is not None:
            found.append(inner)
    return [*found, run]


def _inner(operation: Any, argument: Any) -> list[frozenset[str]]:  # noqa: ANN401  # the parse tree has no types
    name = str(operation)
    if name == "SUBPATTERN" and not argument[1]:
        return _candidates(argument[3])
    if name == "ATOMIC_GROUP":
        return _candidates(argument)
    if name.endswith("_REPEAT") and argument[0] >= 1:
        return _candidates(argument[2])
    if name == "BRANCH":
        branches = [_best(_candidates(branch)) for branch in argument[1]]
        words = frozenset(word for branch in branches for word in branch or _NOTHING)
        return [words] if len(words) <= _MOST else []
    return []


def _exact(operation: Any, argument: Any) -> frozenset[str] | None:  # noqa: ANN401  # the parse tree has no types
    """All texts that the part can match, where they are few; a check of the surroundings matches nothing itself."""
    name = str(operation)
    if name in {"AT", "ASSERT", "ASSERT_NOT"}:
        return _NOTHING
    if name == "LITERAL":
        argument = [(name, argument)]
    if name in {"LITERAL", "IN"} and all(str(kind) == "LITERAL" for kind, _ in argument):
        return frozenset(chr(code) for _, code in argument)
    return _exact_group(name, argument)


def _exact_group(name: str, argument: Any) -> frozenset[str] | None:  # noqa: ANN401  # as above
    if name == "SUBPATTERN" and not argument[1]:
        return _exact_sequence(argument[3])
    if name == "BRANCH":
        branches = [_exact_sequence(branch) for branch in argument[1]]
        words = frozenset(word for branch in branches for word in branch or ())
        return words if None not in branches and len(words) <= _MOST else None
    if name.endswith("_REPEAT") and argument[1] == 1:
        once = _exact_sequence(argument[2])
        return None if once is None else once | (_NOTHING if argument[0] == 0 else frozenset())
    return None


def _exact_sequence(sequence: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    run = _NOTHING
    for operation, argument in sequence:
        exact = _exact(operation, argument)
        if exact is None or len(run) * len(exact) > _MOST:
            return None
        run = frozenset(left + right for left in run for right in exact)
    return run
