"""The index over all patterns saves time and never a finding."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.line import from_object
from guards.literals import required
from guards.rules import CLASSES
from guards.text import Sentence, sentences
from tests.test_guards_screen import REPLIES

TRIES = [(place, each) for rule_class in CLASSES for place, each in rule_class.table.tries.items()]


def _overlooked(sentence: Sentence) -> list[str]:
    text = sentence.folded.text
    looked_at = [(place, each.pattern) for place, each in TRIES]
    looked_at += [frame for _, each in TRIES for frame in each.frames]
    return [pattern.pattern for place, pattern in looked_at if place not in sentence.possible and pattern.search(text)]


def test_no_example_is_overlooked() -> None:
    """In every sentence of every example, each pattern and frame that matches is among those worth trying."""
    examples = [
        example
        for rule_class in CLASSES
        for rule in rule_class.table.rules
        for listed in (*rule.hits.values(), *rule.near.values())
        for example in listed[:2]
    ]
    texts = {example if isinstance(example, str) else from_object(example).text for example in examples}
    assert [found for text in sorted(texts) for each in sentences(text) for found in _overlooked(each)] == []


@given(REPLIES)
def test_no_text_is_overlooked(text: str) -> None:
    """In any text, each pattern and frame that matches is among those worth trying."""
    assert [found for sentence in sentences(text[:200])[:2] for found in _overlooked(sentence)] == []


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\b(?:dit|jeres) besøg\b", {"dit besøg", "jeres besøg"}),
        (r"vi (?:har )?set", {"vi set", "vi har set"}),
        (r"(?!x)foo|bar.*", {"foo", "bar"}),
        (r"ab+cd", {"cd"}),
        (r"(?:x.|y)+zz", {"zz"}),
        (r"\w+", set()),
        (r"(?i)foo", set()),
        (r"", set()),
    ],
)
def test_what_a_match_must_hold(pattern: str, words: set[str]) -> None:
    """Words are told only where every match holds one of them."""
    assert required(pattern) == words


@given(st.from_regex(re.compile(r"(?:dit|jeres) (?:besoeg|forloeb)s?|vi (?:har )?set \w{2}", re.ASCII), fullmatch=True))
def test_every_match_holds_a_required_word(text: str) -> None:
    """Whatever a pattern matches holds one of its required words."""
    words = required(r"(?:dit|jeres) (?:besoeg|forloeb)s?|vi (?:har )?set \w{2}")
    assert any(word in text for word in words)
