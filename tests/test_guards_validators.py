"""The gate: one Guard of ours that says what screen says, keeps nothing, sends nothing and fails closed."""

import asyncio
import gc
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from guardrails import Guard
from guardrails.settings import settings as guardrails_settings
from hypothesis import given, settings
from opentelemetry import trace

from guards import validators
from guards.context import Context
from guards.finding import Screening
from guards.line import from_object
from guards.rules import CLASSES
from guards.screen import guard_version, screen
from guards.validators import VALIDATORS, Relation, gate, warm
from tests.test_guards_screen import CONTEXTS, REPLIES
from tests.test_text import HOSTILE

LEAK = "Vi er kede af dit forløb, Rosenkål."


def _gate(text: str, context: Context = Context()) -> Screening:  # noqa: B008  # frozen
    return asyncio.run(gate(text, context))


@settings(max_examples=60)
@given(REPLIES, CONTEXTS)
def test_gate_says_what_screen_says(text: str, context: Context) -> None:
    """Any text, any context: the same verdict, the same findings, the same version."""
    assert _gate(text, context) == screen(text, context)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_gate_says_what_screen_says_of_hostile_texts(text: str) -> None:
    """20,000 code points of anything are judged alike."""
    assert _gate(text) == screen(text)


def test_gate_says_what_screen_says_of_every_example() -> None:
    """Every example of every rule table is judged alike."""
    examples = [
        example
        for rule_class in CLASSES
        for rule in rule_class.table.rules
        for listed in (*rule.hits.values(), *rule.near.values())
        for example in listed
    ]

    async def differing() -> list[object]:
        lines = [from_object({"text": example} if isinstance(example, str) else example) for example in examples]
        return [line.text for line in lines if await gate(line.text, line.context) != screen(line.text, line.context)]

    assert len(examples) > len(CLASSES)
    assert asyncio.run(differing()) == []


def test_many_at_once_are_not_mixed_up() -> None:
    """Calls that run at the same time get each their own findings."""
    texts = [f"Tak for dit besøg nummer {number}, og hils." for number in range(40)]

    async def all_at_once() -> list[Screening]:
        return list(await asyncio.gather(*(gate(text) for text in texts)))

    assert asyncio.run(all_at_once()) == [screen(text) for text in texts]


