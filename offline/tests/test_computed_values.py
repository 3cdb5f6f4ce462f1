"""Values that the API computes: each is of the kind that a healthy resource has.

Expected values: recorded from hashicorp/google 6.50.0 in front of `offline serve` on 2026-11-27,
in the corpus or by `offline compare` of the stacks, unless a test names another source.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from offline.cloud.fake_cloud import FakeCloud
from offline.protocol.contract import Value
from offline.protocol.values import conform
from offline.provider_facts.ids import project_number
from offline.providers import providers
from offline.services.monitoring.behavior import dashboard as read_dashboard

SETTINGS = {"project": "p-one", "region": "us-central1"}
DIGITS = r"\d{19}"


class World:
    """One type of the provider in a cloud, past the rules."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, type_: str) -> None:
        monkeypatch.setattr("offline.engine.google.check", lambda *_: None)
        self.type, self.cloud = type_, FakeCloud()
        found = providers(self.cloud, resources=[type_], data_sources=[])
        self.google = found["hashicorp/google"]
        self.block = self.google.schemas.resources[type_]

    def create(self, config: dict[str, Any]) -> Value:
        whole = conform(self.block, config)
        plan = self.google.plan(self.type, None, dict(whole), whole, SETTINGS)
        return self.google.create(self.type, plan.state, whole, SETTINGS)

    def plan(self, prior: Value, config: dict[str, Any]) -> Value:
        whole = conform(self.block, config)
        proposed = {
            name: prior[name] if whole[name] is None and attribute.computed else whole[name]
            for name, attribute in self.block.attributes.items()
        } | {name: whole[name] for name in self.block.blocks}
        return self.google.plan(self.type, prior, proposed, whole, SETTINGS).state


def test_conditions_of_an_alert_policy_have_names_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    condition = {
        "display_name": "down",
        "condition_absent": [{"duration": "300s", "filter": 'metric.type = "a.b/c"'}],
    }
    policy = World(monkeypatch, "google_monitoring_alert_policy").create(
        {"display_name": "p", "combiner": "OR", "conditions": [condition, condition]}
    )
    names = [one["name"] for one in policy["conditions"]]
    assert re.fullmatch(rf"projects/p-one/alertPolicies/{DIGITS}", policy["name"])
    assert all(re.fullmatch(rf"{policy['name']}/conditions/{DIGITS}", name) for name in names)
    assert len(set(names)) == 2
    [record] = policy["creation_record"]
    assert record["mutated_by"] == "owner@example.com"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", record["mutate_time"])


def test_index_and_endpoint_of_one_name_have_other_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index = World(monkeypatch, "google_vertex_ai_index").create({"display_name": "shop"})
    endpoint = World(monkeypatch, "google_vertex_ai_index_endpoint").create(
        {"display_name": "shop"}
    )
    assert re.fullmatch(DIGITS, index["name"])
    assert re.fullmatch(DIGITS, endpoint["name"])
    assert index["name"] != endpoint["name"]
    assert index["metadata_schema_uri"].startswith("gs://google-cloud-aiplatform/schema/")


@pytest.mark.parametrize(
    ("tier", "mode", "nodes", "certificates"),
    [
        ("BASIC", "DISABLED", ["us-central1-a"], 0),
        ("STANDARD_HA", "SERVER_AUTHENTICATION", ["us-central1-a", "us-central1-b"], 1),
    ],
)
def test_redis_has_nodes_and_a_password_of_the_form_of_a_uuid(
    monkeypatch: pytest.MonkeyPatch, tier: str, mode: str, nodes: list[str], certificates: int
) -> None:
    instance = World(monkeypatch, "google_redis_instance").create(
        {
            "name": "cache",
            "memory_size_gb": 1,
            "tier": tier,
            "transit_encryption_mode": mode,
            "auth_enabled": True,
        }
    )
    assert instance["nodes"] == [
        {"id": f"node-{at}", "zone": zone} for at, zone in enumerate(nodes)
    ]
    assert instance["location_id"] == "us-central1-a"
    assert len(instance["server_ca_certs"]) == certificates
    assert all(one["serial_number"].isdigit() for one in instance["server_ca_certs"])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", instance["auth_string"])


def test_a_block_that_read_adds_with_zero_values_is_no_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket, config = World(monkeypatch, "google_storage_bucket"), {"name": "b", "location": "EU"}
    state = bucket.create(config)
    assert state["hierarchical_namespace"] == [{"enabled": False}]
    assert bucket.plan(state, config)["hierarchical_namespace"] == [{"enabled": False}]


@pytest.mark.parametrize(
    ("type_", "config", "names"),
    [
        ("google_storage_bucket", {"name": "b", "location": "us-central1"}, ["rpo"]),
        (
            "google_sql_database_instance",
            {
                "name": "i",
                "database_version": "POSTGRES_15",
                "settings": [{"tier": "db-f1-micro"}],
            },
            ["encryption_key_name", "root_password"],
        ),
    ],
)
def test_what_read_sets_only_if_the_api_sends_it_is_null(
    monkeypatch: pytest.MonkeyPatch, type_: str, config: dict[str, Any], names: list[str]
) -> None:
    state = World(monkeypatch, type_).create(config)
    assert {name: state[name] for name in names} == dict.fromkeys(names)


