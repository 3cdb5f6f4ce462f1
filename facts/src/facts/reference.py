"""Reference page of the facts: each with its value, source, date, and how it is known."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from facts.table import Fact, read, topics

PAGE = "docs/facts.md"
"""The page, in the repository."""
MAX_VALUE = 160
"""Characters of a value that the page prints whole."""
KINDS = {
    "documented": "Documentation of Google or HashiCorp states it",
    "provider": "The source code of the Terraform provider states or enforces it",
    "api-message": "An error message of the API states it",
    "issue": "A public issue reports it",
    "observed": "It was seen in a real project",
    "derived": "A program derived it from a public data set",
    "unconfirmed": "No source that can be opened was found",
}
"""How a fact is known, from the strongest source to none."""

_INTRODUCTION = """# Facts

This page lists every value about Google Cloud that the code builds on, with the source to compare
it with. `make docs` writes it from `facts/src/facts/data/` and from the sources of metric types in
`offline/`. [facts/README.md](../facts/README.md) says how to add or correct one.

A rule about environment files that rests on an `unconfirmed` fact warns, it does not reject.
"Checked" is the day on which somebody compared the value with its source. Facts of 2026-11-22 were
carried over, and nobody has compared them since.
"""


def page(others: Mapping[str, Mapping[str, Fact]] | None = None) -> str:
    """Return the page, in Markdown: one line for each fact.

    Args:
        others: facts of other packages by the title of their section and their name.
    """
    facts = {f"`{topic}`": read(topic) for topic in topics()} | dict(others or {})
    return "\n".join(
        [
            _INTRODUCTION,
            *_counts([fact for named in facts.values() for fact in named.values()]),
            *(line for title, named in facts.items() for line in _section(title, named)),
            "",
        ]
    )


def _counts(facts: list[Fact]) -> Iterator[str]:
    counts = Counter(fact.how for fact in facts)
    yield "| How it is known | Facts | Meaning |"
    yield "| --- | --- | --- |"
    for how, meaning in KINDS.items():
        yield f"| `{how}` | {counts[how]} | {meaning} |"
    yield f"| all | {counts.total()} | |"


def _section(title: str, facts: Mapping[str, Fact]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield "| Fact | Value | Source | Checked | How | Note |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, fact in facts.items():
        source = f"<{fact.source}>" if fact.source.startswith("https://") else fact.source
        cells = (f"`{name}`", _short(fact.value), source, fact.checked, fact.how, fact.note)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _short(value: Any) -> str:
    """Return a value as code, or what a large table holds."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= MAX_VALUE:
        return f"`{text}`"
    kind = "keys" if isinstance(value, dict) else "values"
    ends = sorted({min(map(str, value)), max(map(str, value))})
    return f"{len(value)} {kind}, {' to '.join(f'`{end}`' for end in ends)}"
