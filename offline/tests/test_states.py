"""States after an apply.

Expected values: recorded from hashicorp/google 6.50.0 in front of `offline serve` on 2026-11-27,
in the corpus or by `offline compare`, unless a test names another source.
"""

from __future__ import annotations

from typing import Any

import pytest

from offline.cloud.fake_cloud import FakeCloud
from offline.engine.iam import normalized
from offline.protocol.contract import Value
from offline.protocol.values import conform
from offline.providers import providers

SETTINGS = {"project": "p", "region": "us-central1"}
EXPIRES = {"title": "expires", "expression": 'request.time < timestamp("2030-01-01T00:00:00Z")'}


def created(
    monkeypatch: pytest.MonkeyPatch, type_: str, config: dict[str, Any], cloud: FakeCloud
) -> Value:
    """Create a resource, past the rules, and return its state."""
    monkeypatch.setattr("offline.engine.google.check", lambda *_: None)
    google = providers(cloud, resources=[type_], data_sources=[])["hashicorp/google"]
    whole = conform(google.schemas.resources[type_], config)
    planned = google.plan(type_, None, dict(whole), whole, SETTINGS).state
    return google.create(type_, planned, whole, SETTINGS)


def replanned(type_: str, state: Value, config: dict[str, Any]) -> tuple[list[Any], Value]:
    """Return the paths that replace a resource of an unchanged configuration, and its plan."""
    google = providers(FakeCloud(), resources=[type_], data_sources=[])["hashicorp/google"]
    whole = conform(google.schemas.resources[type_], config)
    proposed = {name: state[name] if whole[name] in (None, []) else whole[name] for name in whole}
    plan = google.plan(type_, state, proposed, whole, SETTINGS)
    return list(plan.replace), plan.state


@pytest.mark.parametrize(
    ("type_", "config", "id_", "changed"),
    [
        (
            "google_secret_manager_secret_iam_member",
            {"secret_id": "s", "role": "r", "member": "user:A@b.c", "condition": [EXPIRES]},
            f"projects/p/secrets/s/r/user:a@b.c/expires//{EXPIRES['expression']}",
            {"secret_id": "projects/p/secrets/s", "project": "p", "member": "user:a@b.c"},
        ),
        (
            "google_secret_manager_secret_iam_binding",
            {"secret_id": "projects/q/secrets/s", "role": "r", "members": ["user:A@b.c"]},
            "projects/q/secrets/s/r",
            {"secret_id": "projects/q/secrets/s", "project": "q", "members": ["user:a@b.c"]},
        ),
        (
            "google_secret_manager_secret_iam_policy",
            {"secret_id": "q/s", "policy_data": "{}"},
            "projects/q/secrets/s",
            {"secret_id": "projects/q/secrets/s", "project": "q"},
        ),
        (
            "google_storage_bucket_iam_member",
            {"bucket": "x", "role": "r", "member": "allUsers"},
            "b/x/r/allUsers",
            {"bucket": "b/x"},
        ),
        (
            "google_cloud_run_v2_service_iam_member",
            {"name": "s", "location": "us-east1", "role": "r", "member": "allUsers"},
            "projects/p/locations/us-east1/services/s/r/allUsers",
            {"name": "projects/p/locations/us-east1/services/s", "location": "us-east1"},
        ),
        (
            "google_cloud_run_service_iam_member",
            {"service": "s", "location": "us-east1", "role": "r", "member": "allUsers"},
            "v1/projects/p/locations/us-east1/services/s/r/allUsers",
            {"service": "v1/projects/p/locations/us-east1/services/s"},
        ),
        (
            "google_kms_crypto_key_iam_member",
            {"crypto_key_id": "us-east1/ring/key", "role": "r", "member": "allUsers"},
            "projects/p/locations/us-east1/keyRings/ring/cryptoKeys/key/r/allUsers",
            {"crypto_key_id": "us-east1/ring/key"},
        ),
        (
            "google_pubsub_subscription_iam_member",
            {"subscription": "s", "role": "r", "member": "allUsers"},
            "projects/p/subscriptions/s/r/allUsers",
            {"subscription": "s", "project": None},
        ),
        (
            "google_project_iam_audit_config",
            {"project": "p", "service": "allServices"},
            "p/audit_config/allServices",
            {"project": "p"},
        ),
        (
            "google_bigquery_dataset_iam_member",
            {"dataset_id": "d", "role": "r", "member": "allUsers"},
            "projects/p/datasets/d/r/allUsers",
            {"dataset_id": "d", "etag": ""},
        ),
    ],
)
def test_grant_names_its_resource_as_the_provider_does(
    monkeypatch: pytest.MonkeyPatch,
    type_: str,
    config: dict[str, Any],
    id_: str,
    changed: dict[str, Any],
) -> None:
    state = created(monkeypatch, type_, config, FakeCloud())
    assert state["id"] == id_
    assert {name: state[name] for name in changed} == changed


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        # Source: normalizeIamMemberCasing, google/tpgiamresource/iam.go of v6.50.0
        ("user:Mixed@Example.com", "user:mixed@example.com"),
        ("deleted:user:Mixed@Example.com?uid=1", "deleted:user:mixed@example.com?uid=1"),
        ("principalSet://iam.googleapis.com/Pool", "principalSet://iam.googleapis.com/Pool"),
        ("deleted:principal://iam.googleapis.com/A", "deleted:principal://iam.googleapis.com/A"),
        ("allAuthenticatedUsers", "allAuthenticatedUsers"),
    ],
)
def test_member_is_in_lower_case_unless_its_case_counts(member: str, expected: str) -> None:
    assert normalized(member) == expected


