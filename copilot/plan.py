"""Says what to do about a post: the playbook's first row that fits its triage, its thread and the public profile."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from copilot import facts, wording
from copilot.domain import Plan, Post, Triage
from copilot.folded import fold
from copilot.playbook import Condition, HouseRule, Listed, Playbook, Row, playbook
from copilot.triage import signs
from guards.context import Clinic

_FACT_KINDS = frozenset(("misunderstanding", "question"))


def plan(triage: Triage, post: Post, clinic: Clinic, now: datetime) -> Plan:
    """What to do, from public data alone. The deadline counts from `now`; reasons are in the clinic's own language."""
    book = playbook()
    own = wording.language_of(clinic)
    language = answered_in(triage.language, clinic)
    fact = facts.fitting(post.text, clinic, language, book.topics) if triage.kind in _FACT_KINDS else ""
    broken = _broken_house_rule(triage, post, clinic, book)
    holds = _holding(fact, broken, post)
    names = {signal.name for signal in triage.signals if not signal.internal}
    row = next(row for row in book.rows if _fits(row, triage.kind, names, holds))
    added = [addition for name, addition in book.additions.items() if name in names]
    reasons = [row.reason[own].format(fact=fact, house_rule=broken), *(addition.reason[own] for addition in added)]
    if triage.language != language:
        reasons.append(_other_language(triage.language, language, own, book))
    return Plan(
        strategy=row.strategy,
        reply_needed=row.reply_needed,
        language=language,
        reasons=tuple(reasons),
        may=row.may[own],
        must_not=_joined([row.must_not, *(addition.must_not for addition in added), book.must_not], own),
        deadline=now + timedelta(hours=row.deadline_hours[triage.severity]),
        rule=row.id,
        fact=fact if "fact" in row.when else "",
        house_rule=broken if "house_rule" in row.when else "",
    )


def answered_in(written: str, clinic: Clinic) -> str:
    """The post's language where the clinic has it, else the clinic's first."""
    return written if written in clinic.languages else next(iter(clinic.languages), "da")


def _holding(fact: str, broken: str, post: Post) -> frozenset[Condition]:
    holds: set[Condition] = set()
    if fact:
        holds.add("fact")
    if broken:
        holds.add("house_rule")
    if any(turn.ours for turn in post.thread):
        holds.add("answered")
    return frozenset(holds)


def _fits(row: Row, kind: str, names: Iterable[str], holds: frozenset[Condition]) -> bool:
    shown = set(names)
    if not holds.issuperset(row.when):
        return False
    if row.or_signals & shown:
        return True
    return kind in row.kinds and (not row.signals or bool(row.signals & shown))


def _broken_house_rule(triage: Triage, post: Post, clinic: Clinic, book: Playbook) -> str:
    """The clinic's own rule that the post breaks, as worded; empty where none is. Criticism alone breaks none."""
    names = {signal.name for signal in triage.signals}
    broken: list[HouseRule] = []
    if "threat" in names:
        broken.append("threats")
    if triage.kind == "harassment" and "personal_data" in names:
        broken.append("private_data")
    if triage.kind == "spam":
        broken.append("spam")
    if triage.kind == "harassment" and _hateful(post.text):
        broken.append("hate")
    for about in broken:
        for rule in clinic.house_rules:
            if book.house_rules[about].search(fold(rule).text):
                return rule
    return ""


def _hateful(text: str) -> bool:
    return any(seen.sign.of == "hate" for seen in signs.seen(fold(text)))


def _other_language(written: str, language: str, own: str, book: Playbook) -> str:
    names = book.language_names[own]
    return book.language[own].format(
        written=names.get(written, names["other"]), language=names.get(language, names["other"])
    )


def _joined(lists: Iterable[Listed], own: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(move for listed in lists for move in listed[own]))
