"""Networks and peering: what their APIs reject."""

import pytest
from resources import (
    CONNECTOR,
    NETWORK,
    NETWORK_ID,
    PEERING,
    RANGE,
    REDIS,
    SQL,
    SUBNET,
    P,
)
from rule_cases import RuleCase, check_both, cloud_of, whole

from offline.services.catalog import check_delete
from offline.services.registry import ApiError

NET, SUB = "google_compute_network", "google_compute_subnetwork"
ADDRESS, VPC = "google_compute_global_address", "google_vpc_access_connector"
PSA, SQL_TYPE = "google_service_networking_connection", "google_sql_database_instance"
HERE = ((NET, NETWORK),)
PEERED = (*HERE, (ADDRESS, RANGE), (PSA, PEERING))
REDIS_TYPE = "google_redis_instance"
NAT = {
    "name": "nat",
    "region": "us-central1",
    "router": "router",
    "nat_ip_allocate_option": "AUTO_ONLY",
}
ROUTED = (("google_compute_router", {"name": "router", "region": "us-central1"}),)


CASES = [
    RuleCase(
        "compute.networks.overlap",
        SUB,
        SUBNET,
        {"ip_cidr_range": "10.0.0.0/18"},
        "conflicts with",
        cloud=HERE,
    ),
    RuleCase(
        "compute.networks.overlap",
        SUB,
        SUBNET,
        {},
        "connector 'connector'",
        cloud=HERE,
        bad_cloud=((VPC, CONNECTOR | {"ip_cidr_range": "10.0.1.0/28"}),),
    ),
    RuleCase(
        "compute.networks.overlap",
        SUB,
        SUBNET,
        {},
        "allocated range 'private-ip'",
        cloud=HERE,
        bad_cloud=((ADDRESS, RANGE | {"address": "10.0.0.0"}),),
    ),
    RuleCase(
        "compute.networks.overlap",
        VPC,
        CONNECTOR,
        {"ip_cidr_range": "10.0.32.0/28"},
        "secondary range 'pods'",
        cloud=(*HERE, (SUB, SUBNET)),
    ),
    RuleCase(
        "compute.networks.network_exists",
        SUB,
        SUBNET,
        {"network": f"{P}/global/networks/x"},
        "networks/x' was not found",
        cloud=HERE,
    ),
    RuleCase(
        "compute.networks.router_exists",
        "google_compute_router_nat",
        NAT,
        {"router": "x"},
        "routers/x",
        cloud=ROUTED,
    ),
    RuleCase(
        "compute.networks.nat_addresses",
        "google_compute_router_nat",
        NAT,
        {"nat_ips": ["a"]},
        "AUTO_ONLY",
        cloud=ROUTED,
    ),
    RuleCase(
        "compute.networks.nat_addresses",
        "google_compute_router_nat",
        NAT,
        {"nat_ips": [], "nat_ip_allocate_option": "MANUAL_ONLY"},
        "MANUAL_ONLY",
        cloud=ROUTED,
    ),
    RuleCase(
        "vpcaccess.connector_name",
        VPC,
        CONNECTOR | {"name": "acme-prod-usc1"},
        {"name": "acme-prod-us-central"},
        "shorter than 21",
        cloud=HERE,
    ),
    RuleCase(
        "vpcaccess.connector_range",
        VPC,
        CONNECTOR,
        {"ip_cidr_range": "10.1.0.0/27"},
        "prefix length of 28",
        cloud=HERE,
    ),
    RuleCase(
        "vpcaccess.connector_instances",
        VPC,
        CONNECTOR,
        {"max_instances": 11},
        "between 3 and 10",
        cloud=HERE,
    ),
    RuleCase(
        "vpcaccess.connector_instances",
        VPC,
        CONNECTOR,
        {"min_instances": 1},
        "between 2 and 9",
        cloud=HERE,
    ),
    RuleCase(
        "vpcaccess.connector_instances",
        VPC,
        CONNECTOR,
        {"min_instances": 5, "max_instances": 5},
        "must be lower",
        cloud=HERE,
    ),
    RuleCase(
        "compute.networks.subnet_size",
        SUB,
        SUBNET,
        {"ip_cidr_range": "10.0.0.0/30"},
        "at most 29",
        cloud=HERE,
    ),
    RuleCase(
        "compute.networks.subnet_size",
        SUB,
        SUBNET,
        {"ip_cidr_range": "10.0.0.1/20"},
        "host bits",
        cloud=HERE,
    ),
    RuleCase(
        "sql.peering.connection_exists",
        SQL_TYPE,
        SQL,
        {},
        "at least 1 private services connection",
        cloud=PEERED,
        bad_cloud=HERE,
        instead=True,
    ),
    RuleCase(
        "compute.networks.prohibited",
        "google_compute_subnetwork",
        SUBNET,
        {"ip_cidr_range": "169.254.8.0/24"},
        "link-local",
        cloud=HERE,
    ),
    RuleCase(
        "servicenetworking.range_left",
        SQL_TYPE,
        SQL,
        {},
        "Couldn't find free blocks",
        cloud=PEERED,
        bad_cloud=(*HERE, (ADDRESS, RANGE | {"prefix_length": 25}), (PSA, PEERING)),
        instead=True,
    ),
    RuleCase(
        "redis.peering.connection_exists",
        REDIS_TYPE,
        REDIS,
        {},
        "private service access is not enabled",
        cloud=PEERED,
        bad_cloud=HERE,
        instead=True,
    ),
    RuleCase(
        "redis.peering.reserved_range",
        REDIS_TYPE,
        REDIS,
        {"reserved_ip_range": "10.64.0.0/29"},
        "name of an allocated IP range",
        cloud=PEERED,
    ),
    RuleCase(
        "apigee.peering.connection_exists",
        "google_apigee_organization",
        {"project_id": "acme-test", "name": "acme-test", "authorized_network": NETWORK_ID},
        {},
        "no private connection",
        cloud=PEERED,
        bad_cloud=HERE,
        instead=True,
    ),
    RuleCase(
        "servicenetworking.ranges_exist",
        PSA,
        PEERING,
        {"reserved_peering_ranges": ["x"]},
        "'x' not found",
        cloud=PEERED[:2],
    ),
    RuleCase(
        "servicenetworking.ranges_exist",
        PSA,
        PEERING,
        {},
        "must have purpose VPC_PEERING",
        cloud=PEERED[:2],
        bad_cloud=(*HERE, (ADDRESS, RANGE | {"purpose": "PRIVATE_SERVICE_CONNECT"})),
        instead=True,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)


def test_connection_is_in_use_after_last_instance_is_deleted() -> None:
    cloud = cloud_of(PEERED)
    check_delete(PSA, whole(PSA, PEERING), cloud)
    cloud.reserve_name(SQL_TYPE, "projects/other/global/networks/main")
    check_delete(PSA, whole(PSA, PEERING), cloud)
    cloud.reserve_name(SQL_TYPE, SQL["settings"][0]["ip_configuration"][0]["private_network"])
    with pytest.raises(ApiError, match="Producer services"):
        check_delete(PSA, whole(PSA, PEERING), cloud)
    check_delete(PSA, whole(PSA, PEERING | {"deletion_policy": "ABANDON"}), cloud)
