"""Rule tables: the data half of the rules, one TOML file a class beside its code in guards/rules/.

    class = "relation"
    [words.da]                       # alternations, written <visit> in this file's patterns
    visit = ["besøg", "forløb"]
    [unless]                         # licensed frames: blanked in the sentence before any pattern of the file looks
    da = ["du er (?:altid )?velkommen til at"]
    [[rule]]
    name = "your_visit"
    severity = "block"               # "block", "caution", or "soft": block where the clinic is strict, else caution
    reason = {da = "…", en = "…"}    # a caution's reason ends in the question that a person answers
    patterns = {da = ["…"], en = ["…"]}   # none for a rule that its module finds by code
    unless = {da = [], en = []}      # as above, for this rule alone
    only = "da"                      # where the rule is about one language alone
    hits = {da = ["…"], en = ["…"]}       # replies in which the rule finds something; a string, or a line as
    near = {da = ["…"], en = ["…"]}       # `python -m guards` reads it; `near` are replies that it leaves alone

Patterns are regular expressions over folded text (text.py): lower case, æ/ø/å as typed or as ae/oe/aa. Write æ, ø and
å, but never inside a character class. Every pattern is tried on every sentence, whatever its language.
"""

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from guards.context import Context
from guards.finding import Finding, Severity
from guards.literals import PATTERNS
from guards.pattern import written_out
from guards.reading import Reading

_RULES = Path(__file__).parent / "rules"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a rule table, its patterns compiled."""

    id: str
    severity: str
    reason: Mapping[str, str]
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    hits: Mapping[str, tuple[Any, ...]]
    near: Mapping[str, tuple[Any, ...]]
    only: str = ""
    """`da` or `en` where the rule is about one language alone; empty where it needs examples in both."""

    def finding(self, reading: Reading, start: int, end: int) -> Finding:
        """A finding of this rule over code points `start` to `end` of the text as given."""
        return Finding(
            rule=self.id,
            severity=_severity(self.severity, reading.context),
            start=start,
            end=end,
            text=reading.text[start:end],
            reason=self.reason["en" if reading.language == "en" else "da"],
        )


@dataclass(frozen=True, slots=True)
class Try:
    """One pattern of a rule, the frames that are blanked before it looks, each with its place in the index."""

    rule: Rule
    pattern: re.Pattern[str]
    frames: tuple[tuple[int, re.Pattern[str]], ...]


@dataclass(frozen=True)
class Table:
    """The rules of one class."""

    rule_class: str
    unless: tuple[re.Pattern[str], ...]
    rules: tuple[Rule, ...]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    tries: Mapping[int, Try]
    """Every pattern of the class by its place in the index, in the table's order."""

    @cached_property
    def first(self) -> int:
        """The place of the class's first pattern."""
        return min(self.tries)

    @cached_property
    def last(self) -> int:
        """The place of the class's last pattern."""
        return max(self.tries)

    def __getitem__(self, name: str) -> Rule:
        """The rule called `name`; KeyError where there is none."""
        return {rule.id: rule for rule in self.rules}[f"{self.rule_class}.{name}"]

    def find(self, reading: Reading) -> Iterator[Finding]:
        """Every match of every pattern in the sentences that are not known."""
        for sentence in reading.open:
            possible = sentence.possible
            blanked: dict[tuple[re.Pattern[str], ...], str] = {}
            for each in self._worth_trying(sentence.ordered):
                frames = tuple([frame for at, frame in each.frames if at in possible])
                if frames not in blanked:
                    blanked[frames] = blank(sentence.folded.text, frames)
                for match in each.pattern.finditer(blanked[frames]):
                    if match.end() > match.start():
                        yield each.rule.finding(reading, *sentence.span(match.start(), match.end()))

    def _worth_trying(self, ordered: tuple[int, ...]) -> list[Try]:
        """Those that could match, in the table's order; a class has a stretch of the index to itself."""
        if not self.tries:
            return []
        stretch = ordered[bisect_left(ordered, self.first) : bisect_right(ordered, self.last)]
        return [self.tries[place] for place in stretch if place in self.tries]


def blank(text: str, frames: tuple[re.Pattern[str], ...]) -> str:
    """The text with licensed frames blanked out, of the same length, so that offsets hold."""
    for frame in frames:
        text = frame.sub(lambda match: "\x00" * (match.end() - match.start()), text)
    return text


@cache
def load(rule_class: str) -> Table:
    """The table of a class. Raises ValueError naming the file where it is not as described above."""
    path = _RULES / f"{rule_class}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        words = {
            language: {name: tuple(listed) for name, listed in groups.items()}
            for language, groups in data.get("words", {}).items()
        }
        unless = _compiled(data.get("unless", {}), words)
        rules = tuple(_rule(data["class"], row, words) for row in data["rule"])
        return Table(data["class"], unless, rules, words, dict(_tries(unless, rules)))
    except (KeyError, re.error, tomllib.TOMLDecodeError) as error:
        message = f"{path.name}: {error!r}"
        raise ValueError(message) from error


def _tries(unless: tuple[re.Pattern[str], ...], rules: tuple[Rule, ...]) -> Iterator[tuple[int, Try]]:
    everywhere = [(PATTERNS.add(frame.pattern), frame) for frame in unless]
    for rule in rules:
        frames = (*everywhere, *((PATTERNS.add(frame.pattern), frame) for frame in rule.unless))
        for pattern in rule.patterns:
            yield PATTERNS.add(pattern.pattern), Try(rule, pattern, frames)


def _rule(rule_class: str, row: dict[str, Any], words: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Rule:
    return Rule(
        id=f"{rule_class}.{row['name']}",
        severity=row["severity"],
        reason={"da": row["reason"]["da"], "en": row["reason"]["en"]},
        patterns=_compiled(row.get("patterns", {}), words),
        unless=_compiled(row.get("unless", {}), words),
        hits={language: tuple(rows) for language, rows in row.get("hits", {}).items()},
        near={language: tuple(rows) for language, rows in row.get("near", {}).items()},
        only=row.get("only", ""),
    )


def _compiled(
    patterns: Mapping[str, list[str]], words: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(written_out(pattern, words.get(language, {})))
        for language, listed in patterns.items()
        for pattern in listed
    )


def _severity(severity: str, context: Context) -> Severity:
    if severity == "soft":
        return "block" if context.strict else "caution"
    return "block" if severity == "block" else "caution"
