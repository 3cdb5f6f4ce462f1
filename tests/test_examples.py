"""Command lines of `grid` in the documentation are those that `grid` takes."""

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
    for found in _INLINE.findall(text(page)):
        yield shlex.split(found)


EXAMPLES = [(page, line) for page in PAGES for line in examples(page)]
MENTIONS = sorted({(page, *line) for page in PAGES for line in mentions(page)})


def path(line: list[str]) -> list[str]:
    """Return the words of a line that name the command."""
    group = isinstance(command(line[:1]), TyperGroup)
    return line[: 2 if group else 1]


def test_there_are_examples_of_every_way_to_change_something() -> None:
    shown = {line[0] for _, line in EXAMPLES}
    assert shown >= set(COMMANDS) - {"journal"}


@pytest.mark.parametrize(
    ("page", "line"),
    EXAMPLES,
    ids=lambda one: relative(one) if isinstance(one, Path) else " ".join(one),
)
def test_grid_takes_an_example(page: Path, line: list[str]) -> None:
    assert parse(line).values["environment"], f"{relative(page)}: grid {' '.join(line)}"


@pytest.mark.parametrize(
    ("page", "line"),
    [(one[0], list(one[1:])) for one in MENTIONS],
    ids=lambda one: relative(one) if isinstance(one, Path) else " ".join(one),
)
def test_what_is_mentioned_is_there(page: Path, line: list[str]) -> None:
    used = {word.partition("=")[0] for word in line if word.startswith("--")}
    known = options(path(line)) if not line[0].startswith("--") else options(())
    assert sorted(used - known) == [], f"{relative(page)}: grid {' '.join(line)}"
