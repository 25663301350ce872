"""A clinic is let in from the command line, over a fresh database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.postgres import Server

ROOT = Path(__file__).parent.parent
CLINIC = """
id = "oster-tand"
name = "Østergades Tandklinik"
profession = "dental"
languages = ["da"]
public_facts = ["Alle får et prisoverslag, før vi begynder på en større behandling."]

[spokesperson]
name = "Ida Krag"
title = "klinikchef"
email = "ida@oster.example"

[contact]
phone = "75 00 00 01"
"""


def api(database: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `python -m api` says."""
    return subprocess.run(
        [sys.executable, "-m", "api", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database.app_url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_clinic_gets_in_with_a_link_for_its_spokesperson_and_a_key_for_its_system(
    database: Server, tmp_path: Path
) -> None:
    """One file is enough; the organisation's id is what later commands ask for."""
    file = tmp_path / "clinic.toml"
    file.write_text(CLINIC, encoding="utf-8")
    added = api(database, "add", str(file), "--name", "Krag ApS")
    assert added.returncode == 0, added.stderr
    organisation = added.stdout.splitlines()[0].rpartition(" ")[2]
    assert "/sign-in?token=" in added.stdout
    for command in ("link", "key"):
        assert api(database, command, "oster-tand", "--organisation", organisation).returncode == 0


def test_a_clinic_of_another_organisation_is_not_found(database: Server, tmp_path: Path) -> None:
    """Without the organisation's id the demo is meant, which has no such clinic."""
    file = tmp_path / "clinic.toml"
    file.write_text(CLINIC, encoding="utf-8")
    assert api(database, "add", str(file)).returncode == 0
    answer = api(database, "key", "oster-tand")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == "havblik: there is no such clinic\n"


@pytest.mark.parametrize(
    ("damage", "field"),
    [
        (("[spokesperson]", "[somebody]"), "spokesperson"),
        (('email = "ida@oster.example"', ""), "spokesperson"),
        (('id = "oster-tand"', ""), "id"),
        (("[contact]", "[contact"), "file"),
        (('languages = ["da"]', "languages = 5"), "file"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_its_field(
    database: Server, tmp_path: Path, damage: tuple[str, str], field: str
) -> None:
    """One line, no stack trace, nothing half stored."""
    file = tmp_path / "clinic.toml"
    file.write_text(CLINIC.replace(*damage), encoding="utf-8")
    answer = api(database, "add", str(file))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith(f"havblik: {field}")
    assert len(answer.stderr.splitlines()) == 1