NETWORK = "projects/p/global/networks/n"
LINK = "https://www.googleapis.com/compute/v1/"
RING = "projects/p/locations/us/keyRings/r"


@pytest.mark.parametrize(
    ("type_", "config", "path", "expected"),
    [
        ("google_compute_router", {"name": "r", "network": NETWORK}, "network", LINK + NETWORK),
        ("google_compute_router", {"name": "r", "network": "n"}, "network", LINK + NETWORK),
        (
            "google_compute_router",
            {"name": "r", "network": "global/networks/n"},
            "network",
            LINK + NETWORK,
        ),
        (
            "google_compute_router",
            {"name": "r", "network": f"https://www.googleapis.com/compute/beta/{NETWORK}"},
            "network",
            LINK + NETWORK,
        ),
        (
            "google_compute_forwarding_rule",
            {"name": "f", "subnetwork": "s", "backend_service": "b"},
            "subnetwork",
            f"{LINK}projects/p/regions/us-central1/subnetworks/s",
        ),
        (
            "google_compute_url_map",
            {"name": "u", "test": [{"host": "h", "path": "/", "service": "b"}]},
            "test.0.service",
            f"{LINK}projects/p/global/backendServices/b",
        ),
        (
            "google_compute_target_https_proxy",
            {"name": "t", "url_map": "u", "ssl_certificates": ["c"]},
            "ssl_certificates.0",
            f"{LINK}projects/p/global/sslCertificates/c",
        ),
        (
            "google_compute_region_network_endpoint_group",
            {"name": "n", "region": "us-east1", "cloud_run": [{"service": "s"}]},
            "region",
            f"{LINK}projects/p/regions/us-east1",
        ),
        (
            "google_compute_router",
            {"name": "r", "network": NETWORK, "region": f"{LINK}projects/p/regions/us-east1"},
            "region",
            "us-east1",
        ),
        (
            "google_pubsub_subscription",
            {"name": "s", "topic": "t"},
            "topic",
            "projects/p/topics/t",
        ),
        (
            "google_vpc_access_connector",
            {"name": "c", "network": NETWORK, "ip_cidr_range": "10.8.0.0/28"},
            "network",
            "n",
        ),
        ("google_compute_network", {"name": "n", "description": NETWORK}, "description", NETWORK),
        ("google_dns_policy", {"name": "n", "description": NETWORK}, "description", NETWORK),
    ],
)
def test_state_has_the_names_of_other_resources_that_read_writes(
    monkeypatch: pytest.MonkeyPatch, type_: str, config: dict[str, Any], path: str, expected: str
) -> None:
    value: Any = created(monkeypatch, type_, config, FakeCloud())
    for step in path.split("."):
        value = value[int(step) if step.isdigit() else step]
    assert value == expected


@pytest.mark.parametrize(
    ("type_", "config"),
    [
        ("google_compute_router", {"name": "r", "network": NETWORK}),
        ("google_compute_global_address", {"name": "a"}),
        (
            "google_compute_instance",
            {
                "name": "i",
                "zone": "us-central1-a",
                "machine_type": "e2-micro",
                "boot_disk": [{"initialize_params": [{"image": "debian-cloud/debian-12"}]}],
                "network_interface": [{"subnetwork": "projects/p/regions/r/subnetworks/s"}],
            },
        ),
        (
            "google_secret_manager_secret_iam_binding",
            {"secret_id": "s", "role": "r", "members": ["user:A@b.c"]},
        ),
        ("google_storage_bucket_iam_policy", {"bucket": "x", "policy_data": "{}"}),
        ("google_project_iam_member", {"project": "p", "role": "r", "member": "user:A@b.c"}),
    ],
)
def test_configuration_that_reads_back_differently_plans_no_change(
    monkeypatch: pytest.MonkeyPatch, type_: str, config: dict[str, Any]
) -> None:
    state = created(monkeypatch, type_, config, FakeCloud())
    assert replanned(type_, state, config) == ([], state)


def test_link_in_a_set_is_the_element_of_its_path() -> None:
    """Source: SelfLinkRelativePathHash, google/tpgresource/self_link_helpers.go of v6.50.0."""
    check = "projects/p/global/healthChecks/c"
    group = "projects/p/regions/r/networkEndpointGroups/g"
    config = {"name": "b", "health_checks": [check], "backend": [{"group": group}]}
    type_ = "google_compute_backend_service"
    block = providers(FakeCloud(), resources=[type_], data_sources=[])["hashicorp/google"].schemas
    state = conform(block.resources[type_], config | {"id": "b"})
    state["health_checks"] = [LINK + check]
    state["backend"][0]["group"] = LINK + group
    _, planned = replanned(type_, state, config)
    assert planned["health_checks"] == [LINK + check]
    assert planned["backend"][0]["group"] == LINK + group


