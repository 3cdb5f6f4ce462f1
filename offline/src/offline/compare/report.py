"""What `offline compare` prints."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from offline.compare.differences import Comparison, Difference
from offline.compare.life import Life

_LONGEST = 100
"""Characters of a value that are printed."""
_SHOWN = 3
"""Addresses of one kind of difference that are printed."""


def text(result: Comparison, genuine: Life, embedded: Life, *, plan_only: bool) -> str:
    """Return the differences by kind, then one line with the figures."""
    kinds: dict[tuple[str, str, str], list[Difference]] = defaultdict(list)
    for one in result.differences:
        kinds[one.kind].append(one)
    lines = []
    for (step, type_, attribute), found in sorted(kinds.items(), key=lambda item: item[0]):
        first = found[0]
        lines += [
            " ".join(filter(None, (f"{step}:", type_, attribute, f"({len(found)})"))),
            f"    genuine   {_short(first.genuine)}",
            f"    embedded  {_short(first.embedded)}",
            f"    {_addresses(found)}",
        ]
    for step in genuine.errors.keys() & embedded.errors.keys():
        lines += failures(step, genuine, embedded)
    if lines:
        lines.append("")
    return "\n".join([*lines, figures(result, genuine, embedded, plan_only=plan_only)])


def failures(step: str, genuine: Life, embedded: Life) -> list[str]:
    """Return the errors of a step that fails with both providers."""
    return [
        f"{step}: fails with both providers",
        *(f"    genuine   {_line(error)}" for error in genuine.errors[step]),
        *(f"    embedded  {_line(error)}" for error in embedded.errors[step]),
    ]


def figures(result: Comparison, genuine: Life, embedded: Life, *, plan_only: bool) -> str:
    """Return how much is equal, in one line."""
    counted = [f"equal plans {_count(result.plans)}"]
    if not plan_only:
        counted += [
            f"equal states {_count(result.states)}",
            f"second plan empty: genuine {_is_empty(genuine)}, embedded {_is_empty(embedded)}",
            f"destroyed: genuine {_is_gone(genuine)}, embedded {_is_gone(embedded)}",
        ]
    kinds = len({one.kind for one in result.differences})
    return "; ".join([*counted, f"{len(result.differences)} differences of {kinds} kinds"])


def as_json(result: Comparison, genuine: Life, embedded: Life) -> str:
    """Return everything for machines."""
    content = {
        "equal": result.is_equal,
        "plans": {"equal": sum(result.plans.values()), "all": len(result.plans)},
        "states": {"equal": sum(result.states.values()), "all": len(result.states)},
        "differences": [{**asdict(one), "type": one.type} for one in result.differences],
        "genuine": _outcome(genuine),
        "embedded": _outcome(embedded),
    }
    return json.dumps(content, indent=1)


def _outcome(life: Life) -> dict[str, Any]:
    return {"second_plan": life.second_plan, "left": life.left, "errors": life.errors}


def _count(equal: Mapping[str, bool]) -> str:
    return f"{sum(equal.values())} of {len(equal)}"


def _is_empty(life: Life) -> str:
    failed = life.errors.keys() & {"plan", "second plan"}
    return "no" if life.second_plan or failed else "yes"


def _is_gone(life: Life) -> str:
    return "no" if life.left or "destroy" in life.errors else "yes"


def _addresses(found: list[Difference]) -> str:
    shown = [f"{one.address} {one.attribute}".strip() for one in found[:_SHOWN]]
    more = len(found) - len(shown)
    return ", ".join(shown) + (f", and {more} more" if more else "")


def _line(error: str) -> str:
    """Return an error of Terraform in one line, without the text of the configuration."""
    return " ".join(re.sub(r"\n  on .*?(?=\n\n|\Z)", "", error, flags=re.DOTALL).split())


def _short(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}\u2026"
