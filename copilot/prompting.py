"""Wording, read from prompts/ as data: the one home of Jinja2. No sentence of a reply stands in Python.

A file `prompts/<language>/<strategy>.j2` is a list of parts in the order of the reply. A comment heads each part, and
every line below it is one variant, a template of its own:

    {# opening #}            variants of the part "opening"
    {# opening if death #}   used instead where the post's mood, the profession or a fact at hand calls for it
    {# door otherwise #}     used where the clinic can fill no variant above

A part that is empty, or whose variants a clinic cannot fill, is looked up in `shared.j2`. Data is never read as
template code.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, meta

from copilot.domain import Draft, Plan, Post, Strategy
from copilot.mood import mood
from guards import language as languages
from guards.context import Clinic
from guards.slots import as_sentence
from guards.slots import filled as clinic_slots

PROMPTS = Path(__file__).parent.parent / "prompts"
LANGUAGES = ("da", "en")
"""Languages with curated wording; a reply in any other is written in the second."""

_WORDED_AS: Mapping[Strategy, Strategy] = {"stay_silent": "answer_once_neutrally"}
"""Silence has no words; whoever would rather write after all is offered the flattest wording there is."""
_WITHOUT_FACT: Mapping[Strategy, Strategy] = {"share_general_facts": "acknowledge_and_invite"}
_SHARED = "shared"
_SIGNATURE = "signature"
_OWN_LANGUAGE = ("hours", "title", "urgent")
"""Slots that a clinic words in its own language: they are not put into a reply in another."""
_HEAD = re.compile(r"\{# (?P<part>\w+)(?: if (?P<condition>\w+)| (?P<otherwise>otherwise))? #\}")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to say a part."""

    source: str
    template: Template
    slots: frozenset[str]
    """What a clinic must have, for this variant to be said."""


@dataclass(frozen=True, slots=True)
class Section:
    """The variants of a part under one condition; an empty condition always holds."""

    part: str
    condition: str
    variants: tuple[Variant, ...]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(PROMPTS),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # replies and prompts are plain text; the page that shows one escapes it
    )


def render(name: str, **values: object) -> str:
    """The template `prompts/<name>` filled with the values; jinja2.UndefinedError where one is missing."""
    return _environment().get_template(name).render(values)


def draft(plan: Plan, clinic: Clinic, nth: int, post: Post) -> Draft:
    """The clinic's `nth` curated reply (from 0): the same input gives the same words, the next `nth` other ones.

    Says what any clinic may say to anybody: of the post only its mood is used, of the clinic only its public profile.
    A plan to share a fact that is none of the clinic's, or stands in another language, is worded as an invitation.
    """
    language = spoken(plan.language, clinic)
    fact = _fact(plan, clinic, language)
    strategy = worded_as(plan.strategy, with_fact=bool(fact))
    values = slots(clinic, language) | ({"fact": fact} if fact else {})
    conditions = (mood(post.text), "fact" if fact else "", clinic.profession)
    said = {
        part: variant.template.render(values).strip()
        for part, variants in choices(language, strategy, conditions, frozenset(values))
        if (variant := variants[nth % len(variants)] if variants else None) is not None
    }
    signature = said.pop(_SIGNATURE, "")
    text = "\n".join(filter(None, (" ".join(said.values()), signature)))
    return Draft(text=text, language=language, origin=f"curated:{strategy}.{language}#{nth}")


def spoken(language: str, clinic: Clinic) -> str:
    """The language to word a reply in: the one asked for, else the clinic's first that has wording, else English."""
    return next((one for one in (language, *clinic.languages) if one in LANGUAGES), LANGUAGES[1])


def worded_as(strategy: Strategy, *, with_fact: bool) -> Strategy:
    """The strategy whose file words this one."""
    if not with_fact:
        strategy = _WITHOUT_FACT.get(strategy, strategy)
    return _WORDED_AS.get(strategy, strategy)


def slots(clinic: Clinic, language: str) -> dict[str, str]:
    """What the clinic can put into a reply in this language, trimmed to one line; what it lacks is left out."""
    filled = clinic_slots(clinic)
    return {
        slot: value
        for slot, value in filled.items()
        if slot not in _OWN_LANGUAGE or _reads_as(value, language, clinic.languages[:1])
    }


def _reads_as(text: str, language: str, unless_told: tuple[str, ...]) -> bool:
    """Whether the text is in the language; where it shows none, whether the language is the one it then has."""
    found = languages.of(text)
    return found == language if found else language in unless_told


def _fact(plan: Plan, clinic: Clinic, language: str) -> str:
    given = plan.fact.strip()
    if given not in {fact.strip() for fact in clinic.public_facts}:
        return ""
    return as_sentence(given) if given and _reads_as(given, language, (language,)) else ""


def choices(
    language: str, strategy: str, conditions: tuple[str, ...], has: frozenset[str]
) -> Iterator[tuple[str, tuple[Variant, ...]]]:
    """Each part of a reply, in order, with the variants that can be filled from `has`; none where nothing fits."""
    own = sections(language, strategy)
    everywhere = (*own, *sections(language, _SHARED))
    for part in dict.fromkeys(section.part for section in own):
        of_part = [section for section in everywhere if section.part == part]
        special = [one for condition in conditions if condition for one in of_part if one.condition == condition]
        always = [one for one in of_part if not one.condition]
        fillable = (tuple(v for v in section.variants if v.slots <= has) for section in (*special, *always))
        yield part, next((variants for variants in fillable if variants), ())


@cache
def sections(language: str, name: str) -> tuple[Section, ...]:
    """The sections of one file of wording. Raises ValueError naming the file where a line stands before any heading."""
    path = PROMPTS / language / f"{name}.j2"
    found: list[tuple[str, str, list[Variant]]] = []
    for line in filter(None, map(str.strip, path.read_text(encoding="utf-8").splitlines())):
        if head := _HEAD.fullmatch(line):
            found.append((head["part"], head["condition"] or "", []))
        elif found:
            found[-1][2].append(_variant(line))
        else:
            raise ValueError(f"{path.name}: a line before the first heading")
    return tuple(Section(part, condition, tuple(variants)) for part, condition, variants in found)


def _variant(line: str) -> Variant:
    environment = _environment()
    return Variant(
        source=line,
        template=environment.from_string(line),
        slots=frozenset(meta.find_undeclared_variables(environment.parse(line))),
    )


def examples(strategy: Strategy, language: str, clinic: Clinic) -> tuple[str, ...]:
    """What the clinic may say under this strategy: every curated variant it can fill, signatures and facts aside."""
    values = slots(clinic, language)
    parts = choices(language, worded_as(strategy, with_fact=True), (clinic.profession,), frozenset(values))
    return tuple(v.template.render(values) for part, variants in parts if part != _SIGNATURE for v in variants)
