"""A gateway in the local Google: revision 1 serves, and Terraform has uploaded 2."""

import json
from pathlib import Path

from offline.serve.apis.apigee import Apigee
from offline.serve.server import Server
from tests.operations.platform import PROJECT, LocalGoogle

PROXY = f"organizations/{PROJECT}/environments/grid-test/apis/grid-test-api"
OUTPUT = {
    "organization": PROJECT,
    "environment": "grid-test",
    "proxy": "grid-test-api",
    "revision": "2",
    "host": "partners.test.example.com",
}


def set_up(cloud: LocalGoogle, outputs: Path) -> Apigee:
    """Add the gateway to the platform and to its outputs."""
    apigee: Apigee = cloud.service("apigee")
    path = f"organizations/{PROJECT}/apis/grid-test-api"
    proxy = {"name": "grid-test-api", "revision": ["1", "2"], "latestRevisionId": "2"}
    cloud.store.resources["apigee", path] = proxy
    apigee.deployments[PROXY] = {
        "1": {
            "apiProxy": "grid-test-api",
            "revision": "1",
            "environment": "grid-test",
            "deployStartTime": "1",
            "state": "READY",
        }
    }
    shown = json.loads(outputs.read_text("utf-8"))
    shown["gateway"] = {"sensitive": False, "value": OUTPUT}
    outputs.write_text(json.dumps(shown), encoding="utf-8")
    return apigee


def arguments(server: Server) -> tuple[str, ...]:
    """`grid gateway deploy` with a smoke test that reaches the local gateway."""
    return ("gateway", "deploy", "test", f"--url={server.url}/served/gateway/health")
