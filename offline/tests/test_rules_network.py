"""Networks and peering: what their APIs refuse."""

import pytest
from judging import Refused, judge_both, whole, world_of
from things import (
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

from offline.services.catalog import Refusal, check_delete

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
    Refused(
        "compute.networks.overlap",
        SUB,
        SUBNET,
        {"ip_cidr_range": "10.0.0.0/18"},
        "conflicts with",
        world=HERE,
    ),
    Refused(
        "compute.networks.overlap",
        SUB,
        SUBNET,
        {},
        "connector 'connector'",
        world=HERE,
        bad_world=((VPC, CONNECTOR | {"ip_cidr_range": "10.0.1.0/28"}),),
    ),
    Refused(
        "compute.networks.overlap",
        SUB,
        SUBNET,
        {},
        "allocated range 'private-ip'",
        world=HERE,
        bad_world=((ADDRESS, RANGE | {"address": "10.0.0.0"}),),
    ),
    Refused(
        "compute.networks.overlap",
        VPC,
        CONNECTOR,
        {"ip_cidr_range": "10.0.32.0/28"},
        "secondary range 'pods'",
        world=(*HERE, (SUB, SUBNET)),
    ),
    Refused(
        "compute.networks.network_exists",
        SUB,
        SUBNET,
        {"network": f"{P}/global/networks/x"},
        "networks/x' was not found",
        world=HERE,
    ),
    Refused(
        "compute.networks.router_exists",
        "google_compute_router_nat",
        NAT,
        {"router": "x"},
        "routers/x",
        world=ROUTED,
    ),
    Refused(
        "compute.networks.nat_addresses",
        "google_compute_router_nat",
        NAT,
        {"nat_ips": ["a"]},
        "AUTO_ONLY",
        world=ROUTED,
    ),
    Refused(
        "compute.networks.nat_addresses",
        "google_compute_router_nat",
        NAT,
        {"nat_ips": [], "nat_ip_allocate_option": "MANUAL_ONLY"},
        "MANUAL_ONLY",
        world=ROUTED,
    ),
    Refused(
        "vpcaccess.connector_name",
        VPC,
        CONNECTOR | {"name": "grid-prod-usc1"},
        {"name": "grid-prod-us-central"},
        "shorter than 21",
        world=HERE,
    ),
    Refused(
        "vpcaccess.connector_range",
        VPC,
        CONNECTOR,
        {"ip_cidr_range": "10.1.0.0/27"},
        "prefix length of 28",
        world=HERE,
    ),
    Refused(
        "vpcaccess.connector_instances",
        VPC,
        CONNECTOR,
        {"max_instances": 11},
        "between 3 and 10",
        world=HERE,
    ),
    Refused(
        "vpcaccess.connector_instances",
        VPC,
        CONNECTOR,
        {"min_instances": 1},
        "between 2 and 9",
        world=HERE,
    ),
    Refused(
        "vpcaccess.connector_instances",
        VPC,
        CONNECTOR,
        {"min_instances": 5, "max_instances": 5},
        "must be lower",
        world=HERE,
    ),
    Refused(
        "compute.networks.subnet_size",
        SUB,
        SUBNET,
        {"ip_cidr_range": "10.0.0.0/30"},
        "at most 29",
        world=HERE,
    ),
    Refused(
        "compute.networks.subnet_size",
        SUB,
        SUBNET,
        {"ip_cidr_range": "10.0.0.1/20"},
        "host bits",
        world=HERE,
    ),
    Refused(
        "sql.peering.connection_exists",
        SQL_TYPE,
        SQL,
        {},
        "at least 1 private services connection",
        world=PEERED,
        bad_world=HERE,
        instead=True,
    ),
    Refused(
        "redis.peering.connection_exists",
        REDIS_TYPE,
        REDIS,
        {},
        "private service access is not enabled",
        world=PEERED,
        bad_world=HERE,
        instead=True,
    ),
    Refused(
        "redis.peering.reserved_range",
        REDIS_TYPE,
        REDIS,
        {"reserved_ip_range": "10.64.0.0/29"},
        "name of an allocated IP range",
        world=PEERED,
    ),
    Refused(
        "apigee.peering.connection_exists",
        "google_apigee_organization",
        {"project_id": "grid-test", "name": "grid-test", "authorized_network": NETWORK_ID},
        {},
        "no private connection",
        world=PEERED,
        bad_world=HERE,
        instead=True,
    ),
    Refused(
        "servicenetworking.ranges_exist",
        PSA,
        PEERING,
        {"reserved_peering_ranges": ["x"]},
        "'x' not found",
        world=PEERED[:2],
    ),
    Refused(
        "servicenetworking.ranges_exist",
        PSA,
        PEERING,
        {},
        "must have purpose VPC_PEERING",
        world=PEERED[:2],
        bad_world=(*HERE, (ADDRESS, RANGE | {"purpose": "PRIVATE_SERVICE_CONNECT"})),
        instead=True,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_refused(case: Refused) -> None:
    judge_both(case)


def test_the_connection_stays_busy_after_its_last_producer() -> None:
    world = world_of(PEERED)
    check_delete(PSA, whole(PSA, PEERING), world)
    world.bury(SQL_TYPE, "db")
    with pytest.raises(Refusal, match="Producer services"):
        check_delete(PSA, whole(PSA, PEERING), world)
    check_delete(PSA, whole(PSA, PEERING | {"deletion_policy": "ABANDON"}), world)
