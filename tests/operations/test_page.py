"""docs/operations.md: nothing of the document is left out, and what it names is there."""

import re
from itertools import chain
from types import ModuleType

import pytest

from operations.commands import COMMANDS
from tests.commandlines import options
from tests.operations import test_faults_backup, test_faults_deploy, test_faults_plan
from tests.test_documents import DOCS, ROOT, tables, text

PAGE = DOCS / "operations.md"
SCRIPTS = """
deploy.sh rollback.sh migrate.sh backup.sh verify-backup.sh restore.sh verify-restore.sh
""".split()
"""Every script that the architecture document gives or names."""
STEPS = """
Setup Node.js
Install dependencies
Run tests
Run security audit
SonarCloud Scan
Set up Cloud SDK
Configure Docker
Build and push Docker image
Image scanning
Deploy to Cloud Run
Run smoke tests
Promote traffic
Rollback on failure
""".strip().splitlines()
"""Every named step of its pipeline, in its order."""
FAULTS = (test_faults_backup, test_faults_deploy, test_faults_plan)


def rows() -> list[list[str]]:
    [found] = [rows for head, rows in tables(PAGE) if head[0] == "In the document"]
    return found


ROW = pytest.mark.parametrize("row", rows(), ids=lambda row: re.sub("[`;:].*", "", row[0]) or None)


def test_every_script_has_a_row() -> None:
    named = [match for row in rows() for match in re.findall(r"^`([\w-]+\.sh)`", row[0])]
    assert list(dict.fromkeys(named)) == SCRIPTS


def test_every_pipeline_step_has_a_row() -> None:
    found = [one for row in rows() for one in row[0].split("; ") if one in STEPS]
    assert found == STEPS


@ROW
def test_row_names_existing_tests(row: list[str]) -> None:
    named = re.findall(r"`([^`]+)`", row[2])
    assert named
    assert [one for one in named if not re.fullmatch(r"tests/.+/test_\w+\.py", one)] == []
    assert [one for one in named if not (ROOT / one).is_file()] == []


@ROW
def test_row_names_known_command(row: list[str]) -> None:
    called = re.findall(r"`grid ([a-z-]+)", row[1])
    assert set(called) <= set(COMMANDS)
    assert bool(called) != row[1].startswith("no command: ")


def test_page_names_every_command() -> None:
    assert [name for name in COMMANDS if f"grid {name}" not in text(PAGE)] == []


def test_completion_option_exists() -> None:
    assert "--install-completion" in options(())


def seeds(module: ModuleType) -> int:
    """How many seeded sequences the tests of a module go through."""
    functions = vars(module).values()
    marks = chain.from_iterable(getattr(one, "pytestmark", ()) for one in functions)
    return sum(len(mark.args[1]) for mark in marks if mark.args[:1] == ("seed",))


def test_seeded_sequences_match_page() -> None:
    told = re.search(r"(\d+) seeded sequences", text(PAGE))
    assert told
    assert int(told[1]) == sum(map(seeds, FAULTS)) >= 200
    assert [
        one for one in FAULTS if f"{one.__name__.rpartition('.')[2]}.py" not in text(PAGE)
    ] == []
