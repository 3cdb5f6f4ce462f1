"""Plans that functions of the provider's schema decide, for types with and without facts.

Expected values: recorded from hashicorp/google 6.50.0 on 2026-11-27, see the corpus.
"""

from __future__ import annotations

from typing import Any

import pytest
from test_planning import Bench

from offline.compare.life import KEPT, UNKNOWN as SHOWN_UNKNOWN, read_plan
from offline.protocol.values import UNKNOWN

BOOT = {"initialize_params": [{"image": "debian-cloud/debian-12"}]}
MACHINE = {
    "name": "m",
    "machine_type": "e2-small",
    "boot_disk": [BOOT],
    "network_interface": [{"network": "default"}],
}
SETTINGS: dict[str, Any] = {
    "project": "p",
    "region": "us-central1",
    "zone": "us-central1-a",
    "default_labels": {},
}
PUSH = {"push_endpoint": "https://example.com", "attributes": {"x-goog-version": "v1"}}


def at(value: Any, path: str) -> Any:
    """Return the value at a dotted path."""
    for part in path.split("."):
        value = value[int(part)] if part.isdigit() else value[part]
    return value


@pytest.mark.parametrize(
    ("type_", "config", "path", "expected"),
    [
        ("google_bigquery_data_transfer_config", {}, "service_account_name", None),
        (
            "google_bigquery_routine",
            {"arguments": [{"name": "x", "data_type": '{"typeKind" :  "FLOAT64"}'}]},
            "arguments.0.data_type",
            '{"typeKind":"FLOAT64"}',
        ),
        (
            "google_compute_instance",
            MACHINE | {"service_account": [{"scopes": ["cloud-platform"]}]},
            "service_account.0.scopes",
            ["https://www.googleapis.com/auth/cloud-platform"],
        ),
        ("google_compute_instance", MACHINE, "boot_disk.0.force_attach", None),
        ("google_compute_instance", MACHINE, "shielded_instance_config", []),
        ("google_compute_instance", MACHINE, "confidential_instance_config", UNKNOWN),
        ("google_compute_instance", MACHINE, "zone", "us-central1-a"),
        ("google_compute_instance_group", {"name": "g"}, "zone", "us-central1-a"),
        ("google_compute_resource_policy", {"name": "r"}, "region", "us-central1"),
        ("google_certificate_manager_certificate", {"name": "c"}, "scope", None),
        (
            "google_certificate_manager_certificate",
            {"name": "c", "scope": "ALL_REGIONS"},
            "scope",
            "ALL_REGIONS",
        ),
        ("google_compute_forwarding_rule", {"name": "r"}, "terraform_labels", UNKNOWN),
        ("google_logging_project_sink", {"name": "s", "destination": "d"}, "project", UNKNOWN),
        (
            "google_logging_project_sink",
            {"name": "s", "destination": "d"},
            "bigquery_options",
            UNKNOWN,
        ),
        ("google_logging_project_exclusion", {"name": "e", "filter": "f"}, "project", UNKNOWN),
        (
            "google_pubsub_subscription",
            {"name": "s", "topic": "t", "push_config": [PUSH]},
            "push_config.0.attributes",
            None,
        ),
        (
            "google_pubsub_subscription",
            {
                "name": "s",
                "topic": "t",
                "push_config": [PUSH | {"attributes": {"x-goog-version": "v1", "a": "b"}}],
            },
            "push_config.0.attributes",
            {"a": "b"},
        ),
    ],
)
def test_creation_is_planned_as_the_provider_plans_it(
    type_: str, config: dict[str, Any], path: str, expected: Any
) -> None:
    bench = Bench(type_)
    assert at(bench.plan(type_, config, **SETTINGS).state, path) == expected


@pytest.mark.parametrize(
    ("type_", "old", "new"),
    [
        (
            "google_pubsub_topic_iam_binding",
            {"topic": "projects/p/topics/t"},
            {"topic": "t"},
        ),
        (
            "google_secret_manager_secret_iam_binding",
            {"secret_id": "projects/p/secrets/s"},
            {"secret_id": "s"},
        ),
        ("google_storage_bucket_iam_binding", {"bucket": "b/n"}, {"bucket": "n"}),
    ],
)
def test_grants_on_a_bare_name_stay_where_they_are(
    type_: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    bench = Bench(type_)
    role = {"role": "roles/viewer", "project": "p"} if "bucket" not in old else {"role": "roles/r"}
    prior = {
        **bench.plan(type_, {**role, **old, "members": ["user:a@example.com"]}).state,
        "id": "i",
        "etag": "e",
    }
    plan = bench.plan(type_, {**role, **new, "members": ["user:b@example.com"]}, prior)
    assert plan.replace == []
    assert plan.state["members"] == ["user:b@example.com"]
    other = {name: f"{value}-other" for name, value in new.items()}
    changed = bench.plan(type_, {**role, **other, "members": ["user:a@example.com"]}, prior)
    assert changed.replace == [(next(iter(new)),)]


def test_read_empties_collections_that_the_api_does_not_send() -> None:
    bench = Bench("google_compute_firewall")
    bench.apply("google_compute_network", {"name": "n"})
    config = {"name": "f", "network": "n", "allow": [{"protocol": "tcp", "ports": ["80"]}]}
    state = bench.apply("google_compute_firewall", config)
    assert state["source_tags"] is None
    read = bench.google.read("google_compute_firewall", state, SETTINGS)
    assert read is not None
    assert read["source_tags"] == []
    assert bench.plan("google_compute_firewall", config, read).state == read


def test_plan_marks_what_an_update_keeps() -> None:
    change = {
        "actions": ["update"],
        "before": {"name": "n", "labels": {"a": "b"}, "rule": [{"a": 1, "b": 2}], "etag": "x"},
        "after": {"name": "n", "labels": {"a": "c"}, "rule": [{"a": 1, "b": 3}]},
        "after_unknown": {"etag": True},
    }
    [planned] = read_plan({"resource_changes": [{"address": "t.n", "change": change}]}).values()
    assert planned.values == {
        "name": KEPT,
        "labels": {"a": "c"},
        "rule": [{"a": KEPT, "b": 3}],
        "etag": SHOWN_UNKNOWN,
    }
    replaced = {**change, "actions": ["delete", "create"]}
    [planned] = read_plan({"resource_changes": [{"address": "t.n", "change": replaced}]}).values()
    assert planned.values["name"] == "n"


def test_zone_of_a_disk_is_the_link_to_it() -> None:
    bench = Bench("google_compute_region_disk")
    config = {"name": "d", "region": "us-central1", "replica_zones": ["us-central1-a"]}
    link = "https://www.googleapis.com/compute/v1/projects/p/zones/us-central1-a"
    prior = {**bench.plan("google_compute_region_disk", config).state, "replica_zones": [link]}
    assert not bench.plan("google_compute_region_disk", config, prior).replace
    moved = config | {"replica_zones": ["us-central1-b"]}
    assert bench.plan("google_compute_region_disk", moved, prior).replace == [("replica_zones",)]
