"""Tests of the command lines of `grid` in the documentation."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup

from operations.commands import COMMANDS
from tests.commandlines import command, options, parse
from tests.test_documents import DOCS, ROOT, relative, text

PAGES = sorted({*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("[a-z]*/*.md")})
_FENCE = re.compile(r"^ *```(?:sh)?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`grid ([^`\n]+)`")
_CALL = re.compile(r"(?:^|&& )(?:\w+=\S+ )?(?:\./)?grid (.+?)(?= && | [|>] |$)")


def examples(page: Path) -> Iterator[list[str]]:
    """List the command lines in the blocks of a page, without the name of the program."""
    for block in _FENCE.findall(text(page)):
        for line in block.replace("\\\n", " ").splitlines():
            for call in _CALL.findall(line.strip()):
                yield shlex.split(call, comments=True)


def mentions(page: Path) -> Iterator[list[str]]:
    """List the commands in sentences: a name, perhaps with some options."""
    for line in _INLINE.findall(text(page)):
        yield shlex.split(line)


EXAMPLES = [(page, line) for page in PAGES for line in examples(page)]
MENTIONS = sorted({(page, *line) for page in PAGES for line in mentions(page)})


def path(line: list[str]) -> list[str]:
    """Return the words of a line that name the command."""
    group = isinstance(command(line[:1]), TyperGroup)
    return line[: 2 if group else 1]


def test_documentation_has_example_of_each_command() -> None:
    shown = {line[0] for _, line in EXAMPLES}
    assert shown >= set(COMMANDS) - {"journal"}


@pytest.mark.parametrize(
    ("page", "line"),
    EXAMPLES,
    ids=lambda value: relative(value) if isinstance(value, Path) else " ".join(value),
)
def test_example_is_accepted_by_grid(page: Path, line: list[str]) -> None:
    assert parse(line).values["environment"], f"{relative(page)}: grid {' '.join(line)}"


@pytest.mark.parametrize(
    ("page", "line"),
    [(page, list(line)) for page, *line in MENTIONS],
    ids=lambda value: relative(value) if isinstance(value, Path) else " ".join(value),
)
def test_mentioned_options_exist(page: Path, line: list[str]) -> None:
    used = {word.partition("=")[0] for word in line if word.startswith("--")}
    known = options(path(line)) if not line[0].startswith("--") else options(())
    assert sorted(used - known) == [], f"{relative(page)}: grid {' '.join(line)}"
