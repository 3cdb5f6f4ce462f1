"""Arguments that the provider reads in another form than the configuration has.

The values are those of hashicorp/google 6.50.0 in `corpus/<type>/recorded.json`.
"""

from __future__ import annotations

from typing import Any

import pytest
from test_computed_values import SETTINGS, World

_PROJECT = f"projects/{SETTINGS['project']}"
_BUCKET = f"{_PROJECT}/locations/global/buckets/b"
_IMAGE = "projects/debian-cloud/global/images/debian-12-bookworm-v20250101"
_SUBNETWORK = "projects/host/regions/us-central1/subnetworks/s"


@pytest.mark.parametrize(
    ("type_", "config", "read"),
    [
        (
            "google_logging_log_view",
            {"name": f"{_BUCKET}/views/v", "bucket": _BUCKET},
            {
                "name": "v",
                "bucket": "b",
                "location": "global",
                "parent": _PROJECT,
                "id": f"{_BUCKET}/views/v",
            },
        ),
        (
            "google_logging_log_view",
            {"name": "v", "bucket": "b", "location": "eu", "parent": "folders/1"},
            {"id": "folders/1/locations/eu/buckets/b/views/v"},
        ),
        (
            "google_org_policy_policy",
            {"name": f"{_PROJECT}/policies/gcp.x", "parent": _PROJECT},
            {"name": "gcp.x", "id": f"{_PROJECT}/policies/gcp.x"},
        ),
        (
            "google_healthcare_dataset",
            {"name": "d", "location": "us-central1"},
            {"self_link": f"{_PROJECT}/locations/us-central1/datasets/d"},
        ),
        ("google_vertex_ai_tensorboard", {"display_name": "t"}, {"region": None}),
        (
            "google_service_account",
            {"account_id": "account", "disabled": True},
            {"disabled": False},
        ),
    ],
)
def test_arguments_are_read_as_the_provider_reads_them(
    monkeypatch: pytest.MonkeyPatch, type_: str, config: dict[str, Any], read: dict[str, Any]
) -> None:
    state = World(monkeypatch, type_).create(config)
    assert {name: state[name] for name in read} == read


def test_a_template_has_named_devices_and_interfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    state = World(monkeypatch, "google_compute_instance_template").create(
        {
            "name": "t",
            "machine_type": "e2-micro",
            "disk": [{"source_image": f"https://www.googleapis.com/compute/v1/{_IMAGE}"}, {}],
            "network_interface": [{"subnetwork": _SUBNETWORK}, {"network": "n"}],
        }
    )
    disks = [(one["device_name"], one["boot"], one["source_image"]) for one in state["disk"]]
    assert disks == [("persistent-disk-0", True, _IMAGE), ("persistent-disk-1", False, "")]
    interfaces = [(one["name"], one["subnetwork_project"]) for one in state["network_interface"]]
    assert interfaces == [("nic0", "host"), ("nic1", "")]
    assert state["confidential_instance_config"] is None
