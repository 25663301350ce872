"""Screens a text: every class of rules over one reading, then the verdict. No library, so it serves every keystroke."""

import hashlib
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from guards import language
from guards.context import Context
from guards.finding import Finding, Screening, worst
from guards.reading import Reading
from guards.rules import CLASSES

_NO_CONTEXT = Context()
_PACKAGE = Path(__file__).parent
_DATA: dict[str, Any] = tomllib.loads((_PACKAGE / "guard.toml").read_text(encoding="utf-8"))
_BY_NAME = {rule_class.name: rule_class for rule_class in CLASSES}
_UNKNOWN = "unknown"
_TELLING = tuple(name for name in _BY_NAME if name != _UNKNOWN and name not in _DATA["form"]["classes"])
"""Classes that look at what a sentence tells: where one of them speaks, the open question is answered."""


def screen(text: str, context: Context = _NO_CONTEXT) -> Screening:
    """The verdict on a text with every finding, in reading order.

    Offsets are code points of the text as given. A class of rules that fails blocks the text; the others still run.
    """
    inspection = Inspection(text, context)
    return screening(finding for name in _BY_NAME for finding in inspection.of(name))


class Inspection:
    """One text on its way through the rules: each class is asked once, whoever wants its findings."""

    def __init__(self, text: str, context: Context) -> None:
        self.text = text
        self.context = context
        self._reading = Reading(text, context)
        self._found: dict[str, tuple[Finding, ...]] = {}

    def of(self, name: str) -> tuple[Finding, ...]:
        """What the class of that name finds; `guard.failed` where it fails, `guard.empty` in an empty text.

        Raises nothing.
        """
        if name not in self._found:
            self._found[name] = self._findings(name)
        return self._found[name]

    def _findings(self, name: str) -> tuple[Finding, ...]:
        try:
            self.text.encode()  # Half a surrogate pair can be published nowhere.
            found = tuple(_BY_NAME[name].find(self._reading))
            if not self.text.strip():
                return (*found, _of_guard("empty", self.text))
            return self._unanswered(found) if name == _UNKNOWN else found
        except Exception:  # noqa: BLE001  # whatever fails, the text is not let through, and the error may quote it
            return (failed(self.text),)

    def _unanswered(self, unknown: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """The unknown sentences about which no other class has said anything."""
        said = [finding for name in _TELLING for finding in self.of(name)]
        return tuple(
            sentence
            for sentence in unknown
            if not any(sentence.start < finding.end and finding.start < sentence.end for finding in said)
        )


def screening(findings: Iterable[Finding]) -> Screening:
    """The screening that follows from these findings: each once, in reading order."""
    once = {(finding.start, finding.end, finding.rule): finding for finding in findings}
    ordered = tuple(once[key] for key in sorted(once))
    return Screening(worst(ordered), ordered, guard_version())


def failed(text: str) -> Finding:
    """The finding that blocks a text which could not be checked; its reason holds none of the text."""
    return _of_guard("failed", text)


def _of_guard(name: str, text: str) -> Finding:
    reason = _DATA[name]["en" if language.of(text) == "en" else "da"]
    return Finding(f"guard.{name}", "block", 0, len(text), text, reason)


@cache
def guard_version() -> str:
    """Names the rules that judge: a digest over every file of this package that can change a verdict."""
    digest = hashlib.sha256()
    for path in sorted([*_PACKAGE.rglob("*.py"), *_PACKAGE.rglob("*.toml")]):
        digest.update(path.relative_to(_PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return f"1.{digest.hexdigest()[:12]}"
