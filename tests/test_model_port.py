"""The model port against a real loopback server that behaves, and misbehaves."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from copilot.domain import Prompt
from copilot.model.answer import Answer
from copilot.model.port import Model, ModelSettings, ModelUnavailableError
from tests.model_server import GOOD, Behaviour, ModelServer, content, model_server, says

PROMPT = Prompt(
    system="write a reply", user="----- f -----\npost\n----- f -----", placeholders=frozenset({"[PERSON_1]"})
)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


def ask(server: ModelServer, times: int = 1, deadline: float = 10.0) -> list[Answer | str]:
    """What asking a number of times gives: an answer, or the code of the error."""

    async def asked() -> list[Answer | str]:
        model = Model(ModelSettings(server.address, "fake", deadline_seconds=deadline))
        try:
            return [await one(model) for _ in range(times)]
        finally:
            await model.close()

    async def one(model: Model) -> Answer | str:
        try:
            return await model.ask(PROMPT)
        except ModelUnavailableError as error:
            return error.code

    return asyncio.run(asked())


def test_a_good_answer_comes_back_as_a_draft_with_a_second_view(server: ModelServer) -> None:
    assert ask(server) == [Answer(GOOD, "complaint", "names an act")]
    assert server.requests[0]["response_format"]["type"] == "json_schema"
    assert [message["role"] for message in server.requests[0]["messages"]] == ["system", "user"]


def test_a_server_without_structured_output_is_asked_more_plainly_and_that_is_remembered(server: ModelServer) -> None:
    plain = says(GOOD)
    plain.refuses = ("json_schema", "json_object")
    server.will(plain)
    assert all(isinstance(answer, Answer) for answer in ask(server, times=2))
    assert [request["response_format"]["type"] for request in server.requests] == [
        "json_schema",
        "json_object",
        "text",
        "text",
    ]


def test_too_many_requests_are_retried_after_the_time_the_server_asks_for(server: ModelServer) -> None:
    server.will(Behaviour(status=429, headers={"retry-after": "0.3"}, body="{}"), says(GOOD))
    started = time.monotonic()
    assert isinstance(ask(server)[0], Answer)
    assert time.monotonic() - started >= 0.3


def test_a_wait_longer_than_the_deadline_is_cut_at_the_deadline(server: ModelServer) -> None:
    server.will(Behaviour(status=429, headers={"retry-after": "3600"}, body="{}"))
    assert ask(server, deadline=0.5) == ["deadline"]


@pytest.mark.parametrize("failure", [Behaviour(status=500, body="{}"), Behaviour(cut=True)], ids=["500", "cut"])
def test_a_passing_failure_is_tried_again(server: ModelServer, failure: Behaviour) -> None:
    server.will(failure, says(GOOD))
    assert isinstance(ask(server)[0], Answer)
    assert len(server.requests) == 2


def test_a_refused_key_is_not_tried_again(server: ModelServer) -> None:
    server.will(Behaviour(status=401, body='{"error": {"message": "who are you"}}'))
    assert ask(server) == ["http_401"]
    assert len(server.requests) == 1


def test_a_slow_server_costs_no_more_than_the_deadline(server: ModelServer) -> None:
    release = threading.Event()
    slow = says(GOOD)
    slow.hold = release
    server.will(slow)
    try:
        assert ask(server, deadline=0.4) == ["deadline"]
    finally:
        release.set()


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (content("I would rather talk about the weather"), "answer_not_json"),
        (content('{"reply": "half'), "answer_not_json"),
        (content("[" * 20_000), "answer_not_json"),
        (content('["a list"]'), "answer_not_our_shape"),
        (content('{"reply": 5, "kind": "complaint", "reason": ""}'), "answer_not_our_shape"),
        (says(GOOD, kind="nonsense"), "answer_not_our_shape"),
        (says("   "), "answer_empty"),
        (says("Vi hører dig. " * 200), "answer_essay"),
        (says("Kære PERSON_1, det gør ondt at læse."), "answer_placeholder"),
        (content(""), "answer_empty"),
        (Behaviour(body="this is no completion"), "protocol"),
        (Behaviour(body='{"choices": []}'), "answer_empty"),
    ],
)
def test_an_answer_of_another_shape_is_refused_with_a_code(
    server: ModelServer, behaviour: Behaviour, code: str
) -> None:
    server.will(behaviour)
    assert ask(server) == [code]


def test_an_answer_in_a_code_fence_is_read(server: ModelServer) -> None:
    server.will(content('Here you are:\n```json\n{"reply": "Tak.", "kind": "praise", "reason": "thanks"}\n```'))
    assert ask(server) == [Answer("Tak.", "praise", "thanks")]


def test_a_dead_model_is_left_alone_after_five_failures(server: ModelServer) -> None:
    server.will(Behaviour(status=400, body="{}"))
    assert ask(server, times=7) == ["http_400"] * 5 + ["breaker_open"] * 2


def test_an_error_holds_no_word_of_prompt_or_answer(server: ModelServer) -> None:
    server.will(Behaviour(status=400, body='{"error": {"message": "your prompt: write a reply"}}'))

    async def asked() -> BaseException:
        model = Model(ModelSettings(server.address, "fake"))
        try:
            await model.ask(PROMPT)
        except ModelUnavailableError as error:
            return error
        finally:
            await model.close()
        raise AssertionError

    error = asyncio.run(asked())
    assert "write a reply" not in repr(error)
    assert error.__cause__ is None
    assert error.__suppress_context__
