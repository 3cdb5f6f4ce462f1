"""The functions of hashicorp/google 6.50.0, which google-beta has too: they read one part of a
resource's id, or the region of a zone.

Source: google/functions/*.go of the provider at v6.50.0.
"""

from __future__ import annotations

import re

from offline.protocol.contract import FunctionError
from offline.schema.blocks import Function

_PARTS: dict[str, tuple[str, str]] = {
    "location_from_id": (r"locations/([^/]+)/", "locations/{location}/"),
    "name_from_id": (r"/([^/]+)\Z", "resourceType/{name}$"),
    "project_from_id": (r"projects/([^/]+)/", "projects/{project}/"),
    "region_from_id": (r"regions/([^/]+)/", "regions/{region}/"),
    "zone_from_id": (r"zones/([^/]+)/", "zones/{zone}/"),
}
"""By function: what finds the part, and the words of the provider for it."""

_SHORTEST_ZONE = 3
"""Parts of a zone's name: `us-central1-c` has three."""


def functions() -> dict[str, Function]:
    """Return the declarations by name."""
    parts = {
        name: Function(
            f"Returns the {name.partition('_')[0]} that a resource ID, self link, or full resource "
            "name contains.",
            {"id": "string"},
            "string",
        )
        for name in _PARTS
    }
    zone = Function("Returns the region of a zone.", {"zone": "string"}, "string")
    return {**parts, "region_from_zone": zone}


def call(name: str, text: str) -> str:
    """Return the result of a function.

    Raises:
        FunctionError: the argument does not have the part.
    """
    if name == "region_from_zone":
        return _region(text)
    form, described = _PARTS[name]
    match = re.search(form, text)
    if match is None:
        raise FunctionError(
            f'The input string "{text}" doesn\'t contain the expected pattern "{described}".', 0
        )
    return match[1]


def _region(zone: str) -> str:
    if not zone:
        raise FunctionError("The input string cannot be empty.", 0)
    parts = zone.split("-")
    if len(parts) < _SHORTEST_ZONE:
        raise FunctionError(f'The input string "{zone}" is not a valid zone name.', 0)
    return "-".join(parts[:-1])
