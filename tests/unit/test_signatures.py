"""Signatures of constructs: they take configuration and other constructs, not context."""

import ast
from collections.abc import Iterator

import pytest

from bindings import ROOT

SHARED = {"account_after", "after", "environment", "names", "protect", "primary_region"}
"""Parameters for what a construct finds through its scope (`constructs.base`)."""


def _constructors() -> Iterator[tuple[str, ast.arguments]]:
    for file in sorted((ROOT / "constructs").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                for member in node.body:
                    if isinstance(member, ast.FunctionDef) and member.name == "__init__":
                        yield node.name, member.args


@pytest.mark.parametrize(("name", "arguments"), list(_constructors()))
def test_constructor_takes_no_context_of_the_environment(
    name: str, arguments: ast.arguments
) -> None:
    parameters = {argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)}
    assert parameters & SHARED == set(), f"{name} finds these through its scope"


@pytest.mark.parametrize(("name", "arguments"), list(_constructors()))
def test_constructor_starts_with_scope_and_id(name: str, arguments: ast.arguments) -> None:
    assert [argument.arg for argument in arguments.args[:3]] == ["self", "scope", "id_"], name
    assert arguments.kwarg is None, f"{name} takes arbitrary keyword arguments"
