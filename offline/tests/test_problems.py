"""Tests of the format of errors: each one in the code is rendered once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from command_line import FORMAT, ROOT

from offline.adding import AddError
from offline.problems import CommandError, describe, describe_system
from offline.schema.bindings import BindingsNotFoundError
from offline.terraform.core import CoreNotFoundError
from offline.terraform.processes import SessionBusyError
from offline.terraform.sources import ProviderNotFoundError

ERRORS = {
    error.__name__: error
    for error in (
        CommandError,
        AddError,
        BindingsNotFoundError,
        CoreNotFoundError,
        ProviderNotFoundError,
        SessionBusyError,
    )
}
LONGEST = 120
"""Characters of what happened."""


def _text(node: ast.expr) -> str:
    """Return the text of an argument, with a placeholder for each value."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return "Value"


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for file in sorted((ROOT / "offline").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in ERRORS:
                yield f"{file.stem}:{node.lineno}", node


def _rendered() -> Iterator[tuple[str, str]]:
    for place, call in _calls():
        assert isinstance(call.func, ast.Name)
        advice = {one.arg: _text(one.value) for one in call.keywords if one.arg}
        error = ERRORS[call.func.id](*map(_text, call.args), **advice)
        yield place, describe(error, "offline x")


@pytest.mark.parametrize(
    ("place", "text"), list(_rendered()), ids=lambda value: value.split("\n")[0]
)
def test_each_error_has_all_parts(place: str, text: str) -> None:
    assert FORMAT.fullmatch(f"{text}\n"), f"{place}\n{text}"
    assert len(text.partition("\n")[0]) < LONGEST
    assert ("Expected:" in text) == ("Actual:" in text)


@pytest.mark.parametrize("error", [FileExistsError(17, "File exists", "a"), OSError("no space")])
def test_error_of_the_system_has_all_parts(error: OSError) -> None:
    assert FORMAT.fullmatch(f"{describe_system(error, 'offline world')}\n")


def test_every_class_of_errors_is_rendered() -> None:
    def below(error: type[CommandError]) -> Iterator[str]:
        yield error.__name__
        for one in error.__subclasses__():
            yield from below(one)

    assert set(below(CommandError)) == set(ERRORS)
