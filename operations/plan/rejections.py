"""Changes of a plan that the provider or Google rejects after the apply has begun.

Each was seen with hashicorp/google 6.50.0 (tests/provider/plans.json). An apply that starts with
one of them stops halfway.
"""

import re
from collections.abc import Mapping

from contract.plan import Change

NAMES = (
    "name",
    "account_id",
    "dataset_id",
    "secret_id",
    "repository_id",
    "table_id",
    "workload_identity_pool_id",
)
"""Attributes that name a resource. Google invents the name of a type where it is computed."""
PLACES = ("project", "region", "location", "zone", "dataset_id", "instance")
"""Attributes within which a name is unique."""
ANYWHERE = {"google_bigquery_dataset", "google_sql_database_instance", "google_storage_bucket"}
"""Types whose name is taken in every location."""
_CREATED_FIRST = ["create", "delete"]
_VERSION = re.compile(r"POSTGRES_(\d+)(?:_\d+)?")


def rejection(change: Change) -> str:
    """Return why the change fails in an apply; an empty string if nothing is known against it."""
    before, after = change.before, change.values.get("after") or {}
    if change.action in {"destroy", "replace"} and before.get("deletion_protection") is True:
        return "deletion_protection is true in the state, so the provider does not delete it"
    if change.values.get("actions") == _CREATED_FIRST and _keeps_name(change.type, before, after):
        return (
            "the new one is created before the old one is deleted, and has its name: Google "
            "answers 409"
        )
    old, new = (_VERSION.fullmatch(str(side.get("database_version"))) for side in (before, after))
    if old and new and int(new[1]) < int(old[1]):
        return f"Cloud SQL does not go back from {old[0]} to {new[0]}"
    return ""


def _keeps_name(type_: str, before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    named = [name for name in NAMES if before.get(name)]
    places = () if type_ in ANYWHERE else PLACES
    return bool(named) and all(before.get(name) == after.get(name) for name in (*named, *places))
