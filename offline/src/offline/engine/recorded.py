"""What the bindings lost of the provider's schema, by type: secrets, limits, deprecations.

schemas.json has them, recorded from google and google-beta 6.50.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from offline.provider_facts import facts
from offline.schema.blocks import Block, Marks, marked


def with_recorded(
    kind: Literal["resource", "data"], type_: str, block: Block, computed: Iterable[str] = ()
) -> Block:
    """Return the block of a type with secrets, write-only arguments, limits, and deprecations.

    `computed` are the nested blocks that the API fills in when they are absent.
    """
    recorded = _schemas()[kind].get(type_, {})
    write_only: set[str] = set()
    sensitive = set(recorded.get("sensitive", ()))
    if kind == "resource":
        known = facts(type_).attributes
        write_only = {path for path in _paths(block, "") if path.endswith("_wo")}
        write_only |= {path for path, fact in known.items() if fact.write_only}
        sensitive |= {path for path, fact in known.items() if fact.sensitive}
    marks = Marks(
        frozenset(sensitive),
        frozenset(write_only),
        frozenset(computed),
        recorded.get("max_items", {}),
        frozenset(recorded.get("deprecated", ())),
    )
    return marked(block, marks)


@cache
def _schemas() -> Mapping[str, Any]:
    text = Path(__file__).with_name("schemas.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def _paths(block: Block, at: str) -> Iterator[str]:
    yield from (at + name for name in block.attributes)
    for name, nested in block.blocks.items():
        yield from _paths(nested.block, f"{at}{name}.")
