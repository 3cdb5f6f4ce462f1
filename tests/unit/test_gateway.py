"""The gateway: what a paid and what an evaluation organization gets, and in which order."""

from functools import cache
from typing import Any

import pytest
from constructs.gateway import Gateway
from constructs.gateway.bundle import bundle

from environments.schema import GatewayConfig, NodesConfig
from tests.template import Template, alone
from tests.unit.parts import CENTRAL, needs, platform

PAID = GatewayConfig(billing_type="PAYG", nodes=NodesConfig(minimum=2, maximum=5))
FREE = GatewayConfig(billing_type="EVALUATION")
KEYS = {
    "apigee_disk": "grid-test-apigee-disk",
    "apigee_runtime_database": "grid-test-apigee-runtime-database",
}


@cache
def _template(config: GatewayConfig = PAID, *, protect: bool = False) -> Template:
    return alone(lambda stack: Gateway(stack, "gateway", config), protect=protect)


def _one(type_: str, config: GatewayConfig = PAID, *, protect: bool = False) -> Any:
    return _template(config, protect=protect).one(f"google_apigee_{type_}")


# The organization


@pytest.mark.parametrize("config", [PAID, FREE])
def test_the_billing_type_is_that_of_the_file(config: GatewayConfig) -> None:
    assert _one("organization", config)["billing_type"] == config.billing_type


def test_no_network_is_peered() -> None:
    assert _one("organization")["disable_vpc_peering"] is True
    assert "authorized_network" not in _one("organization")


def test_the_organization_waits_for_its_api_and_for_the_grants_on_its_keys() -> None:
    assert _one("organization", FREE)["depends_on"] == ["google_project_service.apigee"]
    assert _one("organization")["depends_on"] == [
        "google_project_service.apigee",
        "google_kms_crypto_key_iam_member.apigee_runtime_database",
        "google_kms_crypto_key_iam_member.apigee_disk",
    ]


def test_a_paid_organization_is_kept_for_a_week_where_it_is_protected() -> None:
    assert "retention" not in _one("organization", protect=True)
    assert _one("organization")["retention"] == "MINIMUM"


def test_an_evaluation_organization_is_never_kept() -> None:
    assert "retention" not in _one("organization", FREE)


@pytest.mark.parametrize("type_", ["organization", "instance"])
def test_what_takes_an_hour_to_make_is_protected_where_the_file_says_so(type_: str) -> None:
    assert _one(type_, protect=True)["lifecycle"] == {"prevent_destroy": True}
    assert "lifecycle" not in _one(type_)


# Keys


def test_an_evaluation_organization_has_no_keys() -> None:
    template = _template(FREE)
    assert not [one for one in template.resources if one.startswith("google_kms_")]
    assert "data" not in template.document
    assert "disk_encryption_key_name" not in _one("instance", FREE)


def test_database_and_disks_have_keys_of_their_own() -> None:
    database = _one("organization")["runtime_database_encryption_key_name"]
    assert database == "${google_kms_crypto_key.apigee_runtime_database.id}"
    assert _one("instance")["disk_encryption_key_name"] == "${google_kms_crypto_key.apigee_disk.id}"


def test_keys_are_in_the_region_of_the_instance() -> None:
    ring = _template().one("google_kms_key_ring")
    assert ring["location"] == _one("instance")["location"] == CENTRAL
    assert ring["depends_on"] == ["google_project_service.cloudkms"]


def test_keys_rotate_every_ninety_days() -> None:
    keys = _template().of("google_kms_crypto_key")
    assert {name: one["name"] for name, one in keys.items()} == KEYS
    assert {one["rotation_period"] for one in keys.values()} == {"7776000s"}


@pytest.mark.parametrize("protect", [True, False])
def test_keys_are_protected_where_the_file_says_so(protect: bool) -> None:
    keys = _template(protect=protect).of("google_kms_crypto_key").values()
    assert {"lifecycle" in one for one in keys} == {protect}


def test_apigee_s_agent_alone_may_use_the_keys() -> None:
    grants = _template().of("google_kms_crypto_key_iam_member")
    agent = "service-${data.google_project.encrypted.number}@gcp-sa-apigee.iam.gserviceaccount.com"
    assert grants.keys() == KEYS.keys()
    for name, grant in grants.items():
        assert grant["crypto_key_id"] == f"${{google_kms_crypto_key.{name}.id}}"
        assert grant["role"] == "roles/cloudkms.cryptoKeyEncrypterDecrypter"
        assert grant["member"] == f"serviceAccount:{agent}"


# The environment


def test_numbers_of_nodes_are_text() -> None:
    nodes = _one("environment")["node_config"]
    assert nodes == {"min_node_count": "2", "max_node_count": "5"}


