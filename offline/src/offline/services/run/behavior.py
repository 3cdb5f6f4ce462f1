"""Cloud Run: the status of a new service."""

from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.services.behavior import Value, on_create


@on_create("google_cloud_run_v2_service")
def run_service(_value: Value, _world: FakeCloud) -> dict[str, Any]:
    """Return a new service as ready, serving its newest revision. Source: Cloud Run Admin v2,
    Service.
    """
    return {
        "reconciling": False,
        "traffic_statuses": [
            {
                "percent": 100,
                "revision": "",
                "tag": "",
                "type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST",
                "uri": "",
            }
        ],
    }
