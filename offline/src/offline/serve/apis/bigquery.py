"""BigQuery: the type of a table, and the links of datasets and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.store import Resource


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Fill in id, link and type."""
    words = path.split("/")
    if words[-2] == "tables":
        resource["id"] = f"{words[1]}:{words[3]}.{words[5]}"
        if "view" in resource:
            resource["type"] = "VIEW"
    resource["selfLink"] = f"https://bigquery.googleapis.com/bigquery/v2/{path}"
    resource.pop("name", None)
