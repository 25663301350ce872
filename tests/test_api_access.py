"""Signing in, sessions and what guards them: one-time links, cookies, tokens, headers."""

import re

from tests.door import Door, problem

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


def test_opening_a_sign_in_link_does_not_burn_it(door: Door) -> None:
    """A preview fetches the page: the link still works afterwards, once, and then never again."""
    link = door.link()
    bare = door[""]
    for _ in range(3):
        assert 'type="submit"' in bare.get(link).text
    token = link.partition("token=")[2]
    first = bare.post("/sign-in", data={"token": token})
    assert (first.status_code, first.headers["location"]) == (303, "/queue")
    bare.cookies.clear()
    again = bare.post("/sign-in", data={"token": token})
    assert again.status_code == 403
    assert "set-cookie" not in again.headers


def test_a_sessions_cookie_is_for_our_pages_alone(door: Door) -> None:
    """HttpOnly, SameSite=Lax, and no Secure over plain http, where a browser would drop it."""
    token = door.link().partition("token=")[2]
    cookie = door[""].post("/sign-in", data={"token": token}).headers["set-cookie"].lower()
    door[""].cookies.clear()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie


def test_pages_lead_to_signing_in_and_back_out(door: Door) -> None:
    """Without a session every page leads to the sign-in; after signing out the session is over in the database too."""
    for path in ("/", "/queue", "/posts/new", "/proposals/01980000-0000-7000-8000-000000000000"):
        answer = door[""].get(path, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?needed=1")
    session = door.signed_in()
    secret = session.cookies["havblik_session"]
    page = session.get("/queue")
    assert page.status_code == 200
    csrf = TOKEN.search(page.text)
    assert csrf
    assert session.post("/sign-out", data={"csrf": csrf.group(1)}).status_code == 303
    old = session.get("/queue", headers={"Cookie": f"havblik_session={secret}"})
    assert old.status_code == 303
    problem(session.get("/v1/queue", headers={"Cookie": f"havblik_session={secret}"}), 401, "key-unknown")


def test_a_session_changes_nothing_without_its_own_token(door: Door) -> None:
    """A forged form has the cookie and not the token; another site's request is refused whatever it says."""
    session = door.signed_in()
    csrf = TOKEN.search(session.get("/queue").text)
    assert csrf
    body = {"clinic": "demo-vet", "text": "Hvad koster det at få tjekket en marsvinetand?"}
    problem(session.post("/v1/triage", json=body), 403, "cross-site")
    problem(session.post("/v1/triage", json=body, headers={"X-CSRF-Token": "x"}), 403, "cross-site")
    right = {"X-CSRF-Token": csrf.group(1)}
    assert session.post("/v1/triage", json=body, headers=right).status_code == 200
    crossed = {**right, "Sec-Fetch-Site": "cross-site"}
    problem(session.post("/v1/triage", json=body, headers=crossed), 403, "cross-site")
    problem(
        session.post("/v1/triage", json=body, headers={**right, "Origin": "http://evil.example"}), 403, "cross-site"
    )
    assert session.post("/posts/new", data={"clinic": "demo-vet", "text": "Hej"}).status_code == 403


def test_a_session_decides_through_v1_as_its_person(door: Door) -> None:
    """With the token a session is as good as a personal key."""
    session = door.signed_in()
    proposal = door.submit()
    csrf = TOKEN.search(session.get("/queue").text)
    assert csrf
    answer = session.post(
        f"/v1/proposals/{proposal['id']}/approve",
        json={"based_on": "waiting"},
        headers={"X-CSRF-Token": csrf.group(1), "If-Match": f'"{proposal["version"]}"'},
    )
    assert answer.json()["decisions"][-1]["person_name"] == "Lene Holm"


def test_every_answer_carries_the_security_headers(door: Door) -> None:
    """Pages, JSON, files and errors alike; nothing may be stored by a cache."""
    for path in ("/sign-in", "/v1/queue", "/nowhere", "/static/havblik.css", "/health", "/schema"):
        headers = door["integration"].get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["x-frame-options"] == "DENY", path
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "script-src 'self'" in policy, path
        assert "unsafe-eval" not in policy, path
        assert ("unsafe-inline" in policy) == (path == "/schema"), path
        if not path.startswith("/static"):
            assert headers["cache-control"] == "no-store", path


def test_pages_hold_no_script_and_no_style_of_their_own(door: Door) -> None:
    """The policy forbids both; nothing is written that would need them."""
    session = door.signed_in()
    proposal = door.submit("<script>alert(1)</script><img src=x onerror=alert(1)>")
    for path in ("/queue", "/posts/new", f"/proposals/{proposal['id']}"):
        page = session.get(path).text
        assert "<style" not in page
        assert " style=" not in page
        assert not re.search(r"<script(?! src=)", page)
        assert not re.search(r"<[^>]+ on[a-z]+=", page)


def test_a_page_of_another_clinic_is_not_there(door: Door) -> None:
    """The dentist's spokesperson sees nothing of the vet's: a page that says so, not a problem document."""
    proposal = door.submit()
    session = door.signed_in("demo-dental")
    answer = session.get(f"/proposals/{proposal['id']}", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert proposal["post"]["text"] not in session.get("/queue").text


def test_what_was_written_is_not_lost_with_the_session(door: Door) -> None:
    """A session that ran out while somebody wrote: the page to sign in on holds her text."""
    proposal = door.submit()
    session = door.signed_in()
    session.cookies.clear()
    words = "En halv time har jeg skrevet på det her."
    answer = session.post(f"/proposals/{proposal['id']}/decide", data={"text": words, "decision": "approve"})
    assert answer.status_code == 401
    assert words in answer.text
    assert door.speaker.get(f"/v1/proposals/{proposal['id']}").json()["state"] == "waiting"
