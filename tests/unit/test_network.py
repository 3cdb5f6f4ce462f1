"""The VPC network: its ranges, its regions, the way in for Cloud Run, and what waits for what."""

from functools import cache
from typing import Any

import pytest

from environments.schema import FlowLogsConfig, NetworkConfig
from tests.template import Template, alone
from tests.unit.parts import CENTRAL, EAST, NETWORK, OTHER_PROD, needs, network, platform, regions

PER_REGION = """
    google_compute_router google_compute_router_nat google_compute_subnetwork
    google_vpc_access_connector
""".split()
GLOBAL = """
    google_compute_global_address google_compute_network google_service_networking_connection
""".split()
RANGE = "10.64.0.0/16"


@cache
def _template(config: NetworkConfig = NETWORK) -> Template:
    return alone(
        lambda stack: network(stack, config),
        network=config,
        regions=regions(CENTRAL, EAST),
    )


def _access(changes: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the regions of prod's services and migration job, and how they reach the VPC."""
    template = platform("prod", changes)
    services = template.of("google_cloud_run_v2_service").values()
    job = template.get("google_cloud_run_v2_job.migrate")
    return [
        *((service["location"], service["template"]["vpc_access"]) for service in services),
        (job["location"], job["template"]["template"]["vpc_access"]),
    ]


def test_network_creates_no_subnets_automatically() -> None:
    assert _template().one("google_compute_network")["auto_create_subnetworks"] is False


def test_network_routes_within_its_regions() -> None:
    assert _template().one("google_compute_network")["routing_mode"] == "REGIONAL"


@pytest.mark.parametrize("is_logged", [True, False])
def test_dns_queries_of_the_network_are_logged_when_configured(is_logged: bool) -> None:
    config = NetworkConfig(private_services_range=RANGE, dns_logging=is_logged)
    policies = list(_template(config).of("google_dns_policy").values())
    networks = [{"network_url": "${google_compute_network.main.self_link}"}]
    assert [(one["enable_logging"], one["networks"]) for one in policies] == (
        [(True, networks)] if is_logged else []
    )


@pytest.mark.parametrize("range_", [RANGE, "172.20.0.0/20"])
def test_private_services_range_is_pinned_to_the_configured_addresses(range_: str) -> None:
    template = _template(NetworkConfig(private_services_range=range_))
    reserved = template.one("google_compute_global_address")
    assert f"{reserved['address']}/{reserved['prefix_length']}" == range_


def test_private_services_range_is_reserved_for_peering() -> None:
    reserved = _template().one("google_compute_global_address")
    assert (reserved["purpose"], reserved["address_type"]) == ("VPC_PEERING", "INTERNAL")
    assert reserved["network"] == "${google_compute_network.main.id}"


def test_connection_takes_its_addresses_from_the_reserved_range() -> None:
    connection = _template().one("google_service_networking_connection")
    ranges = connection["reserved_peering_ranges"]
    assert ranges == ["${google_compute_global_address.private_ip.name}"]


@pytest.mark.parametrize(("asked", "policy"), [(True, "ABANDON"), (False, None)])
def test_private_services_connection_is_abandoned_only_when_configured(
    asked: bool, policy: str | None
) -> None:
    config = NetworkConfig(private_services_range=RANGE, abandon_private_services_on_destroy=asked)
    connection = _template(config).one("google_service_networking_connection")
    assert connection.get("deletion_policy") == policy


@pytest.mark.parametrize("type_", PER_REGION)
def test_each_region_has_one_resource_of_each_regional_type(type_: str) -> None:
    resources = _template().of(type_).values()
    assert sorted(one["region"] for one in resources) == [CENTRAL, EAST]
    assert len({one["name"] for one in resources}) == 2


@pytest.mark.parametrize("type_", GLOBAL)
def test_regions_share_the_global_resources(type_: str) -> None:
    assert len(_template().of(type_)) == 1


@pytest.mark.parametrize("region", ["us_central1", "us_east1"])
def test_nat_uses_the_router_of_its_region(region: str) -> None:
    nat = _template().get(f"google_compute_router_nat.nat_{region}")
    assert nat["router"] == f"${{google_compute_router.router_{region}.name}}"


def test_subnets_reach_google_apis_without_a_public_address() -> None:
    subnets = _template().of("google_compute_subnetwork").values()
    assert {subnet["private_ip_google_access"] for subnet in subnets} == {True}


def test_subnets_have_the_configured_ranges() -> None:
    subnet = _template().get("google_compute_subnetwork.private_us_east1")
    secondary = {one["range_name"]: one["ip_cidr_range"] for one in subnet["secondary_ip_range"]}
    assert subnet["ip_cidr_range"] == "10.1.0.0/20"
    assert secondary == {"services": "10.1.16.0/20", "pods": "10.1.32.0/20"}


def test_subnets_write_flow_logs_as_configured() -> None:
    logs = FlowLogsConfig(aggregation_interval="INTERVAL_1_MIN", sampling=0.25)
    template = _template(NetworkConfig(private_services_range=RANGE, flow_logs=logs))
    for subnet in template.of("google_compute_subnetwork").values():
        assert subnet["log_config"] == {
            "aggregation_interval": "INTERVAL_1_MIN",
            "flow_sampling": 0.25,
            "metadata": "INCLUDE_ALL_METADATA",
        }


def test_nat_logs_its_errors() -> None:
    for nat in _template().of("google_compute_router_nat").values():
        assert nat["log_config"] == {"enable": True, "filter": "ERRORS_ONLY"}


def test_nat_serves_every_subnet_with_automatic_addresses() -> None:
    for nat in _template().of("google_compute_router_nat").values():
        assert nat["nat_ip_allocate_option"] == "AUTO_ONLY"
        assert nat["source_subnetwork_ip_ranges_to_nat"] == "ALL_SUBNETWORKS_ALL_IP_RANGES"


def test_connectors_join_the_network_by_name() -> None:
    for connector in _template().of("google_vpc_access_connector").values():
        assert connector["network"] == "${google_compute_network.main.name}"
        assert "subnet" not in connector


def test_connectors_have_the_configured_range_and_size() -> None:
    connector = _template().get("google_vpc_access_connector.connector_us_east1")
    assert connector["ip_cidr_range"] == "10.100.1.0/28"
    assert connector["machine_type"] == "e2-micro"
    assert (connector["min_instances"], connector["max_instances"]) == (2, 10)


def test_connectors_are_sized_by_instances_and_not_by_throughput() -> None:
    for connector in _template().of("google_vpc_access_connector").values():
        assert {"min_throughput", "max_throughput"}.isdisjoint(connector)


def test_direct_egress_creates_no_connector() -> None:
    config = NetworkConfig(private_services_range=RANGE, egress="direct")
    assert _template(config).of("google_vpc_access_connector") == {}


def test_direct_egress_joins_network_and_subnet_by_name() -> None:
    for region, access in _access(OTHER_PROD):
        subnet = f"google_compute_subnetwork.private_{region.replace('-', '_')}"
        assert access["network_interfaces"] == [
            {
                "network": "${google_compute_network.main.name}",
                "subnetwork": f"${{{subnet}.name}}",
            }
        ]
        assert "connector" not in access


def test_egress_through_a_connector_joins_no_network_itself() -> None:
    for region, access in _access({}):
        connector = f"google_vpc_access_connector.connector_{region.replace('-', '_')}"
        assert access["connector"] == f"${{{connector}.id}}"
        assert "network_interfaces" not in access


@pytest.mark.parametrize("changes", [{}, OTHER_PROD])
def test_cloud_run_enters_the_network_in_its_own_region(changes: dict[str, Any]) -> None:
    for region, access in _access(changes):
        assert region.replace("-", "_") in str(access)


@pytest.mark.parametrize(
    ("changes", "traffic"),
    [({}, "PRIVATE_RANGES_ONLY"), (OTHER_PROD, "ALL_TRAFFIC")],
)
def test_egress_traffic_is_the_configured_one(changes: dict[str, Any], traffic: str) -> None:
    assert {access["egress"] for _, access in _access(changes)} == {traffic}


def test_egress_raises_key_error_for_an_unknown_region() -> None:
    with pytest.raises(KeyError):
        alone(lambda stack: network(stack).egress("europe-west1"))


def test_cloud_run_depends_on_the_connector() -> None:
    template = platform("dev")
    for name in template.of("google_cloud_run_v2_service"):
        connector = "google_vpc_access_connector.connector_us_central1"
        assert connector in needs(template, f"google_cloud_run_v2_service.{name}")
