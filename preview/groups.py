"""Groups of resources, read from a synthesized stack's `cdk.tf.json`.

The group of a resource is the second part of its construct path ("dev/network/main" is in the group
network), which CDKTF writes to the `//` metadata of every resource.
"""

from __future__ import annotations

import json
from pathlib import Path

UNGROUPED = "elsewhere"


def read_groups(file: Path) -> dict[str, str]:
    """Read the group of each resource of a stack, by address.

    Raises:
        OSError, ValueError: The file cannot be read, or is not JSON.
    """
    stack = json.loads(file.read_text("utf-8"))
    groups = {}
    for type_, named in (stack.get("resource") or {}).items():
        for name, block in named.items():
            path = str(block.get("//", {}).get("metadata", {}).get("path", "")).split("/")
            groups[f"{type_}.{name}"] = path[1] if len(path) > 2 else UNGROUPED
    return groups
