"""The two lanes: nothing confidential reaches a public byte (PLAYBOOK 3, "The choice of strategy leaks too")."""

import inspect
import json
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import get_type_hints

from hypothesis import given, settings
from hypothesis import strategies as st

from copilot import clinics, shown
from copilot.advise import advise
from copilot.domain import Colleague, Confidential, Post, Response
from copilot.plan import plan
from copilot.respond import respond
from copilot.triage import triage
from guards.context import Clinic, Context
from guards.context import Post as GuardPost
from guards.screen import screen

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
POSTS = tuple(
    json.loads(line)["text"]
    for line in (Path(__file__).parent.parent / "evals" / "posts" / "dev.jsonl").read_text("utf-8").splitlines()
)
STAFFED = ("Sara slog min hund ihjel", "Tak til Mikkel", "Mik er et svin", "Amira og Peter ventede ikke på os")

words = st.text(max_size=30)
colleagues = st.builds(
    Colleague,
    name=st.one_of(words, st.sampled_from(["Sara Lind", "Jonas", "Camilla", "hund", "I", ""])),
    role=words,
    nicknames=st.lists(words, max_size=3).map(tuple),
)
confidentials = st.builds(
    Confidential,
    roster=st.lists(colleagues, max_size=5).map(tuple),
    notes=st.one_of(words, st.sampled_from(["aldrig vores patient", "she did not pay", *POSTS[:20]])),
)


def public_bytes(post: Post, clinic: Clinic, confidential: Confidential) -> bytes:
    """Everything the public lane gives for a post, after the confidential lane has been run beside it."""
    response = respond(post, clinic, 3, NOW)
    advice = advise(post, response.triage, clinic, confidential)
    context = Context(GuardPost(post.text), post.thread, clinic, response.plan.language)
    answer = shown.as_json(response, screen(response.draft.text, context), advice)
    answer.pop("advice")
    return json.dumps(answer, sort_keys=True).encode()


@given(
    text=st.sampled_from(POSTS + STAFFED),
    clinic=st.sampled_from(clinics.known()),
    confidential=confidentials,
    other=confidentials,
)
@settings(max_examples=120, deadline=None)
def test_no_confidential_field_changes_a_public_byte(
    text: str, clinic: str, confidential: Confidential, other: Confidential
) -> None:
    """Changed, swapped or dropped: kind, signals, severity, deadline, strategy, prompt, text and findings stay."""
    profile, own = clinics.demo(clinic)
    post = Post(text)
    seen = {public_bytes(post, profile, lane) for lane in (own, Confidential(), confidential, other)}
    assert len(seen) == 1


@given(text=st.sampled_from(POSTS[:40] + STAFFED), confidential=confidentials)
@settings(max_examples=60, deadline=None)
def test_a_clinic_described_with_or_without_its_roster_is_the_same_public_clinic(
    text: str, confidential: Confidential
) -> None:
    """Reading a clinic keeps the lanes apart: what stands in the roster or the notes is nowhere in the profile."""
    described = {"name": "Klinikken", "languages": ["da", "en"], "public_facts": ["Alle får et overslag."]}
    people = [
        {"name": person.name or "X", "role": person.role, "nicknames": list(person.nicknames)}
        for person in confidential.roster
    ]
    bare, nothing = clinics.from_value(described)
    staffed, _ = clinics.from_value(described | {"roster": people, "notes": confidential.notes})
    assert staffed == bare
    assert nothing == Confidential()
    assert respond(Post(text), staffed, 0, NOW) == respond(Post(text), bare, 0, NOW)


def test_the_public_lane_cannot_be_given_anything_confidential() -> None:
    """By type: none of its functions has a parameter that holds, or could reach, the confidential lane."""
    for function in (respond, triage, plan):
        hints = get_type_hints(function)
        assert set(hints) == {*inspect.signature(function).parameters, "return"}
        assert Confidential not in hints.values()
        assert Colleague not in hints.values()
    assert not {"roster", "notes", "nicknames"} & {field.name for field in fields(Clinic)}


def test_advice_is_no_part_of_a_response() -> None:
    """What `respond` gives holds no advice, and no public signal is internal."""
    response = respond(Post("Sara slog min hund ihjel"), clinics.demo("demo-vet")[0], 0, NOW)
    assert isinstance(response, Response)
    assert not hasattr(response, "advice")
    assert not [signal for signal in response.triage.signals if signal.internal or signal.name == "names_staff"]
