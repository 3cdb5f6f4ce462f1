"""The load balancer's backends: their groups, failing regions, names and order."""

import pytest

from tests.unit.balancers import backends, other, usual
from tests.unit.parts import CENTRAL, EAST

# Backends


def test_backends_and_groups_are_created_before_destroy() -> None:
    for type_ in ("backend_service", "region_network_endpoint_group"):
        for name, resource in usual().of(f"google_compute_{type_}").items():
            assert resource["lifecycle"] == {"create_before_destroy": True}, name


def test_endpoint_group_depends_on_the_invoker_grant_of_its_service() -> None:
    group = usual().get("google_compute_region_network_endpoint_group.auth_neg_us_central1")
    grant = "google_cloud_run_v2_service_iam_member.{}_invoker_us_central1"
    assert grant.format("auth") in group["depends_on"]
    assert grant.format("api") not in group["depends_on"]


def test_only_services_with_a_route_have_a_backend() -> None:
    assert backends(usual()).keys() == {"auth", "api", "ai"}


def test_backends_have_the_scheme_of_the_forwarding_rules() -> None:
    template = usual()
    rules = template.of("google_compute_global_forwarding_rule").values()
    schemes = [one["load_balancing_scheme"] for one in (*backends(template).values(), *rules)]
    assert schemes == ["EXTERNAL_MANAGED"] * 5


@pytest.mark.parametrize("argument", ["health_checks", "timeout_sec", "port_name"])
def test_backends_have_no_arguments_that_serverless_groups_reject(argument: str) -> None:
    assert all(argument not in backend for backend in backends(other()).values())


def test_there_is_no_health_check() -> None:
    assert not [address for address in usual().resources if "health_check" in address]


def test_backends_set_no_balancing_mode() -> None:
    groups = [group for backend in backends(usual()).values() for group in backend["backend"]]
    assert [group.keys() for group in groups] == [{"group"}] * 3


def test_backends_are_reached_over_https() -> None:
    assert {backend["protocol"] for backend in backends(usual()).values()} == {"HTTPS"}


def test_backend_has_a_group_in_each_region_of_its_service() -> None:
    groups = [one["group"] for one in backends(other())["auth"]["backend"]]
    assert groups == [
        f"${{google_compute_region_network_endpoint_group.auth_neg_{region}.id}}"
        for region in ("us_central1", "us_east1")
    ]


@pytest.mark.parametrize("region", [CENTRAL, EAST])
def test_endpoint_group_names_the_cloud_run_service_of_its_region(region: str) -> None:
    groups = other().of("google_compute_region_network_endpoint_group")
    group = groups[f"auth_neg_{region.replace('-', '_')}"]
    assert group["region"] == region
    assert group["network_endpoint_type"] == "SERVERLESS"
    assert group["cloud_run"] == {
        "service": f"${{google_cloud_run_v2_service.auth_service_{region.replace('-', '_')}.name}}"
    }


def test_endpoint_groups_have_distinct_names() -> None:
    groups = other().of("google_compute_region_network_endpoint_group").values()
    assert len({group["name"] for group in groups}) == len(groups) == 12


def test_every_backend_service_has_the_security_policy() -> None:
    assert {backend["security_policy"] for backend in backends(usual()).values()} == {"the-policy"}


def test_requests_are_logged_at_the_configured_rate() -> None:
    for backend in backends(other()).values():
        assert backend["log_config"] == {"enable": True, "sample_rate": 0.25}


# Failing regions


def test_outlier_detection_is_off_with_one_region() -> None:
    assert all("outlier_detection" not in backend for backend in backends(usual()).values())


def test_outlier_detection_is_enforced_with_several_regions() -> None:
    for backend in backends(other()).values():
        assert backend["outlier_detection"]["enforcing_consecutive_errors"] == 100


def test_outlier_detection_has_no_success_rate() -> None:
    for backend in backends(other()).values():
        assert not [key for key in backend["outlier_detection"] if "success_rate" in key]


def test_outlier_detection_is_configured() -> None:
    detection = backends(other())["api"]["outlier_detection"]
    assert detection["consecutive_errors"] == 3
    assert detection["interval"] == {"seconds": 10}
    assert detection["base_ejection_time"] == {"seconds": 60}
    assert detection["max_ejection_percent"] == 40


# Names and order


@pytest.mark.parametrize("name", ["default", "frontend", "static"])
def test_service_can_have_the_name_of_a_part_of_the_load_balancer(name: str) -> None:
    assert name in backends(other())
