"""What Google answers: ids, addresses, numbers that count; what stays when Terraform lets go."""

import ipaddress
from typing import Any

import pytest

from offline.cloud.fake_cloud import FakeCloud
from offline.protocol.contract import Provider, ProviderError, Value
from offline.protocol.values import UNKNOWN, conform
from offline.providers import providers

SETTINGS = {"project": "p", "region": "us-central1"}
TYPES = (
    "google_sql_database_instance google_sql_user google_secret_manager_secret "
    "google_redis_instance google_secret_manager_secret_version google_compute_network "
    "google_compute_global_address "
    "google_service_networking_connection google_cloud_run_v2_service google_project_iam_member "
    "google_project_service google_dns_policy google_monitoring_uptime_check_config "
    "google_storage_bucket_iam_member google_storage_bucket google_billing_budget "
    "google_monitoring_notification_channel google_monitoring_alert_policy "
    "google_vertex_ai_index_endpoint google_service_account google_service_account_key"
).split()
VERSION = "google_secret_manager_secret_version"


class Cloud:
    """Creates and deletes, past the rules."""

    def __init__(self) -> None:
        self.cloud = FakeCloud()
        data = [
            "google_project",
            "google_compute_zones",
            "google_iam_policy",
            "google_compute_network",
        ]
        result = providers(self.cloud, resources=TYPES, data_sources=data)
        self.google: Provider = result["hashicorp/google"]

    def create(self, type_: str, **config: Any) -> Value:
        block = self.google.schemas.resources[type_]
        whole = conform(block, config)
        planned = self.google.plan(type_, None, dict(whole), whole, SETTINGS).state
        state = self.google.create(type_, planned, whole, SETTINGS)
        assert UNKNOWN not in state.values()
        return state

    def delete(self, type_: str, state: Value) -> None:
        self.google.delete(type_, state, SETTINGS)

    def data(self, type_: str, **config: Any) -> Value:
        block = self.google.schemas.data_sources[type_]
        return self.google.data(type_, conform(block, config), SETTINGS)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    monkeypatch.setattr(
        "offline.engine.google.check", lambda *_: None
    )  # rules have their own tests
    monkeypatch.setattr("offline.engine.google.check_delete", lambda *_: None)
    return Cloud()


def secret(cloud: Cloud) -> Value:
    config = {"secret_id": "s", "replication": [{"auto": [{}]}]}
    return cloud.create("google_secret_manager_secret", **config)


@pytest.mark.parametrize(
    ("type_", "config", "id_"),
    [
        ("google_compute_network", {"name": "n"}, "projects/p/global/networks/n"),
        ("google_sql_user", {"name": "u", "instance": "db"}, "u//db"),
        ("google_sql_user", {"name": "u", "instance": "db", "host": "%"}, "u/%/db"),
        ("google_dns_policy", {"name": "d"}, "projects/p/policies/d"),
        (
            "google_project_iam_member",
            {"project": "p", "role": "roles/viewer", "member": "user:a@b.c"},
            "p/roles/viewer/user:a@b.c",
        ),
        ("google_project_service", {"service": "run.googleapis.com"}, "p/run.googleapis.com"),
        (
            "google_storage_bucket_iam_member",
            {"bucket": "b", "role": "roles/storage.objectViewer", "member": "allUsers"},
            "b/b/roles/storage.objectViewer/allUsers",
        ),
    ],
)
def test_ids_have_the_form_of_the_provider(
    cloud: Cloud, type_: str, config: dict[str, Any], id_: str
) -> None:
    assert cloud.create(type_, **config)["id"].removeprefix("b/") == id_.removeprefix("b/")


def test_create_fails_when_id_exists_except_for_grants(cloud: Cloud) -> None:
    cloud.create("google_compute_network", name="n")
    with pytest.raises(ProviderError, match=r"Error 409: .*already exists"):
        cloud.create("google_compute_network", name="n")
    cloud.create("google_project_service", service="run.googleapis.com")
    cloud.create("google_project_service", service="run.googleapis.com")


