"""The words of documentation, messages and docstrings: terms that have a plainer one.

`tests/style/forbidden.tsv` has the terms.
"""

import ast
import csv
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.template import ROOT

TERMS = ROOT / "tests" / "style" / "forbidden.tsv"
HISTORY = ("CHANGELOG.md", "docs/decisions/")
"""Files that record what was said at their time."""
QUOTED = ("offline/src/offline/services/", "offline/src/offline/provider_facts/")
"""Folders whose strings are messages of Google and of the provider."""
CODE = re.compile(r"```.*?```|`[^`\n]*`|\]\([^)\s]*\)|\bdocs/\S+\.md", re.DOTALL)
"""Code, targets of links, and names of pages in Markdown."""


class Text(NamedTuple):
    """A text that people read, and its kind."""

    scope: str
    content: str


def texts_of(source: str, file: str) -> Iterator[Text]:
    """Yield the prose of a Markdown file, or the docstrings and strings of a module."""
    if file.endswith(".md"):
        yield Text("docs", CODE.sub("", source))
        return
    tree = ast.parse(source)
    docstrings = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            if isinstance(statement, ast.Expr):
                docstrings.add(id(statement.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_docstring = id(node) in docstrings
            if is_docstring or not file.startswith(QUOTED):
                yield Text("docstring" if is_docstring else "message", node.value)


def find_terms(text: Text) -> list[str]:
    """Return the forbidden terms of a text."""
    return [
        match[0]
        for pattern, scopes in terms()
        if text.scope in scopes
        for match in pattern.finditer(text.content)
    ]


@cache
def terms() -> list[tuple[re.Pattern[str], frozenset[str]]]:
    """Return each pattern, and the kinds of text that it is forbidden in."""
    with TERMS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        (re.compile(row["pattern"], re.IGNORECASE), frozenset(row["scopes"].split()))
        for row in rows
    ]


def find_all() -> dict[str, list[str]]:
    """Return the forbidden terms by file."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found: dict[str, list[str]] = {}
    for file in listed.splitlines():
        if "tests" in Path(file).parts or file.startswith(HISTORY) or not (ROOT / file).exists():
            continue
        for text in texts_of((ROOT / file).read_text("utf-8"), file):
            if terms_found := find_terms(text):
                found.setdefault(file, []).extend(terms_found)
    return found


def test_no_text_has_a_forbidden_term() -> None:
    assert not find_all()


@pytest.mark.parametrize(
    ("file", "source", "expected"),
    [
        ("a.md", "What serves is told `by hand`.\n```\nanew\n```\n", ["told", "What serves"]),
        ("a.py", '"""Mend it."""\nraise ValueError("it is away")\n', ["Mend", "is away"]),
        ("a.py", 'def f():\n    "Look whether."\n    return "a trap"\n', ["Look whether"]),
        (f"{QUOTED[0]}a.py", 'raise ValueError("anew")\n', []),
    ],
)
def test_terms_are_found_where_people_read_them(
    file: str, source: str, expected: list[str]
) -> None:
    assert sorted(term for text in texts_of(source, file) for term in find_terms(text)) == sorted(
        expected
    )
