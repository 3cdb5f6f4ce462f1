"""Terraform takes over a database instance that it did not create: a restored or a promoted one.

The commands are those of docs/operations.md, "Serve from a restored instance", and of
docs/runbooks/region.md, "Let Terraform know".
"""

import base64
import json
from typing import Any

import pytest
import requests

from contract.plan import managed_resources
from tests.template import ENVIRONMENT, Block
from tests.terraform.workspace import Workspace, actions
from tests.unit.databases import BASE, databases
from tests.unit.parts import EAST

MAIN, REPLICA = "google_sql_database_instance.main", "google_sql_database_instance.read_copy"
SQL = (
    MAIN,
    "google_sql_database.main",
    "google_sql_user.app_user",
    "google_sql_user.migration_user",
)
NAMES = ("", "/grid", "/grid_app", "/grid_migrations")


@pytest.fixture
def old(workspace: Workspace) -> dict[str, Any]:
    """Return the applied instances by address, as the state has them."""
    provider = {"provider": {"google": {"project": ENVIRONMENT.project_id}}}
    (workspace.folder / "provider_override.tf.json").write_text(json.dumps(provider), "utf-8")
    workspace.write(databases())
    workspace.run("init")
    workspace.apply()
    return {address: _attributes(workspace, address) for address in (MAIN, REPLICA)}


def _attributes(workspace: Workspace, address: str) -> dict[str, Any]:
    shown = json.loads(workspace.run("show", "-json").stdout)["values"]
    (found,) = (each for each in managed_resources(shown) if each["address"] == address)
    return dict(found["values"])


def _send(workspace: Workspace, verb: str, old: dict[str, Any], path: str, **more: Any) -> Any:
    url = f"{workspace.cloud.serve()}/sqladmin/v1/projects/{old[MAIN]['project']}/{path}"
    answer = requests.request(verb, url, timeout=30, **more)
    answer.raise_for_status()
    return answer.json()


def _take_over(workspace: Workspace, config: Block, path: str, addresses: list[str]) -> Any:
    """Put an instance in the place of the old one, apply, and return the actions by address."""
    workspace.write(databases(config))
    workspace.run("state", "rm", *addresses)
    for address, name in zip(SQL, NAMES, strict=True):
        workspace.run("import", address, f"{path}{name}")
    planned = actions(workspace.plan())
    workspace.run("apply", "plan")
    return planned


def test_promoted_replica_becomes_the_instance(workspace: Workspace, old: dict[str, Any]) -> None:
    name = old[REPLICA]["name"]
    _send(workspace, "POST", old, f"instances/{name}/promoteReplica")
    config = {
        **BASE,
        "replicas": {},
        "promoted": {"replica": "copy", "region": EAST},
        "password_version": 2,
    }
    path = f"{old[MAIN]['project']}/{name}"
    planned = _take_over(workspace, config, path, [*SQL, REPLICA])
    assert planned[MAIN] == ["update"]
    assert [address for address, names in planned.items() if "delete" in names] == sorted(
        address for address in planned if address.startswith("google_secret_manager_secret_version")
    )
    assert workspace.is_unchanged()
    assert _attributes(workspace, MAIN)["name"] == name
    assert _attributes(workspace, MAIN)["region"] == EAST


def test_restored_instance_becomes_the_instance(workspace: Workspace, old: dict[str, Any]) -> None:
    name, replica = old[MAIN]["name"], old[REPLICA]["name"]
    _send(workspace, "DELETE", old, f"instances/{replica}")
    _send(workspace, "DELETE", old, f"instances/{name}", params={"enableFinalBackup": "true"})
    (backup,) = _send(workspace, "GET", old, "backups")["backups"]
    new = f"{name.rpartition('-')[0]}-9f9f"
    _send(workspace, "POST", old, f"instances/{new}/restoreBackup", json={"backup": backup["name"]})
    workspace.run("state", "rm", "random_id.db_suffix")
    suffix = base64.urlsafe_b64encode(bytes.fromhex("9f9f")).decode().rstrip("=")
    workspace.run("import", "random_id.db_suffix", suffix)
    config = {**BASE, "password_version": 2}
    planned = _take_over(workspace, config, f"{old[MAIN]['project']}/{new}", [*SQL, REPLICA])
    assert planned.get(MAIN, ["update"]) == ["update"]
    assert planned[REPLICA] == ["create"]
    assert workspace.is_unchanged()
    assert _attributes(workspace, MAIN)["name"] == new
