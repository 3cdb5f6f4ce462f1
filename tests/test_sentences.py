"""Test that pages are quick to read: short sentences, and a README of two minutes."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.template import ROOT
from tests.test_style import HISTORY

LONGEST = 30
"""Words of a sentence."""
README = 2 * 230
"""Words that an adult reads in two minutes: 238 a minute (Brysbaert, "How many words do we read per
minute?", https://doi.org/10.1016/j.jml.2019.104047).
"""
BLOCKS = re.compile(r"```.*?```|\n\s*\n|\n\s*(?:[-*#]+|\d+\.)\s|\|", re.DOTALL)
"""What separates sentences without a full stop: code, paragraphs, headings, items and cells."""
LINKS = (re.compile(r"\]\([^)]*\)"), re.compile(r"(?<!`)`[^`]+`(?!`)"))


def sentences_of(markdown: str) -> Iterator[list[str]]:
    """Yield the words of each sentence; code within it is one word, and a link is its text."""
    targets, code = LINKS
    for block in BLOCKS.split(code.sub("code", targets.sub("]", markdown))):
        for sentence in re.split(r"(?<=[.!?:;])\s+", block):
            words = [word for word in sentence.split() if re.search(r"\w", word)]
            if words:
                yield words


def _pages() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [
        page
        for page in listed.split()
        if not page.startswith(HISTORY) and not page.endswith("CHANGELOG.md")
    ]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("One `a b` two. Three\nfour: five", [3, 2, 1]),
        ("# A title\n- an item\n1. a step\n\n| a cell | of [a table](x y) |", [2, 2, 2, 2, 3]),
        ("Before\n```\nmany words of code\n```\nafter", [1, 1]),
    ],
)
def test_sentences_end_where_readers_pause(markdown: str, expected: list[int]) -> None:
    assert [len(words) for words in sentences_of(markdown)] == expected


def test_no_sentence_is_longer_than_readers_follow() -> None:
    long = {
        page: " ".join(words)
        for page in _pages()
        for words in sentences_of((ROOT / page).read_text("utf-8"))
        if len(words) > LONGEST
    }
    assert not long


def test_readme_takes_two_minutes() -> None:
    words = sum(map(len, sentences_of((ROOT / "README.md").read_text("utf-8"))))
    assert words < README
