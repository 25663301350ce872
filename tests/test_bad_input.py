"""Whatever comes through the door: a clear answer, no trace, nothing half stored."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from copilot import seed
from copilot.store import Store, backlog
from copilot.store.rows import QueueFilter
from tests.door import Door, problem, with_store

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
TURN = {"text": "x", "ours": False}


def stored(door: Door) -> int:
    """How many posts there are, whatever their state."""

    async def count(store: Store) -> int:
        async with store.transaction(seed.DEMO) as tx:
            states: Any = (
                "waiting",
                "held",
                "approved",
                "published",
                "rejected",
                "silenced",
                "moderated",
                "superseded",
            )
            return len((await backlog.queue(tx, QueueFilter(states=states), limit=10_000)).items)

    return with_store(door.server.app_url, count)


def post(door: Door, text: object, **more: object) -> httpx.Response:
    return door["integration"].post("/v1/posts", json={"clinic": "demo-vet", "text": text, **more})


def raw(door: Door, body: bytes, **headers: str) -> httpx.Response:
    return door["integration"].post("/v1/posts", content=body, headers={**JSON, **headers})


Send = Callable[[Door], httpx.Response]
REFUSED: dict[str, tuple[Send, int, str]] = {
    "an empty text": (lambda door: post(door, ""), 400, "invalid"),
    "white space": (lambda door: post(door, " \n\t\u00a0 "), 422, "empty-text"),
    "zero-width characters alone": (lambda door: post(door, "\u200b\u200d\ufeff\u2060"), 422, "empty-text"),
    "right-to-left marks alone": (lambda door: post(door, "\u200f\u202e\u2067"), 422, "empty-text"),
    "one megabyte": (lambda door: post(door, "a" * 1_000_000), 413, "too-large"),
    "one character too many": (lambda door: post(door, "a" * 20_001), 400, "invalid"),
    "no text at all": (lambda door: raw(door, b'{"clinic": "demo-vet"}'), 400, "invalid"),
    "a number for a text": (lambda door: post(door, 7), 400, "invalid"),
    "an unknown field": (lambda door: post(door, "Hej", clnic="x"), 400, "invalid"),
    "a NUL character": (lambda door: post(door, "Hej\x00med jer"), 400, "invalid"),
    "a NUL in a name": (lambda door: post(door, "Hej", author="Jo\x00nas"), 400, "invalid"),
    "a NUL in an id": (lambda door: post(door, "Hej", external_id="\x00"), 400, "invalid"),
    "half a surrogate pair": (lambda door: raw(door, b'{"clinic":"demo-vet","text":"a\\ud800b"}'), 400, "not-json"),
    "invalid UTF-8": (lambda door: raw(door, b'{"clinic":"demo-vet","text":"\xff\xfe"}'), 400, "not-json"),
    "no JSON": (lambda door: raw(door, b"Min hund"), 400, "not-json"),
    "an empty body": (lambda door: raw(door, b""), 400, "not-json"),
    "half a document": (lambda door: raw(door, b'{"clinic":"demo-vet","text":"Min'), 400, "not-json"),
    "ten thousand brackets": (lambda door: raw(door, b"[" * 10_000 + b"]" * 10_000), 400, "not-json"),
    "ten thousand deep": (lambda door: raw(door, b'{"x":' * 10_000 + b"1" + b"}" * 10_000), 400, "not-json"),
    "a hundred deep": (lambda door: raw(door, b'{"x":' * 100 + b"1" + b"}" * 100), 400, "not-json"),
    "a list": (lambda door: raw(door, b"[]"), 400, "invalid"),
    "a form": (lambda door: raw(door, b"text=Hej", **FORM), 415, "not-json-media"),
    "plain text": (lambda door: raw(door, b"{}", **{"content-type": "text/plain"}), 415, "not-json-media"),
    "the year 9999": (lambda door: post(door, "Hej", posted_at="9999-12-31T23:59:59Z"), 422, "implausible-date"),
    "the end of time": (lambda door: post(door, "Hej", posted_at="9999-12-31T23:59:59-12:00"), 422, "implausible-date"),
    "before it began": (lambda door: post(door, "Hej", posted_at="0001-01-01T00:00:00+12:00"), 422, "implausible-date"),
    "a time without a zone": (lambda door: post(door, "Hej", posted_at="2026-01-01T10:00:00"), 400, "invalid"),
    "no date": (lambda door: post(door, "Hej", posted_at="i går"), 400, "invalid"),
    "an unknown clinic": (lambda door: post(door, "Hej", clinic="nowhere"), 404, "unknown-clinic"),
    "another organisation's clinic": (lambda door: post(door, "Hej", clinic="elsewhere"), 404, "unknown-clinic"),
    "no clinic's name": (lambda door: post(door, "Hej", clinic="'; --"), 400, "invalid"),
    "a script for an address": (lambda door: post(door, "Hej", url="javascript:alert(1)"), 400, "invalid"),
    "a rating beyond any scale": (lambda door: post(door, "Hej", rating=2**70), 400, "invalid"),
    "a thread without end": (lambda door: post(door, "Hej", thread=[TURN] * 51), 400, "invalid"),
    "no id": (lambda door: door["integration"].get("/v1/posts/nothing"), 404, "not-found"),
    "an unknown id": (lambda door: door["integration"].get(f"/v1/posts/{seed.DEMO}"), 404, "not-found"),
    "an unknown address": (lambda door: door["integration"].get("/v1/nowhere"), 404, "not-found"),
    "another method": (lambda door: door["integration"].delete("/v1/posts"), 405, "method-not-allowed"),
    "a list without its case": (lambda door: door["integration"].get("/v1/posts"), 400, "invalid"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_taken_is_refused_clearly_and_leaves_nothing(door: Door, what: str) -> None:
    """A problem with a stable type; not one row more."""
    send, status, name = REFUSED[what]
    before = stored(door)
    problem(send(door), status, name)
    assert stored(door) == before


TAKEN = {
    "emoji only": "😡😡🖕",
    "Japanese": "三時間も待たされて、誰も何も言わなかった。",
    "right-to-left": "انتظرت ساعتين ولم يقل أحد شيئا \u202e\u200f",
    "hidden letters": "I er no\u200bgle sv\u00adin",
    "as long as may be": "æ" * 20_000,
    "markup": "<script>alert(1)</script> {{ 7 * 7 }} %s",
    "combining marks": "A\u030a\u0308" * 50,
}


@pytest.mark.parametrize("what", TAKEN)
def test_a_strange_post_is_taken_as_it_is_and_has_a_draft(door: Door, what: str) -> None:
    """Stored to the character, answered with a draft that passes, in a language that the clinic has."""
    answer = post(door, TAKEN[what], author=f"strange {what}")
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["post"]["text"] == TAKEN[what]
    assert body["error"] == ""
    assert body["draft"]["language"] in {"da", "en"}
    assert body["draft"]["verdict"] != "block"


def test_a_refusal_names_the_place_and_never_quotes_what_was_sent(door: Door) -> None:
    """Types and our own field names only: what was sent may be about somebody."""
    secret = "Fru Hansens kat"
    sent = [
        post(door, "Hej", rating=secret),
        post(door, "Hej", **{secret: 1}),
        post(door, "Hej", thread=[{"text": 5, "ours": secret}]),
        post(door, "Hej", clinic=secret),
        door["integration"].get("/v1/queue", params={"state": secret}),
        door["integration"].get("/v1/queue", params={"limit": secret}),
        door["integration"].get(f"/v1/posts/{secret}"),
        door["integration"].get(f"/v1/clinics/{secret}"),
    ]
    for answer in sent:
        assert answer.status_code in {400, 404}
        assert secret not in answer.text
        assert "Hansen" not in answer.text
    assert sent[0].json()["errors"][0]["pointer"] == "/rating"
    assert sent[2].json()["errors"][0]["pointer"].startswith("/thread/0/")


def test_nothing_that_was_written_is_in_the_log(door: Door) -> None:
    """Neither a post nor a reply nor a query nor an unknown address."""
    words = "Kamæleonen Agnete blev væk"
    submitted = door.submit(words)
    door.change(submitted, f"{words} hos os.")
    door["integration"].get("/v1/posts", params={"case": words})
    door["integration"].get(f"/v1/{words}")
    post(door, words, posted_at="i går")
    log = door.log.read_text(encoding="utf-8")
    assert log
    assert "Agnete" not in log
    assert all(json.loads(line)["level"] in {"debug", "info", "warning"} for line in log.splitlines())