def test_service_account_that_exists_is_kept_when_its_configuration_says_so(cloud: Cloud) -> None:
    first = cloud.create("google_service_account", account_id="runner", display_name="First")
    with pytest.raises(ProviderError, match=r"Error 409: .*already exists"):
        cloud.create("google_service_account", account_id="runner")
    second = cloud.create(
        "google_service_account",
        account_id="runner",
        display_name="Second",
        create_ignore_already_exists=True,
    )
    assert second == {**first, "create_ignore_already_exists": True}


def test_second_resource_of_a_display_name_gets_another_assigned_id(cloud: Cloud) -> None:
    first, second = (
        cloud.create(
            "google_monitoring_uptime_check_config",
            display_name="api",
            timeout="10s",
            http_check=[{"path": "/health"}],
        )
        for _ in range(2)
    )
    assert first["uptime_check_id"] != second["uptime_check_id"]
    assert second["id"] == f"projects/p/uptimeCheckConfigs/{second['uptime_check_id']}"


def test_same_resource_gets_same_values(cloud: Cloud) -> None:
    state = cloud.create("google_compute_network", name="n")
    cloud.delete("google_compute_network", state)
    assert cloud.create("google_compute_network", name="n") == state


def test_secret_versions_count_from_1_per_secret(cloud: Cloud) -> None:
    held = secret(cloud)
    first = cloud.create(VERSION, secret=held["id"])
    cloud.delete(VERSION, first)
    second = cloud.create(VERSION, secret=held["id"])
    assert (first["version"], second["version"]) == ("1", "2")
    assert second["name"].endswith("/secrets/s/versions/2")
    cloud.delete("google_secret_manager_secret", held)
    assert cloud.cloud.of(VERSION) == [], "versions go with their secret"
    assert cloud.create(VERSION, secret=secret(cloud)["id"])["version"] == "1"


def peered(cloud: Cloud) -> str:
    network = cloud.create("google_compute_network", name="n")["id"]
    range_ = cloud.create(
        "google_compute_global_address",
        name="r",
        purpose="VPC_PEERING",
        address_type="INTERNAL",
        prefix_length=20,
        network=network,
    )
    cloud.create(
        "google_service_networking_connection",
        network=network,
        service="servicenetworking.googleapis.com",
        reserved_peering_ranges=["r"],
    )
    assert ipaddress.ip_network(f"{range_['address']}/20").is_private
    return str(network)


def test_private_addresses_are_in_the_reserved_range(cloud: Cloud) -> None:
    network = peered(cloud)
    [range_] = cloud.cloud.of("google_compute_global_address")
    within = ipaddress.ip_network(f"{range_['address']}/{range_['prefix_length']}")
    connection = {"ipv4_enabled": False, "private_network": network}
    sql = cloud.create(
        "google_sql_database_instance",
        name="db",
        database_version="POSTGRES_16",
        settings=[{"tier": "t", "ip_configuration": [connection]}],
    )
    redis = cloud.create(
        "google_redis_instance", name="c", memory_size_gb=1, authorized_network=network
    )
    assert ipaddress.ip_address(sql["private_ip_address"]) in within
    assert ipaddress.ip_address(redis["host"]) in within
    assert sql["first_ip_address"] == sql["private_ip_address"]
    assert sql["public_ip_address"] == ""
    assert [item["type"] for item in sql["ip_address"]] == ["PRIVATE"]
    assert sql["connection_name"] == "p:us-central1:db"


def test_redis_port_depends_on_tls(cloud: Cloud) -> None:
    plain = cloud.create("google_redis_instance", name="a", memory_size_gb=1)
    secure = cloud.create(
        "google_redis_instance",
        name="b",
        memory_size_gb=1,
        transit_encryption_mode="SERVER_AUTHENTICATION",
    )
    assert (plain["port"], secure["port"]) == (6379, 6378)
    assert (len(plain["server_ca_certs"]), len(secure["server_ca_certs"])) == (0, 1)


def test_run_service_url_differs_by_region(cloud: Cloud) -> None:
    template = [{"containers": [{"image": "i"}]}]
    one, two = (
        cloud.create("google_cloud_run_v2_service", name="s", location=region, template=template)
        for region in ("us-central1", "europe-west1")
    )
    assert one["uri"].startswith("https://s-")
    assert one["uri"] != two["uri"]


