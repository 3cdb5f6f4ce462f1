"""The connection of services to a database: its secret, and what the serving revisions read."""

import base64
from typing import Any

from tests.operations.platform import PROJECT, REGIONS, LocalGoogle, service_name

SECRET = "grid-test-db-connection"  # noqa: S105 (a name)
_PATH = f"projects/{PROJECT}/secrets/{SECRET}"
CENTRAL, EAST = (service_name("api", region) for region in REGIONS)


def connect_services(cloud: LocalGoogle, url: str) -> None:
    """Let the service api of both regions read a URL from version 1 of the secret."""
    cloud.store.resources["secretmanager", _PATH] = {"name": _PATH}
    add_version(cloud, url)
    for name in (CENTRAL, EAST):
        env = [
            {"name": "DATABASE_CA_CERTS", "value": "old"},
            {
                "name": "DATABASE_URL",
                "valueSource": {"secretKeyRef": {"secret": SECRET, "version": "1"}},
            },
            {"name": "NODE_ENV", "value": "production"},
        ]
        for resource in (cloud.run.services[name]["template"], _serving_revision(cloud, name)):
            resource["containers"][0]["env"] = env


def add_version(cloud: LocalGoogle, url: str) -> None:
    """Set version 1 of the secret."""
    path = f"{_PATH}/versions/1"
    cloud.store.resources["secretmanager", path] = {"name": path, "state": "ENABLED"}
    data = base64.b64encode(url.encode()).decode()
    cloud.store.resources["payload", path] = {"data": data}


def versions(cloud: LocalGoogle) -> dict[str, tuple[str, str]]:
    """Return state and content of each version of the secret, by number."""
    found = {}
    for version in cloud.store.children("secretmanager", f"{_PATH}/versions"):
        number = version["name"].rpartition("/")[2]
        data = cloud.store.resources["payload", f"{_PATH}/versions/{number}"]["data"]
        found[number] = (version["state"], base64.b64decode(data).decode())
    return found


def variables(cloud: LocalGoogle, name: str) -> dict[str, Any]:
    """Return the variables of the revision that serves."""
    containers = _serving_revision(cloud, name)["containers"]
    return {each["name"]: each for each in containers[0]["env"]}


def _serving_revision(cloud: LocalGoogle, name: str) -> Any:
    service = cloud.run.services[name]
    (target,) = (each for each in service["traffic"] if each.get("percent"))
    revision = target.get("revision") or service["latestReadyRevision"]
    return cloud.run.revisions[f"{name}/revisions/{revision.rpartition('/')[2]}"]