def test_availability_of_a_cloud_sql_instance_is_effective(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = [{"tier": "db-custom-1-3840", "availability_type": "REGIONAL"}]
    state = World(monkeypatch, "google_sql_database_instance").create(
        {"name": "i", "database_version": "POSTGRES_15", "settings": settings}
    )
    assert state["settings"][0]["effective_availability_type"] == "REGIONAL"


def test_a_project_that_is_read_lies_in_the_organization() -> None:
    found = providers(FakeCloud(), resources=[], data_sources=["google_project"])
    google = found["hashicorp/google"]
    config = conform(google.schemas.data_sources["google_project"], {"project_id": "p-two"})
    assert google.data("google_project", config, SETTINGS) == {
        "auto_create_network": None,
        "billing_account": "012345-6789AB-CDEF01",
        "deletion_policy": "PREVENT",
        "effective_labels": {},
        "folder_id": "",
        "id": "projects/p-two",
        "labels": {},
        "name": "p-two",
        "number": project_number("p-two"),
        "org_id": "1122334455",
        "project_id": "p-two",
        "tags": None,
        "terraform_labels": {},
    }


def test_a_dashboard_is_read_with_its_name_and_no_change_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dashboard = World(monkeypatch, "google_monitoring_dashboard")
    widgets = {"widgets": [{"text": {"content": "Hello"}, "title": "a"}]}
    config = {"dashboard_json": json.dumps({"gridLayout": widgets, "displayName": "d"})}
    state = dashboard.create(config)
    content = json.loads(state["dashboard_json"])
    assert list(content) == ["displayName", "etag", "gridLayout", "name"]
    assert content["name"] == state["id"]
    assert dashboard.plan(state, config) == state
    assert read_dashboard(state) == {"dashboard_json": state["dashboard_json"]}
    other = {"dashboard_json": config["dashboard_json"].replace("Hello", "Bye")}
    assert "Bye" in dashboard.plan(state, other)["dashboard_json"]


def test_a_table_is_where_its_dataset_is_and_has_no_schema_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = World(monkeypatch, "google_bigquery_table")
    dataset = {"id": "d", "project": "p-one", "dataset_id": "sales", "location": "EU"}
    table.cloud.put("google_bigquery_dataset", "d", dataset, action="create")
    state = table.create({"dataset_id": "sales", "table_id": "orders"})
    assert (state["location"], state["schema"]) == ("EU", None)
    assert state["generated_schema_columns"] is None
    assert state["creation_time"] == state["last_modified_time"] > 10**12


def test_a_dataset_gives_access_to_the_roles_of_its_project(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = World(monkeypatch, "google_bigquery_dataset").create({"dataset_id": "sales"})
    groups = {one["special_group"]: one["role"] for one in state["access"]}
    assert groups == {
        "projectOwners": "OWNER",
        "projectReaders": "READER",
        "projectWriters": "WRITER",
    }


@pytest.mark.parametrize(
    ("type_", "account", "id_"),
    [
        (
            "google_storage_transfer_project_service_account",
            "project-{number}@storage-transfer-service.iam.gserviceaccount.com",
            "{account}",
        ),
        (
            "google_compute_default_service_account",
            "{number}-compute@developer.gserviceaccount.com",
            "projects/p-one/serviceAccounts/{account}",
        ),
    ],
)
def test_an_account_of_google_has_the_id_that_its_data_source_sets(
    type_: str, account: str, id_: str
) -> None:
    google = providers(FakeCloud(), resources=[], data_sources=[type_])["hashicorp/google"]
    value = google.data(type_, conform(google.schemas.data_sources[type_], {}), SETTINGS)
    email = account.format(number=project_number("p-one"))
    assert value["email"] == email
    assert value["id"] == id_.format(account=email)


@pytest.mark.parametrize(
    ("type_", "config", "id_"),
    [
        (
            "google_monitoring_group",
            {"display_name": "web", "filter": 'resource.type = "gce_instance"'},
            rf"projects/p-one/groups/{DIGITS}",
        ),
        (
            "google_essential_contacts_contact",
            {"parent": "projects/p-one", "email": "a@example.com", "language_tag": "en"},
            rf"projects/p-one/contacts/{DIGITS}",
        ),
        (
            "google_logging_project_exclusion",
            {"name": "noise", "filter": "severity = DEBUG"},
            "projects/p-one/exclusions/noise",
        ),
        (
            "google_monitoring_slo",
            {
                "service": "shop",
                "goal": 0.9,
                "rolling_period_days": 1,
                "request_based_sli": [{"distribution_cut": [{"distribution_filter": "f"}]}],
            },
            rf"projects/{project_number('p-one')}/services/shop/serviceLevelObjectives/{DIGITS}",
        ),
    ],
)
def test_ids_that_google_assigns_are_below_their_parent(
    monkeypatch: pytest.MonkeyPatch, type_: str, config: dict[str, Any], id_: str
) -> None:
    state = World(monkeypatch, type_).create(config)
    assert re.fullmatch(id_, state["id"])


@pytest.mark.parametrize("activate", [False, True])
def test_an_address_is_reserved_until_it_is_activated(
    monkeypatch: pytest.MonkeyPatch, *, activate: bool
) -> None:
    config = {"name": "out", "instance_id": "organizations/o/instances/i", "activate": activate}
    state = World(monkeypatch, "google_apigee_nat_address").create(config)
    assert state["state"] == ("ACTIVE" if activate else "RESERVED")


def test_an_endpoint_without_a_region_is_in_that_of_the_provider(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = World(monkeypatch, "google_vertex_ai_index_endpoint").create(
        {"display_name": "shop", "public_endpoint_enabled": True}
    )
    host = rf"\d+\.us-central1-{project_number('p-one')}\.vdb\.vertexai\.goog"
    assert re.fullmatch(host, state["public_endpoint_domain_name"])
    assert state["region"] is None


@pytest.mark.parametrize(
    ("type_", "config"),
    [
        ("google_apigee_sharedflow", {"name": "f", "org_id": "o", "config_bundle": "f.zip"}),
        ("google_apigee_api", {"name": "a", "org_id": "o", "config_bundle": "f.zip"}),
        ("google_storage_bucket_object", {"name": "o", "bucket": "b", "source": "f.zip"}),
    ],
)
def test_other_content_of_a_file_is_uploaded_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, type_: str, config: dict[str, Any]
) -> None:
    (tmp_path / "f.zip").write_text("Hello")
    world = World(monkeypatch, type_)
    world.cloud.directory = tmp_path
    state = world.create(config)
    # printf Hello | openssl md5 -binary | base64
    assert state["md5hash"] == state["detect_md5hash"] == "ixqZU8RhEpaoJ6v4xHgE1w=="
    assert world.plan(state, config) == state
    (tmp_path / "f.zip").write_text("Bye")
    assert world.plan(state, config) != state


def test_what_need_not_exist_is_not_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = World(monkeypatch, "google_compute_disk").create({"name": "d", "zone": "us-central1-a"})
    assert re.fullmatch(DIGITS, disk["disk_id"])
    assert disk["source_disk_id"] == disk["source_image_id"] == disk["source_snapshot_id"] == ""
    rule = World(monkeypatch, "google_compute_forwarding_rule").create(
        {"name": "r", "region": "us-central1", "load_balancing_scheme": "EXTERNAL"}
    )
    assert rule["psc_connection_id"] == ""
    assert re.fullmatch(r"[\w+/]{11}=", rule["label_fingerprint"])


def test_an_apigee_instance_is_attached_in_the_project_of_its_organization(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    organization = World(monkeypatch, "google_apigee_organization")
    made = organization.create({"project_id": "p-one", "analytics_region": "us-central1"})
    instance = World(monkeypatch, "google_apigee_instance")
    instance.cloud.put("google_apigee_organization", "o", made, action="create")
    state = instance.create({"name": "i", "location": "us-central1", "org_id": made["id"]})
    tenant = made["apigee_project_id"]
    assert re.fullmatch(r"t[0-9a-f]{10}-tp", tenant)
    assert state["service_attachment"].startswith(f"projects/{tenant}/regions/us-central1/")


def test_service_of_cloud_run_has_a_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """Source: the provider's page `google_cloud_run_service`, Attributes Reference, `status`."""
    template = {"spec": [{"containers": [{"image": "hello"}]}]}
    service = World(monkeypatch, "google_cloud_run_service").create(
        {"name": "s", "location": "us-central1", "template": [template]}
    )
    [status] = service["status"]
    assert re.fullmatch(r"https://s-\w+-\w+\.a\.run\.app", status["url"])
    assert status["latest_ready_revision_name"].startswith("s-00001-")
    assert {one["type"]: one["status"] for one in status["conditions"]}["Ready"] == "True"


@pytest.mark.parametrize(
    ("config", "writer"),
    [
        ({}, "service-"),
        ({"unique_writer_identity": False}, "cloud-logs@system.gserviceaccount.com"),
        ({"custom_writer_identity": "serviceAccount:a@b.c"}, "a@b.c"),
    ],
)
def test_sink_has_the_writer_of_its_arguments(
    monkeypatch: pytest.MonkeyPatch, config: dict[str, Any], writer: str
) -> None:
    config = {"name": "s", "destination": "storage.googleapis.com/logs", **config}
    sink = World(monkeypatch, "google_logging_project_sink").create(config)
    assert sink["writer_identity"].startswith(f"serviceAccount:{writer}")


def test_a_budget_without_a_filter_counts_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    amount = [{"specified_amount": [{"units": "5"}]}]
    budget = World(monkeypatch, "google_billing_budget").create(
        {"billing_account": "000000-0000AA-000000", "amount": amount}
    )
    [found] = budget["budget_filter"]
    assert found["calendar_period"] == "MONTH"
    assert found["credit_types_treatment"] == "INCLUDE_ALL_CREDITS"
    assert (found["labels"], found["custom_period"], found["credit_types"]) == ({}, [], [])