def test_an_evaluation_organization_has_neither_nodes_nor_types() -> None:
    assert {"node_config", "type"}.isdisjoint(_one("environment", FREE))
    assert _one("environment")["type"] == "INTERMEDIATE"


def test_the_client_is_the_address_that_the_load_balancer_adds() -> None:
    resolution = _one("environment")["client_ip_resolution_config"]
    assert resolution == {
        "header_index_algorithm": {"ip_header_name": "X-Forwarded-For", "ip_header_index": -2}
    }


def test_the_host_leads_to_the_environment() -> None:
    assert _one("envgroup")["hostnames"] == ["gateway.example.com"]
    attachment = _one("envgroup_attachment")
    assert attachment["envgroup_id"] == "${google_apigee_envgroup.main.id}"
    assert attachment["environment"] == "${google_apigee_environment.main.name}"


@pytest.mark.parametrize(
    ("number", "names"), [(1, ["test-nat-1"]), (2, ["test-nat-1", "test-nat-2"])]
)
def test_the_services_are_called_from_static_addresses(number: int, names: list[str]) -> None:
    config = GatewayConfig(billing_type="PAYG", egress_addresses=number)
    addresses = _template(config).of("google_apigee_nat_address").values()
    assert [one["name"] for one in addresses] == names
    assert all(one["activate"] and len(one["name"]) <= 20 for one in addresses)


def test_an_evaluation_organization_has_no_static_address() -> None:
    assert _template(FREE).of("google_apigee_nat_address") == {}


# Bundles


@pytest.mark.parametrize("type_", ["api", "sharedflow"])
def test_other_numbers_are_another_bundle(type_: str) -> None:
    other = PAID.model_copy(update={"requests_per_second": 11, "target_timeout_seconds": 30})
    paths = [_one(type_, one)["config_bundle"] for one in (PAID, FREE, other)]
    assert paths[0] == paths[1] != paths[2]


def test_what_is_uploaded_is_named_like_its_bundle_and_in_it() -> None:
    config = {"requests_per_second": 10}
    for type_, source in (("api", "api"), ("sharedflow", "rate-limiting")):
        made = _one(type_)
        assert made["name"] == f"grid-test-{source}"
        assert made["config_bundle"].endswith(f"/{source}.zip")
    assert b'name="x"' in bundle("rate-limiting", "x", config)


# The rate limit


def test_a_rate_limit_that_fails_stops_the_request() -> None:
    hook = _one("flowhook")
    assert (hook["flow_hook_point"], hook["continue_on_error"]) == ("PreProxyFlowHook", False)


def test_the_rate_limit_is_deployed_where_it_can_run_and_before_it_is_called() -> None:
    template = _template()
    deployment = "google_apigee_sharedflow_deployment.rate_limiting"
    assert "google_apigee_instance_attachment.main" in needs(template, deployment)
    assert deployment in needs(template, "google_apigee_flowhook.pre_proxy")


def test_the_newest_revision_is_deployed() -> None:
    revision = _one("sharedflow_deployment")["revision"]
    assert revision == "${google_apigee_sharedflow.rate_limiting.latest_revision_id}"


# The API


def test_a_product_gives_keys_for_the_proxy_and_counts_their_requests() -> None:
    product = _one("api_product")
    [operations] = product["operation_group"]["operation_configs"]
    assert operations["api_source"] == "${google_apigee_api.main.name}"
    assert product["environments"] == ["${google_apigee_environment.main.name}"]
    assert (product["quota"], product["quota_interval"]) == ("600", "1")
    assert (product["quota_time_unit"], product["approval_type"]) == ("minute", "manual")


def test_organizations_are_named_as_each_type_wants_it() -> None:
    by_id = {"environment", "envgroup", "instance"}
    by_name = {"api", "sharedflow", "sharedflow_deployment", "flowhook"}
    assert {_one(type_)["org_id"] for type_ in by_id} == {"${google_apigee_organization.main.id}"}
    assert {_one(type_)["org_id"] for type_ in by_name} == {
        "${google_apigee_organization.main.name}"
    }


def test_an_environment_without_the_section_has_nothing_of_it() -> None:
    template = platform("dev")
    gateway = ("google_apigee_", "google_kms_", "google_project_service.apigee")
    assert not [one for one in template.resources if one.startswith(gateway)]
    assert "gateway" not in template.outputs


def test_the_outputs_name_what_is_deployed_with_them() -> None:
    assert platform("prod").outputs["gateway"] == {
        "organization": "${google_apigee_organization.main.name}",
        "environment": "${google_apigee_environment.main.name}",
        "proxy": "${google_apigee_api.main.name}",
        "revision": "${google_apigee_api.main.latest_revision_id}",
        "host": "gateway.grid.example.com",
    }
