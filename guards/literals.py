"""Tells from a pattern what any text it matches must hold, so that hundreds of patterns need not be tried in vain.

Reads the parse tree of Python's own `re`, which has no public name; where that module is missing, nothing is told and
every pattern is tried.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

try:
    _parser: Any = import_module("re._parser")
except ModuleNotFoundError:  # another Python moved its parser: slower, and still right
    _parser = None

_MOST = 96
"""So many alternatives at most are worth looking up."""

_SHORTEST = 3
"""Letters that a word must have to be worth finding."""

_LONGEST = 12
"""So many letters of a word are looked for; the rest would only make the machine larger."""

_NOTHING = frozenset({""})


class Index:
    """Tells which of many patterns a text could match, in time that grows with the text and not with the patterns."""

    def __init__(self) -> None:
        self._size = 0
        self._always: set[int] = set()
        self._places: dict[str, list[int]] = {}
        self._machine: Machine | None = None

    def add(self, pattern: str) -> int:
        """The place that the pattern has in this index from now on."""
        place = self._size
        self._size += 1
        self._machine = None
        words = required(pattern)
        if not words or min(map(len, words)) < _SHORTEST:
            self._always.add(place)
        for start in {word[:_LONGEST] for word in words} if place not in self._always else ():
            self._places.setdefault(start, []).append(place)
        return place

    def possible(self, text: str) -> frozenset[int]:
        """The places of all patterns that could match the text."""
        machine = self._machine
        if machine is None:
            machine = self._machine = built(self._places)
        return frozenset(self._always.union(*found_in(machine, text)))


@dataclass(frozen=True, slots=True)
class Machine:
    """Finds many words in one pass (Aho and Corasick, 1975): states are numbers, 0 is the start."""

    steps: list[dict[str, int]]
    """State to letter to next state."""
    falls: list[int]
    """State to the one for the longest ending that is itself a beginning."""
    places: list[frozenset[int] | None]
    """State to the places of every word that ends there."""


def built(words: Mapping[str, Iterable[int]]) -> Machine:
    """The machine that finds these words and tells their places."""
    machine = Machine([{}], [0], [None])
    for word, places in words.items():
        state = 0
        for letter in word:
            if letter not in machine.steps[state]:
                machine.steps[state][letter] = len(machine.steps)
                machine.steps.append({})
                machine.falls.append(0)
                machine.places.append(None)
            state = machine.steps[state][letter]
        machine.places[state] = frozenset(places)
    _fall(machine)
    return machine


def _fall(machine: Machine) -> None:
    """Fills in, from the start outwards, where each state falls back to and what ends there besides its own word."""
    waiting = deque(machine.steps[0].values())
    while waiting:
        state = waiting.popleft()
        for letter, after in machine.steps[state].items():
            back = machine.falls[state]
            while back and letter not in machine.steps[back]:
                back = machine.falls[back]
            back = machine.falls[after] = machine.steps[back].get(letter, 0)
            shorter, own = machine.places[back], machine.places[after]
            machine.places[after] = own | shorter if own and shorter else own or shorter
            waiting.append(after)


def found_in(machine: Machine, text: str) -> list[frozenset[int]]:
    """The places of every word in the text, a set for each end of a word."""
    steps, falls, places = machine.steps, machine.falls, machine.places
    found = []
    state = 0
    for letter in text:
        while (after := steps[state].get(letter)) is None and state:
            state = falls[state]
        state = after or 0
        here = places[state]
        if here is not None:
            found.append(here)
    return found


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
