"""The contract in words: settings, problems and the OpenAPI document say what the code does."""

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from api import settings, wording
from api.problems import kinds
from api.settings import SettingError, Settings
from tests.door import Door, problem

ROOT = Path(__file__).parent.parent


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    """docs/settings.md has a row for each variable, and no row more."""
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    assert rows == set(settings.VARIABLES)
    assert set(settings.VARIABLES.values()) == {field.name for field in fields(Settings)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "http"),
        ("PORT", "٨٠٠٠"),
        ("HAVBLIK_DEMO", "maybe"),
        ("HAVBLIK_WORKER", "outside"),
        ("HAVBLIK_LOG_LEVEL", "loud"),
        ("HAVBLIK_PUBLIC_URL", "clinic.example"),
        ("MODEL_DEADLINE", "soon"),
        ("MODEL_DEADLINE", "-1"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    """The message names the variable and what it takes."""
    with pytest.raises(SettingError, match=name):
        settings.read({name: value})


def test_an_empty_setting_counts_as_unset() -> None:
    """Compose files write empty values for what was not given."""
    assert settings.read(dict.fromkeys(settings.VARIABLES, "")) == settings.read({})


def test_cookies_are_secure_where_browsers_come_over_https() -> None:
    """HAVBLIK_PUBLIC_URL decides."""
    assert settings.read({"HAVBLIK_PUBLIC_URL": "https://svar.example/"}).secure
    assert settings.read({"HAVBLIK_PUBLIC_URL": "https://svar.example/"}).address == "https://svar.example"
    assert not settings.read({}).secure


def test_every_problem_is_documented() -> None:
    """docs/problems.md has each type with its status, title and advice, and none more."""
    page = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `urn:")]
    assert rows == [f"| `{row.type}` | {row.status} | {row.title} | {row.detail} |" for row in kinds().values()]


def test_both_languages_of_the_pages_have_the_same_words() -> None:
    """da.toml and en.toml: the same keys, the same slots, nothing empty."""

    def flat(words: dict[str, Any], path: str = "") -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in words.items():
            found |= flat(value, f"{path}{key}.") if isinstance(value, dict) else {f"{path}{key}": str(value)}
        return found

    danish, english = flat(wording.of("da")), flat(wording.of("en"))
    assert danish.keys() == english.keys()
    for key, value in danish.items():
        assert value.strip(), key
        # A template would find the dictionary's own method of that name.
        assert not hasattr(dict, key.rpartition(".")[2]), key
        assert english[key].strip(), key
        slots = [{part.partition("}")[0] for part in text.split("{")[1:]} for text in (value, english[key])]
        assert slots[0] == slots[1], key


def test_the_openapi_document_is_3_1_with_examples_and_every_problem(door: Door) -> None:
    """Every body has an example; every operation has a summary and names its problems by their type."""
    document = door[""].get("/schema/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        assert path.startswith("/v1/")
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)
            assert {"401", "404", "500"} <= operation["responses"].keys(), (method, path)
            if "requestBody" in operation:
                assert operation["requestBody"]["content"]["application/json"]["examples"], (method, path)
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert "urn:havblik:problem:" in response["description"], (method, path, status)
                    assert set(response["content"]) == {"application/problem+json"}, (method, path, status)


def test_every_example_of_a_body_is_one_that_the_door_takes(door: Door) -> None:
    """Examples are tried: none is refused for its shape."""
    document = door[""].get("/schema/openapi.json").json()
    tried = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if "requestBody" not in operation:
                continue
            for example in operation["requestBody"]["content"]["application/json"]["examples"].values():
                address = path.replace("{proposal_id}", NOBODY).replace("{reply_id}", NOBODY)
                answer = door["other"].request(method, address.replace("{clinic}", "nowhere"), json=example["value"])
                problem(answer, 404, answer.json()["type"].rpartition(":")[2])
                tried += 1
    assert tried >= 12


NOBODY = "01980000-0000-7000-8000-000000000000"


def test_no_page_and_no_file_of_ours_names_an_outside_address() -> None:
    """Pages, styles and scripts of our own load from this server alone."""
    ours = [
        path
        for folder in ("templates", "static")
        for path in (ROOT / "api" / folder).rglob("*")
        if path.is_file() and "vendor" not in path.parts
    ]
    assert ours
    for path in ours:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text, path
        assert "https://" not in text, path


def test_problems_are_written_for_people() -> None:
    """Each row of problems.toml has a status of HTTP's, a title and advice."""
    data = tomllib.loads((ROOT / "api" / "problems.toml").read_text(encoding="utf-8"))
    for name, row in data.items():
        assert 400 <= row["status"] < 600, name
        assert row["title"][0].isupper(), name
        assert row["detail"].endswith("."), name


def test_every_word_of_the_pages_is_used() -> None:
    """A word that no template and no code names is a leftover; groups named by data are looked up whole."""
    sources = [
        *(ROOT / "api" / "templates").glob("*.html"),
        *(path for path in (ROOT / "api").rglob("*.py")),
    ]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    for group, words in wording.of("da").items():
        if not isinstance(words, dict) or f"t.{group}[" in text or f"t.{group}.get(" in text:
            continue
        for word, value in words.items():
            if not isinstance(value, dict) and group != "common":
                assert f"t.{group}.{word}" in text or f'"{word}"' in text, f"{group}.{word}"
