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
def test_billing_type_is_the_configured_one(config: GatewayConfig) -> None:
    assert _one("organization", config)["billing_type"] == config.billing_type


def test_no_network_is_peered() -> None:
    assert _one("organization")["disable_vpc_peering"] is True
    assert "authorized_network" not in _one("organization")


def test_organization_depends_on_its_api_and_the_grants_on_its_keys() -> None:
    assert _one("organization", FREE)["depends_on"] == ["google_project_service.apigee"]
    assert _one("organization")["depends_on"] == [
        "google_project_service.apigee",
        "google_kms_crypto_key_iam_member.apigee_runtime_database",
        "google_kms_crypto_key_iam_member.apigee_disk",
    ]


def test_paid_organization_has_default_retention_when_protected() -> None:
    assert "retention" not in _one("organization", protect=True)
    assert _one("organization")["retention"] == "MINIMUM"


def test_evaluation_organization_has_no_retention() -> None:
    assert "retention" not in _one("organization", FREE)


@pytest.mark.parametrize("type_", ["organization", "instance"])
def test_organization_and_instance_have_prevent_destroy_when_configured(type_: str) -> None:
    assert _one(type_, protect=True)["lifecycle"] == {"prevent_destroy": True}
    assert "lifecycle" not in _one(type_)


# Keys


def test_evaluation_organization_has_no_keys() -> None:
    template = _template(FREE)
    assert not [address for address in template.resources if address.startswith("google_kms_")]
    assert "data" not in template.document
    assert "disk_encryption_key_name" not in _one("instance", FREE)


def test_database_and_disks_have_separate_keys() -> None:
    database = _one("organization")["runtime_database_encryption_key_name"]
    assert database == "${google_kms_crypto_key.apigee_runtime_database.id}"
    assert _one("instance")["disk_encryption_key_name"] == "${google_kms_crypto_key.apigee_disk.id}"


def test_keys_are_in_the_region_of_the_instance() -> None:
    ring = _template().one("google_kms_key_ring")
    assert ring["location"] == _one("instance")["location"] == CENTRAL
    assert ring["depends_on"] == ["google_project_service.cloudkms"]


def test_keys_rotate_every_ninety_days() -> None:
    keys = _template().of("google_kms_crypto_key")
    assert {name: key["name"] for name, key in keys.items()} == KEYS
    assert {key["rotation_period"] for key in keys.values()} == {"7776000s"}


@pytest.mark.parametrize("protect", [True, False])
def test_keys_are_protected_when_configured(protect: bool) -> None:
    keys = _template(protect=protect).of("google_kms_crypto_key").values()
    assert {"lifecycle" in key for key in keys} == {protect}


def test_only_the_apigee_service_agent_can_use_the_keys() -> None:
    grants = _template().of("google_kms_crypto_key_iam_member")
    agent = "service-${data.google_project.encrypted.number}@gcp-sa-apigee.iam.gserviceaccount.com"
    assert grants.keys() == KEYS.keys()
    for name, grant in grants.items():
        assert grant["crypto_key_id"] == f"${{google_kms_crypto_key.{name}.id}}"
        assert grant["role"] == "roles/cloudkms.cryptoKeyEncrypterDecrypter"
        assert grant["member"] == f"serviceAccount:{agent}"


# The environment


def test_node_counts_are_strings() -> None:
    nodes = _one("environment")["node_config"]
    assert nodes == {"min_node_count": "2", "max_node_count": "5"}


def test_evaluation_environment_has_neither_node_config_nor_type() -> None:
    assert {"node_config", "type"}.isdisjoint(_one("environment", FREE))
    assert _one("environment")["type"] == "INTERMEDIATE"


def test_client_ip_is_the_address_that_the_load_balancer_appends() -> None:
    resolution = _one("environment")["client_ip_resolution_config"]
    assert resolution == {
        "header_index_algorithm": {"ip_header_name": "X-Forwarded-For", "ip_header_index": -2}
    }


