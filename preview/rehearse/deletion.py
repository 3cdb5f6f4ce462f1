"""Step with a disaster: the database instance is deleted, restored, and taken over by Terraform."""

from __future__ import annotations

from collections.abc import Iterator

import requests

from preview.rehearse import releases
from preview.rehearse.database import import_database, raise_password_version
from preview.rehearse.laptop import StepFailedError
from preview.rehearse.life import SECONDS, Life, read_json


def restore_after_deletion(life: Life) -> str:
    """Delete the instance with its replicas, restore it, and let the platform use the new one."""
    old = life.outputs["database"]["instance"]
    for name in _instances(life):
        _delete(life, name)
    output = life.laptop.grid("restore", life.name, "--backup", "latest", "--json")
    restored = read_json(output)["result"]
    output = life.laptop.grid(
        "verify-restore", life.name, "--instance", restored["instance"], "--json"
    )
    tables = read_json(output)["result"]["tables"].values()
    import_database(life, restored["instance"], restored["suffix_id"])
    raise_password_version(life)
    life.laptop.grid("apply", life.name, "--yes")
    life.write_outputs()
    serving = life.outputs["database"]["instance"]
    if serving != restored["instance"]:
        raise StepFailedError(f"the platform uses {serving}")
    released = releases.release(life)
    rows = sum(table["rows"] for table in tables)
    return f"{old} was deleted; {serving} has its {rows:,} rows; {released}"


def _instances(life: Life) -> Iterator[str]:
    """Yield the replicas and then the instance: Cloud SQL deletes them in this order only."""
    database = life.outputs["database"]
    yield from (replica["instance"] for replica in database["replicas"].values())
    yield database["instance"]


def _delete(life: Life, name: str) -> None:
    """Delete an instance, protected or not, with a final backup."""
    url = f"{life.url}/sqladmin/v1/projects/{life.outputs['project_id']}/instances/{name}"
    instance = requests.get(url, timeout=SECONDS).json()
    if instance["settings"].get("deletionProtectionEnabled"):
        life.laptop.type(f"gcloud sql instances patch {name} --no-deletion-protection")
        settings = {"settings": {"deletionProtectionEnabled": False}}
        requests.patch(url, json=settings, timeout=SECONDS).raise_for_status()
    final = "masterInstanceName" not in instance
    life.laptop.type(f"gcloud sql instances delete {name}{' --enable-final-backup' * final}")
    query = {"enableFinalBackup": "true"} if final else {}
    requests.delete(url, params=query, timeout=SECONDS).raise_for_status()
