"""docs/operations.md: the commands, options, and tests that it names exist."""

import re
from itertools import chain
from types import ModuleType

import pytest

from operations.commands import COMMANDS
from tests.commandlines import options
from tests.operations import test_faults_backup, test_faults_deploy, test_faults_plan
from tests.test_documents import DOCS, ROOT, tables, text

PAGE = DOCS / "operations.md"
FAULTS = (test_faults_backup, test_faults_deploy, test_faults_plan)


def rows() -> list[list[str]]:
    [found] = [rows for head, rows in tables(PAGE) if head[0] == "In the architecture spec"]
    return found


ROW = pytest.mark.parametrize("row", rows(), ids=lambda row: re.sub("[`;:].*", "", row[0]) or None)


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


def test_fault_tests_run_at_least_200_seeded_sequences() -> None:
    assert sum(map(seeds, FAULTS)) >= 200
