"""People decide through /v1: on what they were shown, under their own name, and nobody else does."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.door import GENTLE, OTHER, Door, problem

CAUTION = "Vi holder åbent hus for alle hamstere på næste lørdag."
BLOCKED = "Vi har set i journalen, at du var her i tirsdags."


def soon(days: int = 2) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def test_an_approved_reply_carries_a_receipt_under_the_persons_name(door: Door) -> None:
    """Approve, then read text and receipt; an integration may read them too."""
    proposal = door.submit()
    approved = door.decide(proposal, "approve", note="Læst højt.")
    assert approved.status_code == 200, approved.text
    body = approved.json()
    assert body["state"] == "approved"
    assert body["decisions"][-1]["person_name"] == "Lene Holm"
    assert body["decisions"][-1]["based_on_state"] == "waiting"
    reply = door["integration"].get(f"/v1/replies/{body['reply']}").json()
    assert reply["text"] == proposal["draft"]["text"]
    assert reply["receipt"]["approver_name"] == "Lene Holm"
    assert reply["receipt"]["text_sha256"] == proposal["draft"]["sha256"]


def test_a_changed_character_voids_the_approval(door: Door) -> None:
    """The receipt binds exact bytes: after an edit the reply is not given out any more."""
    approved = door.decide(door.submit(), "approve").json()
    door.change(approved, approved["draft"]["text"] + " ")
    problem(door["integration"].get(f"/v1/replies/{approved['reply']}"), 404, "not-found")


def test_a_blocked_text_can_be_approved_by_nobody(door: Door) -> None:
    """409 with the places, and none of the words."""
    blocked = door.change(door.submit(), BLOCKED)
    assert blocked["draft"]["verdict"] == "block"
    refused = problem(door.decide(blocked, "approve"), 409, "blocked")
    assert refused["findings"]
    assert "journalen" not in str(refused["findings"][0].get("text", ""))
    assert door.speaker.get(f"/v1/proposals/{blocked['id']}").json()["state"] == "waiting"


def test_a_colleagues_name_stops_a_reply_at_the_last_moment(door: Door) -> None:
    """The roster may stop a finished text: whatever the public rules said of it, and whatever a person answered."""
    proposal = door.change(door.submit(), "fatima tager telefonen i dag.")
    for finding in proposal["draft"]["findings"]:
        if finding["severity"] == "caution":
            place = {name: finding[name] for name in ("rule", "start", "end")}
            assert door.act("PUT", proposal, "/answers", **place, answer="fine").status_code == 200
    refused = problem(door.decide(proposal, "approve"), 409, "blocked")
    assert {mark["rule"] for mark in refused["findings"]} & {"exposure.roster", "disclosure.name"}


def test_a_caution_is_answered_by_a_person_before_the_text_can_be_approved(door: Door) -> None:
    """Sentence by sentence, logged by name; then it can be approved."""
    proposal = door.change(door.submit(), CAUTION)
    assert proposal["draft"]["verdict"] == "caution"
    problem(door.decide(proposal, "approve"), 409, "unanswered")
    for finding in proposal["draft"]["findings"]:
        place = {name: finding[name] for name in ("rule", "start", "end")}
        answered = door.act("PUT", proposal, "/answers", **place, answer="fine", note="Hamstere er ingen bestemt.")
        assert answered.status_code == 200, answered.text
        assert answered.json()["answers"][-1]["person_name"] == "Lene Holm"
    assert door.decide(proposal, "approve").json()["state"] == "approved"


def test_an_answer_to_a_caution_that_is_not_there_is_refused(door: Door) -> None:
    """The text has no such caution: 422."""
    proposal = door.change(door.submit(), CAUTION)
    answer = door.act("PUT", proposal, "/answers", rule="unknown.sentence", start=1, end=2, answer="fine")
    problem(answer, 422, "no-such-caution")


def test_every_other_decision_leaves_its_state_and_its_reason(door: Door) -> None:
    """Reject, hold and release, stay silent, moderate."""
    rejected = door.decide(door.submit(), "reject", reason="Opslaget er slettet.").json()
    assert (rejected["state"], rejected["decisions"][-1]["reason"]) == ("rejected", "Opslaget er slettet.")
    held = door.decide(door.submit(), "hold", until=soon(), note="Vi spørger Mikkel.").json()
    assert (held["state"], held["decisions"][-1]["note"]) == ("held", "Vi spørger Mikkel.")
    assert door.decide(held, "release").json()["state"] == "waiting"
    owner = rejected["decisions"][-1]["person_id"]
    silenced = door.decide(door.submit(), "silence", owner=owner, review_at=soon()).json()
    assert (silenced["state"], silenced["decisions"][-1]["owner_id"]) == ("silenced", owner)
    rule = "Vi fjerner reklame og spam."
    moderated = door.decide(door.submit(), "moderate", house_rule=rule).json()
    assert (moderated["state"], moderated["decisions"][-1]["house_rule"]) == ("moderated", rule)


def test_what_a_decision_needs_is_asked_for(door: Door) -> None:
    """A reason, an owner of this clinic, a time ahead, a house rule of the clinic's own."""
    proposal = door.submit()
    problem(door.decide(proposal, "reject", reason=""), 400, "invalid")
    problem(door.decide(proposal, "reject", reason="   "), 422, "unfit")
    problem(door.decide(proposal, "silence", owner=str(OTHER), review_at=soon()), 422, "unfit")
    problem(door.decide(proposal, "hold", until=soon(-2)), 422, "implausible-date")
    problem(door.decide(proposal, "hold", until="9999-12-31T23:59:59-11:00"), 422, "implausible-date")
    problem(door.decide(proposal, "moderate", house_rule="Vi fjerner kritik."), 422, "unfit")


