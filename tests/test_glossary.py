"""Tests of the glossary: one row per term, sorted, short, with a link."""

import re

from tests.template import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
LONGEST = 20
"""Words of a meaning."""


def rows() -> list[list[str]]:
    """Return the cells of each term."""
    lines = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    return [line.strip("| ").split(" | ") for line in lines[2:]]


def test_glossary_is_sorted_without_duplicates() -> None:
    terms = [term.lower() for term, _, _ in rows()]
    assert terms == sorted(set(terms))


def test_meanings_are_short() -> None:
    assert [term for term, meaning, _ in rows() if len(meaning.split()) > LONGEST] == []


def test_terms_have_a_link_to_their_page() -> None:
    link = re.compile(r"\[[^]]+\]\([^)]+\)")
    assert [term for term, _, page in rows() if not link.fullmatch(page)] == []