def test_deletion_protection_error_has_the_provider_text(cloud: Cloud) -> None:
    network = "projects/p/global/networks/n"
    settings = [{"tier": "t", "ip_configuration": [{"private_network": network}]}]
    sql = cloud.create("google_sql_database_instance", name="db", settings=settings)
    with pytest.raises(
        ProviderError, match="failed to delete instance because deletion_protection"
    ):
        cloud.delete("google_sql_database_instance", sql)
    cloud.delete("google_sql_database_instance", {**sql, "deletion_protection": False})
    assert cloud.cloud.is_name_reserved("google_sql_database_instance", network)


def test_abandoned_resource_stays_until_its_parent_is_deleted(cloud: Cloud) -> None:
    sql = cloud.create("google_sql_database_instance", name="db", settings=[{"tier": "t"}])
    user = cloud.create("google_sql_user", name="u", instance="db", deletion_policy="ABANDON")
    cloud.delete("google_sql_user", user)
    assert cloud.cloud.of("google_sql_user")
    cloud.delete("google_sql_database_instance", {**sql, "deletion_protection": False})
    assert cloud.cloud.of("google_sql_user") == []
    service = cloud.create(
        "google_project_service", service="run.googleapis.com", disable_on_destroy=False
    )
    cloud.delete("google_project_service", service)
    assert cloud.cloud.of("google_project_service")


def test_update_of_missing_resource_is_an_error(cloud: Cloud) -> None:
    state = cloud.create("google_compute_network", name="n")
    cloud.cloud.delete("google_compute_network", state["id"])
    assert cloud.google.read("google_compute_network", state, SETTINGS) is None
    with pytest.raises(ProviderError, match="Error 404"):
        cloud.google.update("google_compute_network", state, state, state, SETTINGS)


def test_import_sets_provider_defaults_of_client_only_arguments(cloud: Cloud) -> None:
    cloud.create(
        "google_sql_database_instance",
        name="db",
        settings=[{"tier": "t"}],
        deletion_protection=False,
    )
    for id_ in ("db", "p/db", "projects/p/instances/db"):
        result = cloud.google.import_("google_sql_database_instance", id_, SETTINGS)
        assert (result["name"], result["deletion_protection"]) == ("db", True)
    with pytest.raises(ProviderError, match="non-existent"):
        cloud.google.import_("google_sql_database_instance", "other", SETTINGS)
    with pytest.raises(ProviderError, match="accepted formats"):
        cloud.google.import_("google_dns_policy", "a/b/c/d/e", SETTINGS)


