"""What an environment shares is found through the scope of a construct, never passed by hand."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.sources import ROOT, files, tree

CONTEXT = {"after", "env", "names", "primary_region", "protect"}
"""Parameters of a constructor that `GridConstruct` has as attributes, or that order creation."""
CONTEXT_TYPES = {"Context", "Names"}
"""Types of the context, which no function takes."""
BASE_CLASS = "constructs/base.py"
PARTS_OF_THE_CONTEXT = {"GridConstruct", "Apis", "Encryption"}
"""Constructs that exist before the context does."""


def _parameters(package: str) -> Iterator[tuple[str, str, ast.arg]]:
    """List the parameters of all functions, with the file and the name of the function."""
    for file in files(package):
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.FunctionDef):
                arguments = node.args
                for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                    yield file.relative_to(ROOT).as_posix(), node.name, argument


@pytest.mark.parametrize("package", ["constructs", "stacks"])
def test_no_constructor_takes_the_context(package: str) -> None:
    passed = [
        f"{file}:{argument.lineno} {argument.arg}"
        for file, function, argument in _parameters(package)
        if function == "__init__" and argument.arg in CONTEXT and file != BASE_CLASS
    ]
    assert passed == []


@pytest.mark.parametrize("package", ["constructs", "stacks"])
def test_no_function_takes_a_type_of_the_context(package: str) -> None:
    passed = [
        f"{file}:{argument.lineno} {argument.arg}"
        for file, _, argument in _parameters(package)
        if argument.annotation and ast.unparse(argument.annotation) in CONTEXT_TYPES
    ]
    assert passed == []


def test_constructs_find_the_environment_through_their_scope() -> None:
    passed = [
        f"{file}:{argument.lineno}"
        for file, function, argument in _parameters("constructs")
        if function == "__init__"
        and argument.annotation
        and ast.unparse(argument.annotation) == "Environment"
    ]
    assert passed == []


def test_every_construct_derives_from_the_base_class() -> None:
    direct = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"
        for file in files("constructs")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Construct" for base in node.bases)
        and node.name not in PARTS_OF_THE_CONTEXT
    ]
    assert direct == []
