"""The house's own rules, where a tool can see them: names, locks, imports, homes, sizes."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("guards", "copilot", "api", "prompts")
LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^([a-z0-9][a-z0-9-]*)==(\S+)( ; [^\\]+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
TEXTS = {".py", ".toml", ".j2", ".md", ".sql", ".sh", ".yaml", ".js", ".html", ".json"}
ENTRIES = {
    "api/__main__.py",
    "copilot/__main__.py",
    "guards/__main__.py",
    "copilot/store/migrate.py",
    "copilot/work/__main__.py",
    "copilot/backup.py",
}
"""The files that are started by name, and so may read the environment."""


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def lock(name: str) -> dict[str, list[str]]:
    """The pins of a lock file with what stands below each: the hashes."""
    pins: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            pins[line] = below = []
        else:
            below.append(line)
    return pins


def test_no_installed_distribution_owns_one_of_our_folder_names() -> None:
    """All four are names on the public index; an installed one would silently take the place of ours, or be taken."""
    owners = {
        f"{distribution.name}: {file}"
        for distribution in distributions()
        for file in distribution.files or ()
        if file.parts[0] in OURS or (file.name in {f"{name}.py" for name in OURS} and len(file.parts) == 1)
    }
    assert owners == set()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_names_packages_and_hashes_and_nothing_else(name: str) -> None:
    """No host of a package registry, no option, no unpinned line: `--require-hashes` takes all of it."""
    for pin, hashes in lock(name).items():
        assert PIN.match(pin), pin
        assert hashes, pin
        assert all(map(HASH.match, hashes)), pin


def test_the_tests_run_on_the_very_packages_that_the_application_runs_on() -> None:
    """requirements-dev.txt is a superset with identical pins, so one environment serves both."""
    run, dev = map(lock, LOCKS)
    assert {pin: dev.get(pin) for pin in run} == run


def test_every_import_contract_holds() -> None:
    """The Nevers 1 and 2 of DESIGN: floors, and one home for each library."""
    # A process of its own: import-linter configures logging, and with that switches off every logger of ours.
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    checked = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_no_file_has_a_name_that_says_nothing() -> None:
    """DESIGN, Never 10."""
    nothing = {"utils", "helpers", "core", "base", "services", "manager", "queue", "common", "misc"}
    assert [
        path for path in sources(*OURS, "evals", "bench") if path.stem in nothing or path.parent.name in nothing
    ] == []


def test_no_function_is_too_long_to_read() -> None:
    """None has more than 60 lines."""
    long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in sources("guards", "copilot", "api")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno >= 60
    ]
    assert long == []


def test_the_environment_is_read_by_entry_points_alone() -> None:
    """DESIGN, Never 7: one file per entry point, and it hands down what it read."""
    readers = {
        str(path.relative_to(ROOT))
        for path in sources("guards", "copilot", "api")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    }
    assert readers <= ENTRIES


def test_nothing_names_a_folder_of_one_machine() -> None:
    """A checkout works wherever it lies."""
    homes = re.compile(r"/(work|root|Users|home/\w+)/\w")
    folders = (*OURS, "evals", "bench", "demo", "docs", "extension")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in TEXTS]
    files += [path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXTS | {""}]
    assert [path for path in files if homes.search(path.read_text(encoding="utf-8", errors="ignore"))] == []
