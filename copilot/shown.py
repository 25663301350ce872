"""Shows a post's answer: as the JSON that the command line and tests read, and as text for a person."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from copilot import wording
from copilot.domain import Advice, Plan, Response, Signal, Triage
from copilot.playbook import playbook
from guards.context import Clinic
from guards.finding import Screening

_WIDTH = 88


def as_json(response: Response, screening: Screening, advice: Advice) -> dict[str, Any]:
    """The answer in the shape that `reply --json` prints; `advice` is internal and stands apart."""
    plan, draft = response.plan, response.draft
    return {
        "triage": triage_json(response.triage),
        "plan": {
            "strategy": plan.strategy,
            "reply_needed": plan.reply_needed,
            "language": plan.language,
            "rule": plan.rule,
            "reasons": list(plan.reasons),
            "may": list(plan.may),
            "must_not": list(plan.must_not),
            "deadline": plan.deadline.isoformat(timespec="seconds"),
            "fact": plan.fact,
            "house_rule": plan.house_rule,
        },
        "reply": {"text": draft.text, "language": draft.language, "origin": draft.origin},
        "verdict": screening.verdict,
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "start": finding.start,
                "end": finding.end,
                "text": finding.text,
                "reason": finding.reason,
            }
            for finding in screening.findings
        ],
        "guard_version": screening.guard_version,
        "advice": {"signals": signals_json(advice.signals), "points": list(advice.points)},
    }


def triage_json(triage: Triage, internal: Iterable[Signal] = ()) -> dict[str, Any]:
    """A triage as JSON; internal signals are marked and come after the public ones."""
    return {
        "kind": triage.kind,
        "language": triage.language,
        "severity": triage.severity,
        "confidence": triage.confidence,
        "signals": signals_json([*triage.signals, *internal]),
        "reasons": list(triage.reasons),
        "decided_by": triage.decided_by,
    }


def signals_json(signals: Iterable[Signal]) -> list[dict[str, Any]]:
    """Signals with their spans; `internal` stands only where it is true."""
    return [
        {"name": signal.name, "start": signal.start, "end": signal.end}
        | ({"internal": True} if signal.internal else {})
        for signal in signals
    ]


def as_text(response: Response, screening: Screening, advice: Advice, clinic: Clinic) -> str:
    """The answer as the clinic's people read it, in their own language."""
    own = wording.language_of(clinic)
    words = wording.of("desk", own)
    parts = [
        (words["post"], _triage_lines(response.triage, words, own)),
        (words["plan"], _plan_lines(response.plan, words)),
        (words["reply"] if response.plan.reply_needed else words["no_reply"], response.draft.text.splitlines()),
        (words["checked"], _checked_lines(screening, words)),
        (words["inside"], [f"– {point}" for point in advice.points]),
    ]
    shown = [f"{head}\n{_indented(lines)}" for head, lines in parts if lines]
    return "\n\n".join([*shown, words["unsent"]])


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(
        textwrap.fill(line, _WIDTH, initial_indent="  ", subsequent_indent="    " if line.startswith("– ") else "  ")
        for line in lines
    )


def _triage_lines(triage: Triage, words: dict[str, str], own: str) -> list[str]:
    names = playbook().language_names[own]
    head = words["line"].format(
        kind=words[f"kind_{triage.kind}"],
        language=names.get(triage.language, triage.language),
        severity=triage.severity,
        sure=words["sure"].format(percent=round(triage.confidence * 100)),
    )
    return [head, *(f"– {reason}" for reason in triage.reasons)]


def _plan_lines(plan: Plan, words: dict[str, str]) -> Iterator[str]:
    deadline = _local(plan.deadline).strftime(words["deadline"])
    needed = words["needed" if plan.reply_needed else "not_needed"].format(deadline=deadline)
    yield words["strategy"].format(strategy=words[f"strategy_{plan.strategy}"], needed=needed)
    yield from (f"– {reason}" for reason in plan.reasons)
    if plan.may:
        yield f"– {words['may'].format(moves=', '.join(plan.may))}"
    if plan.must_not:
        yield f"– {words['must_not'].format(moves=', '.join(plan.must_not))}"
    yield f"– {words['rule'].format(rule=plan.rule)}"


def _local(moment: datetime) -> datetime:
    """The moment by the clock on this machine's wall."""
    return moment.astimezone()


def _checked_lines(screening: Screening, words: dict[str, str]) -> list[str]:
    found = [
        f"– {words['finding'].format(text=finding.text, reason=finding.reason, rule=finding.rule)}"
        for finding in screening.findings
    ]
    return [words[screening.verdict], *found]
