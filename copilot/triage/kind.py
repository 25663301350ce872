"""Weighs what a post shows into its kind: PLAYBOOK's definitions in their order, the first that fits wins."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp

from copilot.domain import Kind
from copilot.triage.signs import Seen

_CLEAR = 2.0
"""The weight at which a definition is met without anything beside it."""
_TOLD = 1.5
"""The weight of pain and waiting that makes a complaint without a hard word."""
_CONCRETE = ("waiting", "harm", "conduct", "omission")
"""Grievances that are left over once a false belief is cleared up; price and scorn are not."""
_PROCESS = ("shaving", "queue")
"""Real acts about which the belief is false: the act alone leaves nothing over."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A kind, how sure it is, and what it rests on."""

    kind: Kind
    confidence: float
    because: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The signs of a post, by what they speak for."""

    seen: tuple[Seen, ...]

    def of(self, *groups: str) -> tuple[Seen, ...]:
        """The signs that speak for any of the groups."""
        return tuple(seen for seen in self.seen if seen.sign.of in groups)

    def weight(self, *groups: str) -> float:
        """The groups' weight together."""
        return sum(seen.sign.weight for seen in self.of(*groups))

    def hard(self) -> float:
        """The weight of grievances that thanks do not outweigh."""
        return sum(seen.sign.weight for seen in self.of("grievance") if not seen.sign.soft)

    def concrete(self) -> float:
        """The weight of grievances that a general fact would leave standing."""
        return sum(seen.sign.weight for seen in self.of("grievance") if seen.sign.name in _CONCRETE)

    def process(self) -> bool:
        """Whether the belief is about an act that clinics rightly do."""
        return any(seen.sign.name in _PROCESS for seen in self.of("belief"))


def weigh(seen: Iterable[Seen]) -> Weighed:
    """The kind that the signs speak for; `complaint` where nothing speaks, for that is the safe error."""
    evidence = Evidence(tuple(seen))
    for fits in (_urgent, _spam, _misunderstanding, _complaint, _harassment, _question, _praise):
        weighed = fits(evidence)
        if weighed is not None:
            return weighed
    return Weighed("complaint", 0.3, evidence.seen[:2])


def _sure(margin: float, ceiling: float = 0.97) -> float:
    """How sure a margin of weight makes one: half at nothing, near the ceiling at three."""
    return round(ceiling - (ceiling - 0.5) * exp(-max(margin, 0.0) / 1.2), 2)


def _urgent(evidence: Evidence) -> Weighed | None:
    if evidence.of("self_harm"):
        return Weighed("urgent", 0.9, evidence.of("self_harm"))
    if evidence.of("despair") and not evidence.hard():
        return Weighed("urgent", 0.6, evidence.of("despair"))
    at_risk = evidence.of("danger") or (evidence.of("body") if evidence.of("plea") else ())
    if not at_risk:
        return None
    weight = sum(seen.sign.weight for seen in at_risk) + evidence.weight("sufferer", "now", "plea")
    weight -= evidence.weight("past") + 0.5 * evidence.weight("thanks")
    if evidence.hard() and not evidence.of("now", "plea"):
        # Told among grievances and with no plea: how it was, not how it is.
        weight -= 1
    if weight < _CLEAR:
        return None
    return Weighed("urgent", _sure(weight - _CLEAR + 0.5), (*at_risk, *evidence.of("now", "plea")))


def _spam(evidence: Evidence) -> Weighed | None:
    weight = evidence.weight("sell")
    against = evidence.hard() + evidence.weight("hostile", "belief") + 0.5 * evidence.weight("narrative")
    if weight < _CLEAR or against >= weight:
        return None
    return Weighed("spam", _sure(weight - against), evidence.of("sell"))


def _misunderstanding(evidence: Evidence) -> Weighed | None:
    weight = evidence.weight("belief")
    if weight < _CLEAR:
        return None
    left_over = 0.0 if evidence.process() else evidence.concrete()
    if left_over > weight - 0.5:
        return None
    if _asks_calmly(evidence):
        return None
    return Weighed("misunderstanding", _sure(weight - left_over - 1), evidence.of("belief"))


def _asks_calmly(evidence: Evidence) -> bool:
    """Whether a belief is merely asked about: one question, and nothing that is held against anybody."""
    held = evidence.hard() + evidence.weight("hostile", "narrative", "anger")
    return bool(evidence.of("ask")) and not held and evidence.weight("belief") <= _CLEAR


def _complaint(evidence: Evidence) -> Weighed | None:
    hard, weight = evidence.hard(), evidence.weight("grievance")
    thanks, told = evidence.weight("thanks"), evidence.weight("narrative")
    if not hard and evidence.of("request") and not evidence.of("anger", "hostile", "threat"):
        return None  # pain told of to ask for a time or advice
    if hard and not (evidence.of("ask") and hard <= 1 and not told):
        return Weighed("complaint", _sure(weight - 0.5 * thanks), evidence.of("grievance"))
    if weight >= _TOLD and not thanks and not (evidence.of("ask") and weight < _CLEAR):
        return Weighed("complaint", _sure(weight - 1), evidence.of("grievance"))
    if told and (weight or evidence.of("hostile")) and not thanks and not evidence.of("ask"):
        return Weighed("complaint", 0.6, evidence.of("narrative", "grievance", "hostile"))
    if weight and not thanks and not evidence.of("ask", "hostile", "threat"):
        return Weighed("complaint", 0.55, evidence.of("grievance"))
    return None


def _harassment(evidence: Evidence) -> Weighed | None:
    weight = evidence.weight("hostile", "hate", "threat")
    if not weight or evidence.weight("thanks") > weight:
        return None
    return Weighed("harassment", _sure(weight - 1), evidence.of("hostile", "hate", "threat"))


def _question(evidence: Evidence) -> Weighed | None:
    if not evidence.of("ask") or evidence.weight("thanks") > evidence.weight("ask") + 2:
        return None
    return Weighed("question", _sure(evidence.weight("ask") - 0.5 * evidence.weight("grievance")), evidence.of("ask"))


def _praise(evidence: Evidence) -> Weighed | None:
    if not evidence.of("thanks"):
        return None
    return Weighed("praise", _sure(evidence.weight("thanks") - evidence.weight("grievance")), evidence.of("thanks"))