def test_a_decided_proposal_is_not_decided_again(door: Door) -> None:
    """409 with the state it is in."""
    rejected = door.decide(door.submit(), "reject", reason="Slettet.").json()
    refused = problem(door.decide(rejected, "approve"), 409, "wrong-state")
    assert refused["state"] == "rejected"


def test_a_change_names_the_version_it_is_based_on(door: Door) -> None:
    """428 without If-Match; 412 where somebody was first, with the present tag."""
    proposal = door.submit()
    url = f"/v1/proposals/{proposal['id']}"
    problem(door.speaker.patch(url, json={"text": GENTLE}), 428, "precondition-required")
    problem(door.speaker.post(f"{url}/approve", json={"based_on": "waiting"}), 428, "precondition-required")
    problem(door.speaker.patch(url, json={"text": GENTLE}, headers={"If-Match": '"x"'}), 412, "stale")
    edited = door.change(proposal, GENTLE)
    late = door.decide(proposal, "approve")
    problem(late, 412, "stale")
    assert late.headers["etag"] == f'"{edited["version"]}"'


def test_two_people_at_once_leave_one_decision(door: Door) -> None:
    """The second sees that somebody was first."""
    proposal = door.submit()
    first = door.decide(proposal, "reject", by="speaker", reason="Slettet.")
    second = door.decide(proposal, "approve", by="deputy")
    assert first.status_code == 200
    problem(second, 412, "stale")


@pytest.mark.parametrize(
    ("who", "status", "name"),
    [("integration", 403, "not-a-person"), ("member", 403, "not-a-decider"), ("dental", 403, "not-a-decider")],
)
@pytest.mark.parametrize("verb", ["approve", "reject", "hold", "silence", "moderate", "release"])
def test_only_the_clinics_spokesperson_and_deputy_decide(
    door: Door, verb: str, who: str, status: int, name: str
) -> None:
    """Enforced in the backend, for every verb."""
    proposal = door.submit()
    more = {
        "reject": {"reason": "x"},
        "hold": {"until": soon()},
        "silence": {"owner": str(OTHER), "review_at": soon()},
        "moderate": {"house_rule": "Vi fjerner reklame og spam."},
    }
    problem(door.decide(proposal, verb, by=who, **more.get(verb, {})), status, name)
    assert door.speaker.get(f"/v1/proposals/{proposal['id']}").json()["state"] == "waiting"


