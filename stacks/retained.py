"""Blocks that keep what holds data after its section has left the environment file.

Terraform forgets `prevent_destroy` together with the block that says it, and then deletes the
resource. While a block is there, Terraform refuses the whole plan, also where `for_each` makes no
instance of the block. The blocks are in a file of their own next to `cdk.tf.json`, because they
create nothing. Sources: Terraform, "The lifecycle Meta-Argument", `prevent_destroy`; the plans in
tests/provider/plans.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from environments import Environment
from environments.naming import identifier
from facts import locations

FILE = "retained.tf.json"
"""Name of the file in the folder of the stack."""

_KEY = {"name": "retained", "key_ring": "retained"}
_BUCKET = {"name": "retained", "location": "US"}
_DATASET = {"dataset_id": "retained"}
RETAINED: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "google_apigee_organization": {"main": {"project_id": "retained"}},
    "google_apigee_instance": {
        "main": {"name": "retained", "location": "retained", "org_id": "retained"}
    },
    "google_kms_crypto_key": {
        "apigee_runtime_database": _KEY,
        "apigee_disk": _KEY,
        **{
            identifier("encryption", locations.kms_location(location)): _KEY
            for location in sorted({"global", *locations.regions(), *locations.bucket_areas()})
        },
    },
    "google_redis_instance": {
        f"cache_{identifier(region)}": {"name": "retained", "memory_size_gb": 1}
        for region in sorted(locations.regions())
    },
    "google_vertex_ai_index": {"embeddings": {"display_name": "retained"}},
    "google_bigquery_dataset": {"billing_export": _DATASET, "cost": _DATASET},
    "google_storage_bucket": {"app_data_copy": _BUCKET, "log_archive": _BUCKET},
}
"""Arguments that the provider requires, by type and name of what some environments lack."""


def write(stack: Path, environment: Environment) -> None:
    """Write the blocks of a stack that was just synthesized; without `protect` there are none.

    Raises:
        OSError: the folder of the stack cannot be read or written.
    """
    file = stack / FILE
    if not environment.protect:
        file.unlink(missing_ok=True)
        return
    synthesized = json.loads((stack / "cdk.tf.json").read_text(encoding="utf-8"))["resource"]
    content = json.dumps({"resource": blocks(synthesized)}, indent=2)
    file.write_text(content + "\n", encoding="utf-8")


def blocks(synthesized: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the blocks, by type and name, of what a protected stack does not have."""
    return {
        type_: {
            name: {**arguments, "for_each": {}, "lifecycle": {"prevent_destroy": True}}
            for name, arguments in named.items()
            if name not in synthesized.get(type_, {})
        }
        for type_, named in RETAINED.items()
        if named.keys() - synthesized.get(type_, {}).keys()
    }
