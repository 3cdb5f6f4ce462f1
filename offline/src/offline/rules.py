"""The rules of the offline Google, as `offline rules` lists them.

    offline rules [--json] [TYPE]

The list is the documentation of the rules; no page repeats it.
"""

import json
from typing import Any

from offline.services.catalog import rules


def listed(type_: str | None = None) -> list[dict[str, Any]]:
    """Return each rule, or those of a type, with its mode, types, source and summary."""
    return [
        {
            "id": rule.name,
            "mode": rule.mode,
            "when": rule.when,
            "types": list(rule.types),
            "source": rule.origin.source,
            "date": rule.origin.checked,
            "how": rule.origin.how,
            "note": rule.origin.note,
            "summary": rule.summary,
        }
        for rule in rules(type_)
    ]


def report(type_: str | None = None, *, as_json: bool = False) -> str:
    """Return the list as JSON, or as text of three lines a rule."""
    items = listed(type_)
    if as_json:
        return json.dumps(items, indent=2)
    blocks = [
        f"{item['id']}  {item['mode']}  {', '.join(item['types'])}\n"
        f"  {item['summary']}\n"
        f"  {item['source'] or 'no source that can be opened'}  {item['date']}  {item['how']}"
        for item in items
    ]
    return "\n".join(blocks)
