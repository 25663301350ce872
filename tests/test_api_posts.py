"""Posts come in through /v1, are answered at once, and are looked at without being kept."""

from typing import Any

import pytest

from tests.door import Door, problem


def test_a_post_is_answered_at_once_with_triage_plan_and_a_screened_draft(door: Door) -> None:
    """201, everything a person needs, and where to read it again."""
    answer = door["integration"].post(
        "/v1/posts", json={"clinic": "demo-vet", "text": "Min hund døde hos jer, I er nogle svin", "author": "Mette"}
    )
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/posts/{body['id']}"
    assert answer.headers["etag"] == f'"{body["version"]}"'
    assert body["state"] == "waiting"
    assert body["triage"]["kind"] == "complaint"
    assert body["plan"]["strategy"] == "acknowledge_and_invite"
    assert body["draft"]["verdict"] == "pass"
    assert body["draft"]["origin"].startswith("curated:")
    assert body["duplicate"] is False


def test_the_same_external_post_is_answered_with_the_first_ones_proposal(door: Door) -> None:
    """The same platform and external id: 200, duplicate, the same proposal."""
    first = door.submit("Elendigt sted, aldrig igen", platform="google", external_id="same-1")
    again = door["integration"].post(
        "/v1/posts",
        json={"clinic": "demo-vet", "text": "Rettet tekst", "platform": "google", "external_id": "same-1"},
    )
    assert again.status_code == 200
    assert again.json()["duplicate"] is True
    assert again.json()["id"] == first["id"]


def test_a_post_is_read_as_it_came_in_with_everything_that_was_told(door: Door) -> None:
    """Evidence is never changed."""
    told: dict[str, Any] = {
        "text": "Hvorfor svarer I aldrig på telefonen?",
        "author": "Jonas B.",
        "platform": "google",
        "external_id": "told-1",
        "url": "https://maps.example/reviews/1",
        "thread": [{"text": "Samme her", "ours": False, "author": "Anna"}],
        "rating": 2,
        "captured_by": "extension",
        "case": "2026-118",
    }
    posted_at = "2026-03-01T09:12:00+01:00"
    submitted = door.submit(**told, posted_at=posted_at)
    read = door["integration"].get(f"/v1/posts/{submitted['id']}").json()
    assert {name: read[name] for name in told} == told
    assert read["posted_at"] == "2026-03-01T08:12:00Z"
    of_case = door["integration"].get("/v1/posts", params={"case": "2026-118"}).json()["items"]
    assert [post["id"] for post in of_case] == [submitted["id"]]


def test_a_look_at_a_post_keeps_nothing(door: Door) -> None:
    """POST /triage answers kind and plan; the queue has nothing of it."""
    answer = door["integration"].post(
        "/v1/triage", json={"clinic": "demo-vet", "text": "Hvad koster en vaccination af en kanin hos jer?"}
    )
    assert answer.status_code == 200
    assert answer.json()["triage"]["kind"] == "question"
    assert answer.json()["plan"]["deadline"]
    waiting = door["integration"].get("/v1/queue", params={"limit": 200}).json()["items"]
    assert not any("kanin" in item["beginning"] for item in waiting)


def test_a_screening_points_at_the_words_and_names_the_rule(door: Door) -> None:
    """Offsets are code points, end exclusive, also behind an emoji."""
    text = "🙏 Kære Mette. Vi har set i journalen, hvad der skete."
    answer = door["integration"].post("/v1/screenings", json={"clinic": "demo-vet", "text": text})
    body = answer.json()
    assert body["verdict"] == "block"
    for finding in body["findings"]:
        assert text[finding["start"] : finding["end"]] == finding["text"]
    assert any(finding["rule"].startswith("record.") for finding in body["findings"])


def test_a_roster_is_screened_against_only_for_a_person_of_that_clinic(door: Door) -> None:
    """Stateless screening with a roster is an oracle: integrations and strangers are refused."""
    body = {"clinic": "demo-vet", "text": "Mikkel er en dygtig dyrlæge.", "roster": [{"name": "Mikkel Thorup"}]}
    allowed = door["member"].post("/v1/screenings", json=body)
    assert allowed.status_code == 200
    assert any(finding["text"] == "Mikkel" for finding in allowed.json()["findings"])
    problem(door["integration"].post("/v1/screenings", json=body), 403, "not-a-person")
    problem(door["dental"].post("/v1/screenings", json=body), 404, "not-found")


@pytest.mark.parametrize(
    ("path", "method"),
    [("/v1/queue", "GET"), ("/v1/posts", "POST"), ("/v1/clinics/demo-vet/roster", "GET"), ("/v1/triage", "POST")],
)
def test_without_a_valid_key_nothing_is_answered(door: Door, path: str, method: str) -> None:
    """No key, an unknown one, another scheme, a revoked one: 401 with its own problem."""
    bare = door[""]
    problem(bare.request(method, path, json={}), 401, "key-missing")
    problem(bare.request(method, path, json={}, headers={"Authorization": "Basic eDp5"}), 401, "key-missing")
    answer = bare.request(method, path, json={}, headers={"Authorization": "Bearer havblik_nothing"})
    problem(answer, 401, "key-unknown")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    problem(door["revoked"].request(method, path, json={}), 401, "key-unknown")


def test_a_key_of_one_clinic_sees_that_clinic_alone(door: Door) -> None:
    """A limited key: the other clinic is as unknown as one that does not exist."""
    submitted = door.submit()
    limited = door["dental_only"]
    problem(limited.get(f"/v1/posts/{submitted['id']}"), 404, "not-found")
    problem(limited.get(f"/v1/proposals/{submitted['id']}"), 404, "not-found")
    problem(limited.post("/v1/posts", json={"clinic": "demo-vet", "text": "Hej"}), 404, "unknown-clinic")
    assert {item["clinic"] for item in limited.get("/v1/queue").json()["items"]} <= {"demo-dental"}
    assert [clinic["id"] for clinic in limited.get("/v1/clinics").json()["items"]] == ["demo-dental"]