@pytest.mark.parametrize(
    ("type_", "config", "expected"),
    [
        (
            "google_compute_global_forwarding_rule",
            {"name": "f", "target": "t", "port_range": "443"},
            {"port_range": "443-443", "base_forwarding_rule": "", "psc_connection_id": ""},
        ),
        (
            "google_compute_forwarding_rule",
            {"name": "f", "port_range": "80-81"},
            {"port_range": "80-81", "psc_connection_id": ""},
        ),
        (
            "google_compute_disk",
            {"name": "d", "zone": "us-central1-a"},
            {"source_disk_id": "", "source_image_id": "", "source_snapshot_id": ""},
        ),
        ("google_compute_global_address", {"name": "a"}, {"ip_version": "IPV4"}),
        (
            "google_compute_address",
            {"name": "a"},
            {"ip_version": "IPV4", "network_tier": "PREMIUM"},
        ),
        (
            "google_compute_address",
            {"name": "a", "address_type": "INTERNAL", "subnetwork": "s"},
            {"ip_version": "", "network_tier": ""},
        ),
        (
            "google_secret_manager_secret_version",
            {"secret": "projects/p/secrets/s", "secret_data_wo": "x", "secret_data_wo_version": 1},
            {"secret_data": None},
        ),
        (
            "google_secret_manager_secret_version",
            {"secret": "projects/p/secrets/s", "secret_data": "x"},
            {"secret_data": "x"},
        ),
    ],
)
def test_state_has_what_the_api_answers(
    monkeypatch: pytest.MonkeyPatch,
    type_: str,
    config: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    state = created(monkeypatch, type_, config, FakeCloud())
    assert {name: state[name] for name in expected} == expected


def test_state_has_a_number_for_the_own_id_of_a_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    config = {"name": "d", "zone": "us-central1-a"}
    assert created(monkeypatch, "google_compute_disk", config, FakeCloud())["disk_id"].isdigit()


def test_unset_collection_is_empty_after_a_refresh_but_not_after_an_apply(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Source: normalizeNullValues of plugin SDK v2.37.0: an apply prefers the planned null."""
    type_, cloud = "google_compute_firewall", FakeCloud()
    config = {"name": "f", "network": "n", "allow": [{"protocol": "all"}]}
    state = created(monkeypatch, type_, config, cloud)
    google = providers(cloud, resources=[type_], data_sources=[])["hashicorp/google"]
    refreshed = google.read(type_, state, SETTINGS)
    assert refreshed is not None
    assert (state["source_tags"], refreshed["source_tags"]) == (None, [])
    assert refreshed["network"] == f"{LINK}{NETWORK}"
    assert replanned(type_, refreshed, config) == ([], refreshed)


@pytest.mark.parametrize(
    ("type_", "config", "expected"),
    [
        (
            "google_compute_network_peering",
            {"name": "q", "network": NETWORK, "peer_network": "projects/p/global/networks/m"},
            {"id": "n/q", "network": NETWORK},
        ),
        (
            "google_compute_health_check",
            {"name": "h", "tcp_health_check": [{"port": 80}]},
            {"type": "TCP", "log_config": [{"enable": False}]},
        ),
        (
            "google_compute_forwarding_rule",
            {"name": "f"},
            {"ip_protocol": "TCP", "network_tier": "PREMIUM", "terraform_labels": {}},
        ),
        (
            "google_compute_route",
            {"name": "r", "dest_range": "0.0.0.0/0", "network": NETWORK}
            | {"next_hop_gateway": "default-internet-gateway"},
            {
                "next_hop_gateway": f"{LINK}projects/p/global/gateways/default-internet-gateway",
                "next_hop_ip": "",
                "next_hop_instance_zone": None,
            },
        ),
        (
            "google_kms_crypto_key",
            {"name": "k", "key_ring": RING},
            {
                "destroy_scheduled_duration": "2592000s",
                "primary": [
                    {
                        "name": f"{RING}/cryptoKeys/k/cryptoKeyVersions/1",
                        "state": "ENABLED",
                    }
                ],
            },
        ),
        (
            "google_dns_managed_zone",
            {"name": "z", "dns_name": "example.com."},
            {"cloud_logging_config": [{"enable_logging": False}]},
        ),
        (
            "google_vpc_access_connector",
            {"name": "c", "network": "n", "ip_cidr_range": "10.8.0.0/28"},
            {"min_instances": 2, "max_instances": 10, "region": None},
        ),
    ],
)
def test_state_has_defaults_of_the_api(
    monkeypatch: pytest.MonkeyPatch,
    type_: str,
    config: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    state = created(monkeypatch, type_, config, FakeCloud())
    assert {name: state[name] for name in expected} == expected
