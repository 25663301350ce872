"""The rules, one module or table a class. A rule is a plain function from a reading to findings."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from guards.finding import Finding
from guards.reading import Reading
from guards.table import load

Rule: TypeAlias = Callable[[Reading], Iterable[Finding]]

_TABLES = ("relation",)
"""Classes found by the patterns of their table alone."""

RULES: tuple[Rule, ...] = tuple(load(name).find for name in _TABLES)