def test_create_fails_without_a_project(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOOGLE_PROJECT", raising=False)
    block = cloud.google.schemas.resources["google_compute_network"]
    whole = conform(block, {"name": "n"})
    planned = cloud.google.plan("google_compute_network", None, dict(whole), whole, {}).state
    with pytest.raises(ProviderError, match="project: required field is not set"):
        cloud.google.create("google_compute_network", planned, whole, {})


def test_environment_variables_complete_the_configuration(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_PROJECT", "from-environment")
    empty = conform(cloud.google.schemas.provider, {})
    assert cloud.google.configure(empty)["project"] == "from-environment"
    assert cloud.google.configure({**empty, "project": "own"})["project"] == "own"


def test_computed_data_sources(cloud: Cloud) -> None:
    project = cloud.data("google_project")
    assert project["project_id"] == "p"
    assert project["number"].isdigit()
    assert cloud.data("google_compute_zones")["names"][0] == "us-central1-a"
    policy = cloud.data("google_iam_policy", binding=[{"role": "r", "members": ["b", "a"]}])
    assert policy["policy_data"] == '{"bindings":[{"members":["a","b"],"role":"r"}]}'


def test_policy_document_has_bindings_by_role_and_condition_in_order(cloud: Cloud) -> None:
    """Source: the genuine provider 6.50.0."""
    condition = {"title": "t", "expression": "true"}
    bindings: list[dict[str, Any]] = [
        {"role": "v", "members": ["b", "a"]},
        {"role": "v", "members": ["d"], "condition": [condition]},
        {"role": "b", "members": ["a"]},
        {"role": "v", "members": ["c"]},
    ]
    logs = [{"log_type": "ADMIN_READ"}, {"log_type": "DATA_READ", "exempted_members": ["a"]}]
    audit = [{"service": "allServices", "audit_log_configs": logs}]
    document = cloud.data("google_iam_policy", binding=bindings, audit_config=audit)["policy_data"]
    assert document == (
        '{"auditConfigs":[{"auditLogConfigs":[{"logType":"ADMIN_READ"},{"exemptedMembers":["a"],'
        '"logType":"DATA_READ"}],"service":"allServices"}],"bindings":[{"members":["a"],"role":"b"'
        '},{"members":["a","b","c"],"role":"v"},{"condition":{"expression":"true","title":"t"},'
        '"members":["d"],"role":"v"}]}'
    )
    assert cloud.data("google_iam_policy")["policy_data"] == "{}"


def test_data_source_ignores_other_projects(cloud: Cloud) -> None:
    cloud.create("google_compute_network", name="n", project="other")
    assert cloud.data("google_compute_network", name="n")["id"] == "projects/p/global/networks/n"
    result = cloud.data("google_compute_network", name="n", project="other")
    assert result["id"] == "projects/other/global/networks/n"


def test_rules_see_write_only_values() -> None:
    cloud, empty, short, value = Cloud(), "", "short", "long-enough-for-it"
    result = {"secret": secret(cloud)["id"], "secret_data_wo_version": 1}
    with pytest.raises(ProviderError, match="Payload cannot be empty"):
        cloud.create(VERSION, **result, secret_data_wo=empty)
    assert cloud.create(VERSION, **result, secret_data_wo=value)["secret_data_wo"] is None
    policy = {"enable_password_policy": True, "min_length": 12}
    instance = {
        "name": "db",
        "database_version": "POSTGRES_15",
        "settings": [{"password_validation_policy": [policy]}],
    }
    cloud.cloud.put("google_sql_database_instance", "db", instance, action="create")
    user = {"name": "app", "instance": "db", "password_wo_version": 1}
    with pytest.raises(ProviderError, match="at least 12 characters"):
        cloud.create("google_sql_user", **user, password_wo=short)
    cloud.create("google_sql_user", **user, password_wo=value)
    assert value not in str(cloud.cloud.resources)


@pytest.mark.parametrize(
    ("type_", "config"),
    [
        ("google_monitoring_uptime_check_config", {"display_name": "api", "timeout": "10s"}),
        ("google_monitoring_notification_channel", {"display_name": "a", "type": "email"}),
        ("google_monitoring_alert_policy", {"display_name": "a", "combiner": "OR"}),
        ("google_vertex_ai_index_endpoint", {"display_name": "e", "region": "us-central1"}),
        ("google_billing_budget", {"billing_account": "000000-000000-000000"}),
    ],
)
def test_replacement_has_a_new_invented_id(
    cloud: Cloud, type_: str, config: dict[str, Any]
) -> None:
    """Google never assigns an ID again, before or after the first resource is deleted."""
    first = cloud.create(type_, **config)
    second = cloud.create(type_, **config)
    cloud.delete(type_, first)
    third = cloud.create(type_, **config)
    assert len({first["id"], second["id"], third["id"]}) == 3


def test_keys_of_an_account_never_get_the_id_of_another(cloud: Cloud) -> None:
    key, account = "google_service_account_key", "projects/p/serviceAccounts/a@p.iam"
    first, second = (cloud.create(key, service_account_id=account) for _ in range(2))
    cloud.delete(key, first)
    third = cloud.create(key, service_account_id=account)
    assert len({first["id"], second["id"], third["id"]}) == 3


def test_replacement_keeps_an_id_of_its_name(cloud: Cloud) -> None:
    first = cloud.create("google_compute_network", name="main")
    cloud.delete("google_compute_network", first)
    assert cloud.create("google_compute_network", name="main")["id"] == first["id"]


def test_each_resource_without_a_name_gets_another(cloud: Cloud) -> None:
    settings = [{"tier": "db-f1-micro"}]
    states = [
        cloud.create(
            "google_sql_database_instance", database_version="POSTGRES_15", settings=settings
        )
        for _ in range(2)
    ]
    assert len({state["name"] for state in states}) == 2
    assert [state["id"] for state in states] == [state["name"] for state in states]
