"""compose.yaml and Containerfile, read by a compose implementation; no engine is needed for that."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PASSWORDS = {"POSTGRES_PASSWORD": "a", "HAVBLIK_APP_PASSWORD": "b", "HAVBLIK_MIGRATE_PASSWORD": "c"}


def resolved(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What the compose implementation makes of the file."""
    return subprocess.run(
        ["docker-compose", "--file", "compose.yaml", "config"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    answer = resolved(PASSWORDS)
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = yaml.safe_load(answer.stdout)["services"]
    return found


@pytest.mark.compose
def test_the_compose_file_is_valid_and_names_database_migration_several_apis_and_a_worker(
    services: dict[str, Any],
) -> None:
    assert set(services) == {"db", "migrate", "api", "worker"}
    assert services["db"]["image"].startswith("postgres:18")
    assert services["api"]["deploy"]["replicas"] >= 2


@pytest.mark.compose
def test_nothing_starts_before_what_it_needs_is_ready(services: dict[str, Any]) -> None:
    assert services["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    for name in ("api", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


@pytest.mark.compose
def test_only_the_migration_may_become_the_owner(services: dict[str, Any]) -> None:
    owners = [name for name, service in services.items() if "DATABASE_OWNER_URL" in service.get("environment", {})]
    assert owners == ["migrate"]
    for name in ("api", "worker"):
        assert "havblik_app" in services[name]["environment"]["DATABASE_URL"]


@pytest.mark.compose
def test_our_containers_have_a_read_only_root_and_no_capabilities(services: dict[str, Any]) -> None:
    for name in ("migrate", "api", "worker"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]


@pytest.mark.compose
def test_a_missing_password_is_refused() -> None:
    answer = resolved({})
    assert answer.returncode != 0
    assert "PASSWORD" in answer.stderr


def test_the_image_holds_what_the_application_needs_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert {"guards", "prompts", "copilot", "api", "demo", "requirements.txt"} <= set(copied)
    for source in copied:
        assert (ROOT / source).exists()
    (user,) = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert int(user) > 0
    assert any(line.startswith("HEALTHCHECK ") for line in lines)


def test_the_ignore_file_lets_in_exactly_what_the_image_copies() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        line.split()[1].removeprefix("./")
        for line in (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("COPY ") and "--from" not in line
    }
    assert allowed == copied


def test_compose_is_there_where_it_is_required() -> None:
    """CI requires it; elsewhere `make test` says what was not run."""
    assert shutil.which("docker-compose") or not os.environ.get("CI")
