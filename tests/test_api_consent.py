"""Consent to a remote model through /v1."""

from tests.door import Door, problem

URL = "/v1/model-consent"


def test_consent_is_given_and_withdrawn_by_a_person_who_decides(door: Door) -> None:
    """Read by all of the organisation; an integration and a member without a mandate change nothing."""
    assert door["integration"].get(URL).json() == {"given": False}
    problem(door["integration"].put(URL), 403, "not-a-person")
    problem(door["member"].put(URL), 403, "not-a-decider")
    assert door.speaker.put(URL).json() == {"given": True}
    assert door["deputy"].get(URL).json() == {"given": True}
    assert door["other"].get(URL).json() == {"given": False}
    problem(door["member"].delete(URL), 403, "not-a-decider")
    assert door["deputy"].delete(URL).json() == {"given": False}
