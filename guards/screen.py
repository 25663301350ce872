"""Screens a text: every rule over one reading, then the verdict. Imports no library, so it serves every keystroke."""

import hashlib
from functools import cache
from pathlib import Path

from guards.context import Context
from guards.finding import Finding, Screening, worst
from guards.reading import Reading
from guards.rules import CLASSES

_NO_CONTEXT = Context()


def screen(text: str, context: Context = _NO_CONTEXT) -> Screening:
    """The verdict on a text with every finding, in reading order.

    Offsets are code points of the text as given. A class of rules that fails blocks, and its finding quotes nothing.
    """
    reading = Reading(text, context)
    found: dict[tuple[int, int, str], Finding] = {}
    for rule_class in CLASSES:
        for finding in rule_class.find(reading):
            found.setdefault((finding.start, finding.end, finding.rule), finding)
    findings = tuple(found[key] for key in sorted(found))
    return Screening(worst(findings), findings, guard_version())


@cache
def guard_version() -> str:
    """Names the rules that judge: a digest over every file of this package that can change a verdict."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.toml")]):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return f"1.{digest.hexdigest()[:12]}"
