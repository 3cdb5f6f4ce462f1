"""No literal repeats a table of facts/: a second copy is the one that is forgotten."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from facts import table

ROOT = Path(__file__).parent.parent
FOLDERS = (
    "bindings", "constructs", "contract", "environments", "offline/src", "operations", "policy",
    "preview", "stacks",
)  # fmt: skip
LITERALS = (ast.Set, ast.List, ast.Tuple, ast.Dict, ast.Constant)
SHARED = 6
"""Values in common that make a copy."""
INDEXES = {
    "permissions", "permission_conditions", "permission_corrections", "permission_references",
    "provider_methods", "roles", "sql_flags",
}  # fmt: skip
"""Topics that tell of every role, method and flag; a list of some is a choice, not a copy."""

TYPES = {"cloud_armor.rate_limit_intervals"}
"""Tables that a type of the schema has to spell out; a test of the schema compares them."""


def _tables(name: str, value: Any) -> Iterator[tuple[str, set[str | int | float]]]:
    """Yield the sets of values to look for: lists of strings in a mapping one by one, and of a
    mapping to numbers only the numbers, because others can use its keys.
    """
    if isinstance(value, dict):
        items = list(value.values())
        if isinstance(items[0], list) and isinstance(items[0][0], str):
            for key, item in value.items():
                yield f"{name}.{key}", set(item)
            return
        numbers = [item for item in items if isinstance(item, int | float)]
        value = numbers or [*value, *items]
    if isinstance(value, list):
        # Types of Terraform are no facts of Google.
        yield name, {word for word in _leaves(value) if not str(word).startswith("google_")}


def _leaves(items: list[Any]) -> Iterator[str | int | float]:
    """Yield the strings and numbers, those in lists of numbers and in mappings too."""
    for item in items:
        if isinstance(item, dict):
            yield from item.values()
        elif isinstance(item, list):
            yield from (number for number in item if not isinstance(number, str))
        else:
            yield item


def _words(node: ast.AST) -> Iterator[str | int | float]:
    """Yield the strings and numbers of a literal; a string with spaces is a list of words."""
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield from child.value.split()
        elif isinstance(child, ast.Constant) and isinstance(child.value, int | float):
            yield child.value


def copies(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line of each literal that repeats a table, and the name of that table."""
    tables = dict(
        named
        for topic in table.topics()
        if topic not in INDEXES
        for name, fact in table.read(topic).items()
        if f"{topic}.{name}" not in TYPES
        for named in _tables(f"{topic}.{name}", fact.value)
    )
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, LITERALS) or id(node) in docstrings:
            continue
        words = set(_words(node))
        for name, values in tables.items():
            if len(words & values) >= SHARED:
                yield node.lineno, name


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_literal_repeats_a_table_of_facts(folder: str) -> None:
    found = {
        f"{file.relative_to(ROOT)}:{line} repeats facts {name}"
        for file in sorted((ROOT / folder).rglob("*.py"))
        for line, name in copies(file.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "literal",
    [
        "{'asia-south1', 'asia-southeast1', 'europe-west1', 'europe-west4', 'us-central1', 'x',"
        " 'us-east4'}",
        "frozenset('asia-south1 asia-southeast1 europe-west1 europe-west4 us-central1 us-east4'"
        ".split())",
        "{1: (512, 4096), 2: (512, 8192), 4: (2048, 16384), 8: (4096, 32768), 6: (0, 24576)}",
    ],
    ids=["set", "words", "numbers"],
)
def test_copy_is_found_whatever_its_form(literal: str) -> None:
    assert [line for line, _ in copies(f"X = 1\nY = {literal}\n")]


def test_prose_is_no_copy() -> None:
    assert not [*copies('"""asia-south1 asia-southeast1 europe-west1 europe-west4 us-central1."""')]