def test_environment_group_routes_the_host_to_the_environment() -> None:
    assert _one("envgroup")["hostnames"] == ["gateway.example.com"]
    attachment = _one("envgroup_attachment")
    assert attachment["envgroup_id"] == "${google_apigee_envgroup.main.id}"
    assert attachment["environment"] == "${google_apigee_environment.main.name}"


@pytest.mark.parametrize(
    ("number", "names"), [(1, ["test-nat-1"]), (2, ["test-nat-1", "test-nat-2"])]
)
def test_egress_addresses_are_static_and_numbered(number: int, names: list[str]) -> None:
    config = GatewayConfig(billing_type="PAYG", egress_addresses=number)
    addresses = _template(config).of("google_apigee_nat_address").values()
    assert [address["name"] for address in addresses] == names
    assert all(address["activate"] and len(address["name"]) <= 20 for address in addresses)


def test_evaluation_organization_has_no_egress_address() -> None:
    assert _template(FREE).of("google_apigee_nat_address") == {}


# Bundles


@pytest.mark.parametrize("type_", ["api", "sharedflow"])
def test_bundle_path_changes_with_its_values(type_: str) -> None:
    other = PAID.model_copy(update={"requests_per_second": 11, "target_timeout_seconds": 30})
    paths = [_one(type_, one)["config_bundle"] for one in (PAID, FREE, other)]
    assert paths[0] == paths[1] != paths[2]


def test_uploaded_bundle_has_the_name_of_its_resource() -> None:
    config = {"requests_per_second": 10}
    for type_, source in (("api", "api"), ("sharedflow", "rate-limiting")):
        made = _one(type_)
        assert made["name"] == f"grid-test-{source}"
        assert made["config_bundle"].endswith(f"/{source}.zip")
    assert b'name="x"' in bundle("rate-limiting", "x", config)


# The rate limit


def test_flow_hook_does_not_continue_on_error() -> None:
    hook = _one("flowhook")
    assert (hook["flow_hook_point"], hook["continue_on_error"]) == ("PreProxyFlowHook", False)


def test_shared_flow_is_deployed_after_attachment_and_before_flow_hook() -> None:
    template = _template()
    deployment = "google_apigee_sharedflow_deployment.rate_limiting"
    assert "google_apigee_instance_attachment.main" in needs(template, deployment)
    assert deployment in needs(template, "google_apigee_flowhook.pre_proxy")


def test_shared_flow_deployment_uses_the_latest_revision() -> None:
    revision = _one("sharedflow_deployment")["revision"]
    assert revision == "${google_apigee_sharedflow.rate_limiting.latest_revision_id}"


# The API


def test_api_product_covers_the_proxy_with_a_quota() -> None:
    product = _one("api_product")
    [operations] = product["operation_group"]["operation_configs"]
    assert operations["api_source"] == "${google_apigee_api.main.name}"
    assert product["environments"] == ["${google_apigee_environment.main.name}"]
    assert (product["quota"], product["quota_interval"]) == ("600", "1")
    assert (product["quota_time_unit"], product["approval_type"]) == ("minute", "manual")


def test_resources_name_the_organization_in_the_format_of_their_type() -> None:
    by_id = {"environment", "envgroup", "instance"}
    by_name = {"api", "sharedflow", "sharedflow_deployment", "flowhook"}
    assert {_one(type_)["org_id"] for type_ in by_id} == {"${google_apigee_organization.main.id}"}
    assert {_one(type_)["org_id"] for type_ in by_name} == {
        "${google_apigee_organization.main.name}"
    }


def test_environment_has_no_gateway_resources_without_the_gateway_section() -> None:
    template = platform("dev")
    gateway = ("google_apigee_", "google_kms_", "google_project_service.apigee")
    assert not [address for address in template.resources if address.startswith(gateway)]
    assert "gateway" not in template.outputs


def test_gateway_output_names_organization_proxy_and_revision() -> None:
    assert platform("prod").outputs["gateway"] == {
        "organization": "${google_apigee_organization.main.name}",
        "environment": "${google_apigee_environment.main.name}",
        "proxy": "${google_apigee_api.main.name}",
        "revision": "${google_apigee_api.main.latest_revision_id}",
        "host": "gateway.grid.example.com",
    }
