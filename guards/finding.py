"""What a rule says: findings, and the verdict that follows from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["caution", "block"]
Verdict: TypeAlias = Literal["pass", "caution", "block"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, where it stands, and why it matters."""

    rule: str
    """`class.name`, for instance `disclosure.date`."""
    severity: Severity
    start: int
    """Code points into the text as given."""
    end: int
    """Exclusive."""
    text: str
    """The found words, as they stand in the text."""
    reason: str
    """In the language of the text; a caution's reason ends in the question a person must answer."""

    @property
    def rule_class(self) -> str:
        """The part before the dot."""
        return self.rule.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Screening:
    """A text's verdict with everything that was found, in reading order."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    guard_version: str


def worst(findings: Iterable[Finding]) -> Verdict:
    """The worst severity among the findings; `pass` where there are none."""
    severities = {finding.severity for finding in findings}
    if "block" in severities:
        return "block"
    return "caution" if severities else "pass"
