"""Every rule is proved by the examples in its own table."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import guards.rules
from guards.finding import Finding
from guards.line import from_object
from guards.rules import CLASSES
from guards.screen import screen
from guards.table import Rule

_RULES = [rule for rule_class in CLASSES for rule in rule_class.table.rules]
_FOLDER = Path(guards.rules.__file__).parent
_TABLES = sorted(_FOLDER.glob("*.toml"))
_FEWEST = 3
_DANISH_IN_CLASS = re.compile(r"(?<!\\)\[[^\]]*[æøåÆØÅ][^\]]*\]")


def _examples(which: str) -> list[Any]:
    return [
        pytest.param(rule.id, example, id=f"{rule.id}-{language}-{number}")
        for rule in _RULES
        for language, examples in (rule.hits if which == "hits" else rule.near).items()
        for number, example in enumerate(examples, 1)
    ]


def _found(rule_id: str, example: object) -> list[Finding]:
    line = from_object({"text": example} if isinstance(example, str) else example)
    return [finding for finding in screen(line.text, line.context).findings if finding.rule == rule_id]


@pytest.mark.parametrize(("rule_id", "example"), _examples("hits"))
def test_rule_finds_its_hits(rule_id: str, example: object) -> None:
    """In each of its `hits` the rule finds something."""
    assert _found(rule_id, example)


@pytest.mark.parametrize(("rule_id", "example"), _examples("near"))
def test_rule_leaves_near_misses_alone(rule_id: str, example: object) -> None:
    """In each of its `near` the rule stays silent."""
    assert [finding.text for finding in _found(rule_id, example)] == []


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.id)
def test_rule_has_reasons_and_enough_examples(rule: Rule) -> None:
    """A rule has a reason in both languages, and three hits and three near misses in each language it is about."""
    assert rule.severity in {"block", "caution", "soft"}
    assert rule.only in {"", "da", "en"}
    assert all(rule.reason[language].strip() for language in ("da", "en"))
    for language in [rule.only] if rule.only else ["da", "en"]:
        assert len(rule.hits.get(language, ())) >= _FEWEST, f"hits in {language}"
        assert len(rule.near.get(language, ())) >= _FEWEST, f"near in {language}"


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.id)
def test_caution_asks_its_question(rule: Rule) -> None:
    """A caution's reason ends in the question that a person must answer."""
    if rule.severity == "caution":
        assert all(reason.rstrip().endswith("?") for reason in rule.reason.values())


@pytest.mark.parametrize("path", _TABLES, ids=lambda path: path.stem)
def test_no_danish_letter_stands_in_a_character_class(path: Path) -> None:
    """Folding turns æ into two letters, so a character class that holds it would match half of it."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    assert [text for text in _patterns(table) if _DANISH_IN_CLASS.search(text)] == []


def _patterns(table: dict[str, Any]) -> Iterator[str]:
    for part in (table, *table["rule"]):
        for key in ("patterns", "unless"):
            for listed in part.get(key, {}).values():
                yield from listed
    for groups in table.get("words", {}).values():
        for listed in groups.values():
            yield from listed


def test_rule_modules_belong_to_a_table() -> None:
    """A module is `<class>.py`, or `<class>_<part>.py` that the class's own module calls: none stands unused."""
    names = {path.stem for path in _TABLES}
    modules = [path.stem for path in _FOLDER.glob("[a-z]*.py")]
    assert [name for name in modules if not any(name == known or name.startswith(f"{known}_") for known in names)] == []


def test_classes_come_in_a_fixed_order() -> None:
    """The rules run in the order of their names on every machine."""
    names = [rule_class.name for rule_class in CLASSES]
    assert names == sorted(path.stem for path in _TABLES)
    assert all(rule_class.table.rule_class == rule_class.name for rule_class in CLASSES)
