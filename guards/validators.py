"""The rules as guardrails-ai validators, and the gate: one Guard of ours through which every text enters and leaves.

One registered `Validator` a rule class, usable in anybody's Guard:

    from guardrails import Guard
    from guards.validators import Relation
    guard = Guard().use(Relation(on_fail="noop"))
    guard.validate(text, metadata={"context": Context(...)})

guardrails-ai reports to a cloud address unless `OTEL_SDK_DISABLED=true` stands in the environment before this module is
imported; a library does not set its host's environment, so the process's entry does.
"""

import asyncio
import threading
from functools import cache
from typing import Any

from guardrails import AsyncGuard
from guardrails.settings import settings
from guardrails.types import OnFailAction
from guardrails.validator_base import ErrorSpan, FailResult, PassResult, ValidationResult, Validator, register_validator

from guards.context import Context
from guards.finding import Finding, Screening
from guards.rules import CLASSES
from guards.screen import Inspection, failed, screen, screening

_NO_CONTEXT = Context()
_BUILDING = threading.Lock()
_LONG = 2_000
"""Code points above which a text is inspected in a thread; a usual reply takes less time than the way there."""


class RuleValidator(Validator):  # type: ignore[misc]  # guardrails-ai is untyped here
    """Fails where its class of rules finds something; the error spans are code points of the text as given.

    `metadata` may hold `context` (a Context; without it the strict rules hold). The gate adds `inspection`, the reading
    that its validators share, and `findings`, in which each notes what it found and thereby that it ran.
    """

    rule_class: str

    def _validate(self, value: Any, metadata: dict[str, Any]) -> ValidationResult:  # noqa: ANN401  # the base says Any
        findings = _inspection(str(value), metadata).of(self.rule_class)
        metadata.get("findings", {})[self.rule_class] = findings
        if not findings:
            return PassResult()
        return FailResult(
            error_message="; ".join(f"{finding.rule}: {finding.reason}" for finding in findings),
            error_spans=[ErrorSpan(start=each.start, end=each.end, reason=each.reason) for each in findings],
        )

    async def async_validate(self, value: Any, metadata: dict[str, Any]) -> ValidationResult:  # noqa: ANN401  # as above
        """As `validate`; a reading takes a millisecond, so no thread is worth starting."""
        return self.validate(value, metadata)


def _inspection(text: str, metadata: dict[str, Any]) -> Inspection:
    context = metadata.get("context", _NO_CONTEXT)
    shared = metadata.get("inspection")
    if isinstance(shared, Inspection) and shared.text == text and shared.context == context:
        return shared
    return Inspection(text, context)


def _registered(name: str) -> type[RuleValidator]:
    made = type(f"{name.title().replace('_', '')}", (RuleValidator,), {"rule_class": name, "__module__": __name__})
    registered: type[RuleValidator] = register_validator(name=f"havblik/{name}", data_type="string")(made)
    return registered


VALIDATORS: dict[str, type[RuleValidator]] = {rule_class.name: _registered(rule_class.name) for rule_class in CLASSES}
"""Every rule class as a validator, registered as `havblik/<class>`."""


def __getattr__(name: str) -> type[RuleValidator]:
    """The validator of that name, such as `Relation`: there is one a rule class, as many as there are tables."""
    for validator in VALIDATORS.values():
        if validator.__name__ == name:
            return validator
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


async def gate(text: str, context: Context = _NO_CONTEXT) -> Screening:
    """The screening of a text through our Guard: what `screen` says, or a block where the Guard fails in any way.

    Keeps nothing of the text afterwards. Raises nothing but cancellation.
    """
    try:
        return screening(await _through_guard(text, context))
    except Exception:  # noqa: BLE001  # whatever fails, the text is not let through, and the error may quote it
        return screening([failed(text)])


async def _through_guard(text: str, context: Context) -> list[Finding]:
    if not text.strip():
        # guardrails-ai takes an empty text for a failure of its own.
        return list(screen(text, context).findings)
    guard = warm() if _guard.cache_info().currsize else await asyncio.to_thread(warm)
    findings: dict[str, tuple[Finding, ...]] = {}
    inspection = Inspection(text, context)
    if len(text) > _LONG:
        await asyncio.to_thread(_inspect, inspection)
    metadata = {"context": context, "inspection": inspection, "findings": findings}
    try:
        outcome = await guard.validate(text, metadata=metadata)
    finally:
        guard.history.clear()
    found = [finding for name in VALIDATORS for finding in findings[name]]
    if bool(outcome.validation_passed) is bool(found):
        return [*found, failed(text)]
    return found


def _inspect(inspection: Inspection) -> None:
    for name in VALIDATORS:
        inspection.of(name)


def warm() -> AsyncGuard:
    """The Guard that the gate uses, built at the first call (about 0.1 s) and the same ever after."""
    with _BUILDING:
        return _guard()


@cache
def _guard() -> AsyncGuard:
    # A host's tracer would store the raw text in its spans.
    settings.disable_tracing = True
    guard = AsyncGuard(name="havblik", history_max_length=1)
    guard.configure(allow_metrics_collection=False)
    return guard.use(*(validator(on_fail=OnFailAction.NOOP) for validator in VALIDATORS.values()))
