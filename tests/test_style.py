"""The words of documentation, messages and docstrings: terms that have a plainer one.

`tests/style/forbidden.tsv` has the terms, and `tests/style/remaining.json` how many of them each
folder still has: a number can only fall. `python -m tests.test_style` writes lower numbers.
"""

import ast
import csv
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.template import ROOT

TERMS = ROOT / "tests" / "style" / "forbidden.tsv"
REMAINING = ROOT / "tests" / "style" / "remaining.json"
HISTORY = ("CHANGELOG.md", "docs/decisions/")
"""Files that record what was said at their time."""
QUOTED = ("offline/src/offline/services/", "offline/src/offline/provider_facts/")
"""Folders whose strings are messages of Google and of the provider."""
CODE = re.compile(r"```.*?```|`[^`\n]*`|\]\([^)\s]*\)", re.DOTALL)
"""Code and targets of links in Markdown."""


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


def count() -> dict[str, int]:
    """Return the number of forbidden terms by folder and kind of text."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found: Counter[str] = Counter()
    for file in listed.splitlines():
        if "tests" in Path(file).parts or file.startswith(HISTORY) or not (ROOT / file).exists():
            continue
        for text in texts_of((ROOT / file).read_text("utf-8"), file):
            found[f"{Path(file).parts[0]} {text.scope}"] += len(find_terms(text))
    return {place: number for place, number in sorted(found.items()) if number}


def test_forbidden_terms_become_fewer() -> None:
    remaining: Mapping[str, int] = json.loads(REMAINING.read_text("utf-8"))
    assert count() == remaining, "where a number fell: python -m tests.test_style"


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


def _write() -> int:
    known = json.loads(REMAINING.read_text("utf-8")) if REMAINING.exists() else None
    counted = count()
    if known is not None:
        more = {place for place, number in counted.items() if number > known.get(place, 0)}
        if more:
            print(f"more forbidden terms than before in {', '.join(sorted(more))}")
            return 1
    REMAINING.write_text(json.dumps(counted, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(_write())
