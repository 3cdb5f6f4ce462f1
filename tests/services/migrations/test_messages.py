"""The format of each error: what happened, where, why, and what to do."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from grid_migrations import lint, revisions
from grid_migrations.__main__ import main
from grid_migrations.errors import BlockedError, MigrationError, Problem, UnverifiedError
from grid_migrations.schema import compare
from grid_migrations.settings import Settings
from tests.services.migrations.databases import PASSWORD, revision

URL = f"postgresql://grid_migrations:{PASSWORD}@10.0.0.3/grid"
FORMAT = re.compile(
    r"Error: [A-Z].{1,110}[^.]\n  --> .+\n(?:  .+\n)*help: [A-Z].*[^.]$", re.MULTILINE
)


@dataclass
class Folder:
    """A folder of revisions with one error."""

    path: Path

    def lint(self, phase: str = "expand", body: str = "pass", number: str = "1") -> None:
        revision(self.path, number, None, phase, body)
        lint.lint_all(self.path)


def two_heads(folder: Folder) -> None:
    folder.lint()
    folder.lint(number="2")


def invalid_syntax(folder: Folder) -> None:
    (folder.path / "r1.py").write_text("revision = ", encoding="utf-8")
    lint.lint_all(folder.path)


def no_squawk(folder: Folder) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "executable", str(folder.path / "python"))
        folder.lint()


def difference(_: Folder) -> None:
    found = compare({"view b": "SELECT 1"}, {"table a": "logged"}, "database h:5432/grid")
    raise UnverifiedError(*found.broken, *found.additional)


CAUSES: dict[str, Callable[[Folder], object]] = {
    "no URL": lambda _: Settings.of({}),
    "invalid URL": lambda _: Settings.of({"DATABASE_URL": PASSWORD}),
    "invalid certificates": lambda _: Settings.of({"DATABASE_URL": URL, "DATABASE_CA_CERTS": "ä"}),
    "phase": lambda folder: folder.lint(phase="later"),
    "long ID": lambda folder: folder.lint(number="1" * 33),
    "unset parameter": lambda folder: folder.lint(body="op.execute(\"SELECT ':a'\")"),
    "destructive statement": lambda folder: folder.lint(body='op.execute("DROP TABLE t")'),
    "blocking statement": lambda folder: folder.lint(
        body='op.execute("ALTER TABLE t ADD COLUMN b uuid DEFAULT gen_random_uuid()")'
    ),
    "two heads": two_heads,
    "invalid syntax": invalid_syntax,
    "no squawk": no_squawk,
    "difference": difference,
}


@pytest.mark.parametrize("cause", CAUSES)
def test_error_has_every_part(tmp_path: Path, cause: str) -> None:
    with pytest.raises(MigrationError) as caught:
        CAUSES[cause](Folder(tmp_path))
    for problem in caught.value.problems:
        assert FORMAT.fullmatch(str(problem)), str(problem)
        assert bool(problem.expected) == bool(problem.actual)
        assert str(problem) in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_error_is_rendered_as_documented() -> None:
    problem = Problem(
        what="The version of PostgreSQL is too old",
        where="database 10.0.0.3:5432/grid",
        reason="The migration uses newer statements.",
        expected="15 or newer",
        actual="14",
        advice="Upgrade the database",
    )
    assert str(BlockedError(problem)) == (
        "Error: The version of PostgreSQL is too old\n"
        "  --> database 10.0.0.3:5432/grid\n"
        "  The migration uses newer statements.\n"
        "  Expected: 15 or newer\n"
        "  Actual: 14\n"
        "help: Upgrade the database\n"
        "Nothing was changed."
    )
    other = replace(problem, what="Another")
    assert str(BlockedError(problem, other)).endswith("\nFound 2 errors. Nothing was changed.")


@pytest.mark.parametrize("arguments", [[], ["upgrad"], ["seed", "--production"]])
def test_invalid_arguments_exit_with_2_and_help(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert FORMAT.fullmatch(capsys.readouterr().err.strip())


def test_every_error_is_created_from_a_problem() -> None:
    """`Problem` requires what, where, and advice, so no error can leave one out."""
    folder = Path(revisions.__file__).parent
    for file in folder.rglob("*.py"):
        for call in re.findall(r"raise \w+Error\(\s*(\S+)", file.read_text("utf-8")):
            allowed = ("Problem(", "*", "describe(", "failures.describe(", "str(", 'f"')
            assert call.startswith((*allowed, "failures.")), (file.name, call)