def test_an_integration_cannot_edit_or_answer_either(door: Door) -> None:
    """It submits and reads."""
    proposal = door.submit(by="integration")
    problem(door.act("PATCH", proposal, "", by="integration", text=GENTLE), 403, "not-a-person")
    answer = door.act("PUT", proposal, "/answers", by="integration", rule="a.b", start=0, end=1, answer="fine")
    problem(answer, 403, "not-a-person")


def test_another_organisation_finds_nothing_and_is_never_told_that_there_is_something(door: Door) -> None:
    """404 on every address, whatever the body says and whether or not a version is named."""
    approved = door.decide(door.submit(case="secret-case"), "approve").json()
    other = door["other"]
    url = f"/v1/proposals/{approved['id']}"
    for path in (f"/v1/posts/{approved['id']}", url, f"/v1/replies/{approved['reply']}", "/v1/clinics/demo-vet"):
        problem(other.get(path), 404, "not-found")
    for path in ("/v1/clinics/demo-vet/facts", "/v1/clinics/demo-vet/roster"):
        problem(other.get(path), 404, "not-found")
    problem(other.patch(url, json={"text": GENTLE}), 404, "not-found")
    problem(other.post(f"{url}/approve", json={"based_on": "waiting"}), 404, "not-found")
    problem(door.decide(approved, "reject", by="other", reason="x"), 404, "not-found")
    problem(other.put(f"/v1/replies/{approved['reply']}/publication", json={"text": "x"}), 404, "not-found")
    problem(other.patch("/v1/clinics/demo-vet", json={"name": "x"}), 404, "not-found")
    assert other.get("/v1/posts", params={"case": "secret-case"}).json() == {"items": []}
    assert other.get("/v1/queue").json()["items"] == []


def test_what_was_really_posted_is_recorded_and_never_refused(door: Door) -> None:
    """`same`, `reformatted`, `drifted`: the last one is screened."""
    approved = door.decide(door.submit(), "approve").json()
    address = f"/v1/replies/{approved['reply']}/publication"
    text = approved["draft"]["text"]
    seen = []
    for posted in (text, text.replace(" ", "  "), text + " Vi har set i journalen, at du var her."):
        answer = door["integration"].put(address, json={"text": posted, "url": "https://maps.example/1"})
        assert answer.status_code == 200, answer.text
        seen.append(answer.json()["publications"][-1])
    assert [one["state"] for one in seen] == ["same", "reformatted", "drifted"]
    assert seen[-1]["screening"]["verdict"] == "block"
    assert door.speaker.get(f"/v1/proposals/{approved['id']}").json()["state"] == "published"


def test_the_queue_shows_the_most_urgent_first_page_by_page(door: Door) -> None:
    """Severity, then deadline; the cursor leads on without a gap or a repetition."""
    for text in ("Tak for god behandling!", "Min hund kan ikke få luft, hjælp!", "Hvad koster det?"):
        door.submit(f"{text} ({datetime.now(UTC).isoformat()})", clinic="demo-dental")
    seen: list[str] = []
    severities: list[int] = []
    cursor = ""
    while True:
        page = door["integration"].get(
            "/v1/queue", params={"clinic": "demo-dental", "limit": 2, **({"cursor": cursor} if cursor else {})}
        )
        body = page.json()
        seen += [item["proposal_id"] for item in body["items"]]
        severities += [item["severity"] for item in body["items"]]
        cursor = body["cursor"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) >= 3
    assert severities == sorted(severities, reverse=True)


def test_the_queue_is_filtered_by_state_and_kind(door: Door) -> None:
    """What was decided is not in the queue unless asked for."""
    rejected = door.decide(door.submit(), "reject", reason="Slettet.").json()
    shown = door.speaker.get("/v1/queue", params={"state": "rejected", "limit": 200}).json()["items"]
    assert rejected["id"] in {item["proposal_id"] for item in shown}
    assert {item["state"] for item in shown} == {"rejected"}
    asked = door.speaker.get("/v1/queue", params={"kind": "praise"}).json()["items"]
    assert {item["kind"] for item in asked} <= {"praise"}
    problem(door.speaker.get("/v1/queue", params={"cursor": "no-cursor"}), 422, "unfit")
    problem(door.speaker.get("/v1/queue", params={"state": "sideways"}), 400, "invalid")
