"""JSON in a string: what an API adds to it is invented, like other values that a plan lacks."""

from __future__ import annotations

import json
from typing import Any

from offline.compare.life import UNKNOWN


class Members(dict[str, Any]):
    """Members of JSON that a plan has; those that it lacks are the API's."""


def opened(
    genuine: Any, embedded: Any, planned: Any
) -> tuple[dict[str, Any], dict[str, Any], Members] | None:
    """Return the members of two texts and of the planned one; None where one is no JSON object.

    A planned text that is unknown has no members: all are the API's. Texts whose members are in
    another order are compared as texts.
    """
    first, second = _members(genuine), _members(embedded)
    third = {} if planned == UNKNOWN else _members(planned)
    if first is None or second is None or third is None or list(first) != list(second):
        return None
    return first, second, Members(third)


def _members(text: Any) -> dict[str, Any] | None:
    if not isinstance(text, str) or not text.startswith("{"):
        return None
    try:
        content = json.loads(text)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
