"""Clinics through /v1: the profile with versions, facts approved by a person, the roster for colleagues alone."""

from typing import Any

import pytest

from tests.door import Door, problem


def test_a_profile_is_changed_by_its_own_people_on_the_version_they_read(door: Door) -> None:
    """What is left out stays; without a version 428, on an old one 412."""
    url = "/v1/clinics/demo-dental"
    read = door["dental"].get(url)
    tag = read.headers["etag"]
    hours = {"opening_hours": "mandag til torsdag kl. 9-16"}
    problem(door["dental"].patch(url, json=hours), 428, "precondition-required")
    problem(door.speaker.patch(url, json=hours, headers={"If-Match": tag}), 403, "not-a-decider")
    problem(door["integration"].patch(url, json=hours, headers={"If-Match": tag}), 403, "not-a-person")
    changed = door["dental"].patch(url, json=hours, headers={"If-Match": tag})
    assert changed.status_code == 200, changed.text
    assert changed.json() == {**read.json(), **hours, "version": read.json()["version"] + 1}
    problem(door["dental"].patch(url, json=hours, headers={"If-Match": tag}), 412, "stale")


def test_a_fact_stands_in_the_profile_only_once_a_person_of_the_clinic_approved_it(door: Door) -> None:
    """Proposed by anybody, approved and withdrawn by the clinic's own people."""
    url = "/v1/clinics/demo-dental"
    text = "Vi ringer tilbage samme dag, når nogen har lagt en besked."
    proposed = door["integration"].post(f"{url}/facts", json={"text": text})
    assert proposed.status_code == 201, proposed.text
    fact = next(one for one in proposed.json()["items"] if one["text"] == text)
    assert fact["approved_at"] is None
    assert text not in door["dental"].get(url).json()["public_facts"]
    approve = f"{url}/facts/{fact['fact_id']}/approve"
    problem(door["integration"].post(approve), 403, "not-a-person")
    problem(door.speaker.post(approve), 403, "not-a-decider")
    assert door["dental"].post(approve).status_code == 200
    assert text in door["dental"].get(url).json()["public_facts"]
    assert door["dental"].delete(f"{url}/facts/{fact['fact_id']}").status_code == 200
    assert text not in door["dental"].get(url).json()["public_facts"]
    problem(door["dental"].delete(f"{url}/facts/{fact['fact_id']}"), 404, "not-found")


def test_the_roster_is_for_people_of_the_clinic_alone(door: Door) -> None:
    """Read by a colleague, changed by spokesperson or deputy, seen by nobody else of the same organisation."""
    url = "/v1/clinics/demo-vet/roster"
    roster = door["member"].get(url).json()
    assert "Sara Lind Madsen" in {one["name"] for one in roster["items"]}
    problem(door["dental"].get(url), 404, "not-found")
    problem(door["integration"].get(url), 403, "not-a-person")
    problem(door["member"].put(url, json=roster), 403, "not-a-decider")
    more = {"items": [*roster["items"], {"name": "Nina Berg", "role": "vikar", "nicknames": []}]}
    assert door.speaker.put(url, json=more).json()["items"] == more["items"]
    assert door.speaker.put(url, json=roster).status_code == 200


def test_an_integration_never_sees_a_colleagues_name_in_any_answer(door: Door) -> None:
    """The roster, internal signals and advice stay inside; the public lane knows a named person only as named."""
    submitted = door.submit("Fatima Yildiz var ubehøvlet og grinede ad os", by="integration")
    answers = [
        door["integration"].get(f"/v1/proposals/{submitted['id']}"),
        door["integration"].get("/v1/clinics/demo-vet"),
    ]
    for answer in answers:
        assert "names_staff" not in answer.text
        assert "veterinærsygeplejerske" not in answer.text


@pytest.mark.parametrize(
    "change",
    [
        {"contact": {"phone": "75 55\u200b 01 20"}},
        {"opening_hours": "mandag \u202e kl. 8"},
        {"name": "Fjordens\nDyreklinik"},
        {"house_rules": ["Ingen trusler.\u0000"]},
    ],
)
def test_what_hides_or_breaks_a_line_never_enters_a_profile(door: Door, change: dict[str, Any]) -> None:
    """Every word of the profile fills replies, and a reply that hides something is blocked."""
    url = "/v1/clinics/demo-vet"
    read = door.speaker.get(url)
    refused = door.speaker.patch(url, json=change, headers={"If-Match": read.headers["etag"]})
    assert refused.status_code in {400, 422}, refused.text
    assert door.speaker.get(url).json() == read.json()


def test_a_fact_with_a_hidden_character_is_refused(door: Door) -> None:
    """A fact stands word for word in replies."""
    answer = door.speaker.post("/v1/clinics/demo-vet/facts", json={"text": "Alle får et\u200b overslag."})
    assert answer.status_code in {400, 422}, answer.text