@pytest.fixture
def synchronous(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps a plain Guard from leaving an event loop of its own open."""
    monkeypatch.setenv("GUARDRAILS_RUN_SYNC", "true")


@pytest.mark.usefixtures("synchronous")
def test_every_class_is_a_validator_for_anybodys_guard() -> None:
    """A class can be used alone in a plain Guard, with spans in code points of the text as given."""
    assert set(VALIDATORS) == {rule_class.name for rule_class in CLASSES}
    outcome = Guard().use(Relation(on_fail="noop")).validate(LEAK)
    spans = [span for summary in outcome.validation_summaries for span in summary.error_spans]
    assert outcome.validation_passed is False
    assert LEAK[spans[0].start : spans[0].end] == "dit forløb"
    assert all(span.reason for span in spans)
    assert Guard().use(Relation(on_fail="noop")).validate("Tak for din besked.").validation_passed is True


@pytest.mark.usefixtures("synchronous")
def test_context_comes_by_metadata() -> None:
    """In anybody's Guard the context is given as metadata, and it decides."""
    text = "Vi beklager, at du ikke følte dig hørt hos os."
    guard = Guard().use(VALIDATORS["unknown"](on_fail="noop"))
    approved = from_object({"text": text, "clinic": {"approved_sentences": [text]}})
    assert guard.validate("Skyerne driver over fjorden.").validation_passed is False
    assert guard.validate(text, metadata={"context": approved.context}).validation_passed is True


def test_no_validator_of_that_name() -> None:
    """Asking for a class that is none is an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match="NoSuchClass"):
        _ = validators.NoSuchClass


def test_guard_is_built_once() -> None:
    """However many ask, and from whichever thread, there is one Guard."""

    async def from_threads() -> list[Any]:
        return list(await asyncio.gather(*(asyncio.to_thread(warm) for _ in range(8))))

    assert len({id(guard) for guard in asyncio.run(from_threads())}) == 1
    assert len(warm().validators) == len(CLASSES)


def test_nothing_of_the_text_stays() -> None:
    """After the call no object of guardrails-ai in this process holds the text, blocked or not."""
    texts = [f"Tak for dit besøg, {marker}." for marker in ("Rosenkål", "Blomkål")]
    for text in texts:
        _gate(text)
    gc.collect()
    assert len(warm().history) == 0
    theirs = [kept for kept in gc.get_objects() if str(type(kept).__module__).startswith("guardrails")]
    assert theirs
    assert [type(kept) for kept in theirs if "kål" in repr(kept)] == []


class _RefusedError(RuntimeError):
    """Quotes the text, as a careless validator's error would."""


def _broken(how: str) -> Any:  # noqa: ANN401  # whatever a Guard might do
    class Broken:
        history: list[Any] = []  # noqa: RUF012  # a stand-in

        async def validate(self, text: str, metadata: dict[str, Any]) -> Any:  # noqa: ANN401  # as above
            if how == "raises":
                raise _RefusedError(text)
            if how == "none":
                return None
            if how == "skips":
                return type("Outcome", (), {"validation_passed": True})()
            metadata["findings"].update(dict.fromkeys(VALIDATORS, ()))
            return type("Outcome", (), {"validation_passed": None if how == "unsure" else False})()

    return Broken()


@pytest.mark.parametrize("how", ["raises", "none", "skips", "unsure", "disagrees"])
def test_gate_fails_closed(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Guard that raises, gives nothing, skips its validators or disagrees with them blocks, and quotes nothing."""
    monkeypatch.setattr(validators, "warm", lambda: _broken(how))
    result = _gate("Tak for din besked, Rosenkål.")
    assert result.verdict == "block"
    assert [finding.rule for finding in result.findings] == ["guard.failed"]
    assert "Rosenkål" not in result.findings[0].reason
    assert result.guard_version == guard_version()


def test_validator_that_returns_nothing_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """guardrails-ai takes None for a pass; here a validator that says nothing has not run."""
    monkeypatch.setattr(Relation, "_validate", lambda _self, _value, _metadata: None)
    assert [finding.rule for finding in _gate("Tak for din besked.").findings] == ["guard.failed"]


def test_validator_that_raises_blocks_without_quoting(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error inside a validator is a block, and its message, which may quote the text, goes nowhere."""

    def refuse(_self: object, value: str, _metadata: object) -> None:
        raise _RefusedError(value)

    monkeypatch.setattr(Relation, "_validate", refuse)
    result = _gate(LEAK)
    assert [finding.rule for finding in result.findings] == ["guard.failed"]
    assert "Rosenkål" not in result.findings[0].reason


def test_no_tracer_of_the_host_sees_the_text() -> None:
    """Tracing is switched off once the Guard is built, so a host's spans never hold the text."""
    warm()
    assert guardrails_settings.disable_tracing is True
    assert not trace.get_current_span().is_recording()


PROBE = """
    import asyncio, socket, sys, time

    asked = []

    def watch(event, arguments):
        if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
            asked.append(event)
            raise PermissionError(event)

    async def main():
        from guards.validators import gate
        sys.addaudithook(watch)
        for _ in range(3):
            assert (await gate("Tak for din besked.")).verdict == "pass"

    asyncio.run(main())
    from opentelemetry.sdk.trace import TracerProvider
    from guardrails.utils.hub_telemetry_utils import HubTelemetry
    provider = HubTelemetry()._tracer_provider
    provider.force_flush()
    provider.shutdown()
    print(asked)
"""


def test_gate_sends_no_telemetry(tmp_path: Path) -> None:
    """With OTEL_SDK_DISABLED set before the import, as every entry point does, no socket is opened at all."""
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROBE)],
        env={"OTEL_SDK_DISABLED": "true", "HOME": str(tmp_path), "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert told.stdout.strip() == "[]"
