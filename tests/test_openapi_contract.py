"""schemathesis over the OpenAPI document of a running server: whatever comes in, the answer is a documented one."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeAlias

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import NewDatabase
from tests.door import free_port
from tests.servers import CLINIC, api_server, ask, await_that, demo_keys

EXAMPLES = 12
"""Of each operation in each test; seeded, so that every run sends the same."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OTHER_CLINIC = "demo-dental"
CAUTION = "Vi holder åbent hus for alle hamstere på næste lørdag."
SPOKESPERSON = (
    "SELECT person_id::text FROM clinic_person JOIN clinic USING (organisation_id, clinic_id) "
    "WHERE slug = 'demo-vet' AND role = 'spokesperson'"
)
PLACE = ("rule", "start", "end")
AnyCase: TypeAlias = Case[Any]


@dataclass
class World:
    """A server with its document, the keys to it, and things that are really there."""

    address: str
    keys: dict[str, str]
    schema: Any
    session: requests.Session
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    aimed: Iterator[int] = field(default_factory=lambda: count(1))
    answers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    """What each operation answered, by status."""

    def headers(self, key: str, path: str) -> dict[str, str]:
        """Of one who has that key; profiles are changed at the other clinic, so that drafts here stay as they are."""
        known = self.keys.get("dental" if key == "personal" and "{clinic}" in path else key)
        return {"Authorization": f"Bearer {known}"} if known else {}

    def ask(
        self, method: str, path: str, body: dict[str, str] | None = None, version: int = 0, key: str = "personal"
    ) -> Any:  # noqa: ANN401  # JSON
        """The answer to a request that is taken."""
        headers = {"Authorization": f"Bearer {self.keys[key]}", "If-Match": f'"{version}"'}
        answer = self.session.request(method, f"{self.address}{path}", headers=headers, json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def proposal(self, path: str = "") -> Any:  # noqa: ANN401  # JSON
        """A new one, as the operation of that path needs it: held, with a caution, or waiting."""
        text = f"Jeg ventede i to timer uden et ord, nummer {next(self.numbers)}."
        made = self.ask("POST", "/v1/posts", {"clinic": CLINIC, "text": text, "author": "Mette"})
        address = f"/v1/proposals/{made['id']}"
        if path.endswith("/release"):
            body = {"based_on": "waiting", "until": soon()}
            return self.ask("POST", f"{address}/hold", body, made["version"])
        if path.endswith("/answers"):
            return self.ask("PATCH", address, {"text": CAUTION}, made["version"])
        return made

    def reply(self) -> str:
        """The id of an approved one."""
        made = self.proposal()
        path = f"/v1/proposals/{made['id']}/approve"
        return str(self.ask("POST", path, {"based_on": "waiting"}, made["version"])["reply"])

    def fact(self) -> str:
        """The id of a new one that waits for approval."""
        text = f"Vi tager telefonen hver dag, linje {next(self.numbers)}."
        listed = self.ask("POST", f"/v1/clinics/{OTHER_CLINIC}/facts", {"text": text}, key="dental")
        return str(next(fact["fact_id"] for fact in listed["items"] if fact["text"] == text))

    def aim(self, case: AnyCase) -> None:
        """Points a generated case at what is there, in its version; every other one also fits in its values."""
        known, body = case.path_parameters, case.body
        fitting = {"clinic": CLINIC}
        if "clinic" in known:
            known["clinic"] = OTHER_CLINIC
            profile = self.ask("GET", f"/v1/clinics/{OTHER_CLINIC}", key="dental")
            case.headers["If-Match"] = f'"{profile["version"]}"'
        if "fact_id" in known:
            known["fact_id"] = self.fact()
        if "reply_id" in known:
            known["reply_id"] = self.reply()
        if "post_id" in known:
            known["post_id"] = self.proposal()["id"]
        if "proposal_id" in known:
            proposal = self.proposal(case.path)
            known["proposal_id"] = proposal["id"]
            case.headers["If-Match"] = f'"{proposal["version"]}"'
            fitting |= self.fitting(proposal)
        if isinstance(body, dict) and next(self.aimed) % 2:
            case.body = {**body, **{name: value for name, value in fitting.items() if name in body}}
            if "text" in case.body:
                case.body.pop("offer", None)

    def fitting(self, proposal: dict[str, Any]) -> dict[str, Any]:
        """Values of a decision that fit the proposal."""
        place = (
            {name: proposal["draft"]["findings"][0][name] for name in PLACE} if proposal["draft"]["findings"] else {}
        )
        more = {
            "owner": self.keys["person"],
            "house_rule": self.keys["rule"],
            "text": "Ring til os, så tager vi snakken.",
        }
        return {"based_on": proposal["state"], "until": soon(), "review_at": soon(), **place, **more}

    def try_all(
        self,
        mode: GenerationMode,
        checks: list[Any],
        aim: Callable[[AnyCase], None] = lambda _: None,
        key: str = "personal",
        examples: int = EXAMPLES,
    ) -> list[str]:
        """Sends seeded cases of every operation; each failed check in words."""
        failed = []
        for found in self.schema.get_all_operations():
            operation = found.ok()

            @settings(
                max_examples=examples,
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def attempt(case: AnyCase) -> None:
                case.body = whole(case.body)
                aim(case)
                answer = case.call(session=self.session, headers=self.headers(key, case.path))
                self.answers[case.operation.label][answer.status_code] += 1
                case.validate_response(answer, checks=checks)

            try:
                attempt()
            except FailureGroup as group:
                failed += [f"{operation.label}: {words(error)}" for error in group.exceptions]
            except Failure as error:
                failed.append(f"{operation.label}: {words(error)}")
        return failed


def whole(value: Any) -> Any:  # noqa: ANN401  # JSON
    """The value with 3.0 written as 3: to JSON Schema both are integers, and every client writes the second."""
    if isinstance(value, dict):
        return {name: whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def soon() -> str:
    """Tomorrow, as the wire has it."""
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


def words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


@pytest.fixture(scope="module")
def world(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    port = free_port()
    log = tmp_path_factory.mktemp("contract") / "log"
    address = f"http://127.0.0.1:{port}"
    with (
        new_database() as database,
        api_server(port, log, {"DATABASE_URL": database.app_url, "HAVBLIK_WORKER": "none"}),
        requests.Session() as session,
    ):
        await_that(lambda: httpx.get(f"{address}/health").json()["gate"] == "ready", "the gate is ready")
        schema = schemathesis.openapi.from_url(f"{address}/schema/openapi.json")
        keys = {**demo_keys(database.app_url), "dental": demo_keys(database.app_url, OTHER_CLINIC)["personal"]}
        opened = World(address, keys, schema, session)
        ((keys["person"],),) = ask(database, SPOKESPERSON)
        keys["rule"] = opened.ask("GET", f"/v1/clinics/{CLINIC}")["house_rules"][0]
        yield opened
        assert "unforeseen" not in log.read_text(encoding="utf-8")


@pytest.mark.timeout(180)
def test_well_formed_requests_get_documented_answers(world: World) -> None:
    """Of the right shape, at ids that may not exist: what the document allows is never called malformed."""
    world.answers.clear()
    assert world.try_all(GenerationMode.POSITIVE, CHECKS) == []
    assert {name: seen for name, seen in world.answers.items() if 400 in seen} == {}


@pytest.mark.timeout(180)
def test_malformed_requests_are_refused_with_documented_answers(world: World) -> None:
    """Of a wrong shape: never taken, never a fault of ours."""
    assert world.try_all(GenerationMode.NEGATIVE, [*CHECKS, negative_data_rejection]) == []


@pytest.mark.timeout(180)
def test_requests_to_things_that_are_there_get_documented_answers(world: World) -> None:
    """The right shape, real ids and versions: each operation does its work at least once."""
    world.answers.clear()
    assert world.try_all(GenerationMode.POSITIVE, CHECKS, world.aim) == []
    assert {name: seen for name, seen in world.answers.items() if not {200, 201} & seen.keys()} == {}


@pytest.mark.parametrize("key", ["integration", ""])
def test_those_who_may_not_get_documented_refusals(world: World, key: str) -> None:
    """With an integration's key, and with none."""
    assert world.try_all(GenerationMode.POSITIVE, CHECKS, world.aim, key, examples=3) == []
