"""The rules, one table a class with a module beside it where patterns cannot say it all.

A class is a file `<class>.toml` in this folder (guards/table.py tells its shape). A `<class>.py` beside it adds
`def find(reading: Reading) -> Iterator[Finding]`, which takes its rules from the same table.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from guards.finding import Finding
from guards.reading import Reading
from guards.table import Table, load

Find: TypeAlias = Callable[[Reading], Iterable[Finding]]

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class RuleClass:
    """One class of rules: its table and everything that finds for it."""

    name: str
    table: Table
    finders: tuple[Find, ...]

    def find(self, reading: Reading) -> Iterator[Finding]:
        """Every finding of the class: what its patterns say, then what its module says."""
        for finder in self.finders:
            yield from finder(reading)


def _class(name: str) -> RuleClass:
    table = load(name)
    if not (_FOLDER / f"{name}.py").exists():
        return RuleClass(name, table, (table.find,))
    return RuleClass(name, table, (table.find, import_module(f"{__name__}.{name}").find))


CLASSES: tuple[RuleClass, ...] = tuple(_class(path.stem) for path in sorted(_FOLDER.glob("*.toml")))
"""Every class of this folder, by name."""
