"""The way to the gateway and back: backend, route, certificate, DNS and Cloud Armor."""

from typing import Any

import pytest

from tests.template import Template
from tests.unit.parts import platform

BACKEND = "${google_compute_backend_service.gateway.id}"
HOST = "gateway.grid.example.com"


def _template() -> Template:
    return platform("prod", {"domain.dns_zone": "zone"})


def _backend() -> Any:
    return _template().get("google_compute_backend_service.gateway")


def _group() -> Any:
    groups = _template().of("google_compute_region_network_endpoint_group")
    return groups["gateway_neg_us_central1"]


def test_gateway_backend_and_group_are_created_before_destroy() -> None:
    for one in (_group(), _backend()):
        assert one["lifecycle"] == {"create_before_destroy": True}


def test_gateway_is_reached_through_private_service_connect() -> None:
    group = _group()
    assert group["network_endpoint_type"] == "PRIVATE_SERVICE_CONNECT"
    assert group["psc_target_service"] == "${google_apigee_instance.main.service_attachment}"


def test_group_is_in_the_private_subnet_of_the_gateway_s_region() -> None:
    group = _group()
    assert group["region"] == "us-central1"
    assert group["network"] == "${google_compute_network.main.id}"
    assert group["subnetwork"] == "${google_compute_subnetwork.private_us_central1.id}"


def test_backend_is_reached_over_tls_and_has_no_health_check() -> None:
    backend = _backend()
    assert (backend["protocol"], backend["load_balancing_scheme"]) == ("HTTPS", "EXTERNAL_MANAGED")
    assert "health_checks" not in backend


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({}, 300),
        ({"services.ai.timeout_seconds": 200}, 200),
        ({"services.ai.timeout_seconds": 3600}, 300),
        ({"services.ai.route": None}, 60),
        ({"gateway.target_timeout_seconds": 120}, 120),
    ],
)
def test_backend_timeout_exceeds_the_target_timeout_by_five_seconds(
    changes: dict[str, Any], seconds: int
) -> None:
    """And gives up before the load balancer does."""
    template = platform("prod", changes)
    assert template.get("google_compute_backend_service.gateway")["timeout_sec"] == seconds + 5


def test_gateway_backend_has_no_cdn() -> None:
    assert _backend()["enable_cdn"] is False


def test_requests_to_the_gateway_are_logged_at_the_configured_rate() -> None:
    template = platform("prod", {"load_balancer.access_log_sample_rate": 0.25})
    backend = template.get("google_compute_backend_service.gateway")
    assert backend["log_config"] == {"enable": True, "sample_rate": 0.25}


def test_gateway_is_behind_cloud_armor() -> None:
    assert _backend()["security_policy"] == "${google_compute_security_policy.default.id}"


def test_url_map_routes_the_gateway_host_and_tests_the_route() -> None:
    url_map = _template().get("google_compute_url_map.default")
    [rule] = [one for one in url_map["host_rule"] if one["hosts"] == [HOST]]
    [matcher] = [one for one in url_map["path_matcher"] if one["name"] == rule["path_matcher"]]
    assert matcher["default_service"] == BACKEND
    assert "path_rule" not in matcher
    assert {"host": HOST, "path": "/", "service": BACKEND} in url_map["test"]


def test_no_other_route_leads_to_the_gateway() -> None:
    url_map = _template().get("google_compute_url_map.default")
    [api] = [matcher for matcher in url_map["path_matcher"] if matcher["name"] == "api"]
    assert BACKEND not in str(api)
    assert url_map["default_service"] != BACKEND


def test_gateway_target_is_the_api_host() -> None:
    template = platform("prod", {"domain.api_label": "backend"})
    hosts = [rule["hosts"] for rule in template.get("google_compute_url_map.default")["host_rule"]]
    assert hosts == [["backend.grid.example.com"], [HOST]]


def test_default_certificate_does_not_change_with_a_gateway() -> None:
    certificates = _template().of("google_compute_managed_ssl_certificate")
    without = platform("prod", {"domain.dns_zone": "zone", "gateway": None})
    before = without.one("google_compute_managed_ssl_certificate")
    assert certificates["default"] == before
    assert certificates["gateway"]["managed"]["domains"] == [HOST]
    assert certificates["gateway"]["name"] != before["name"]


def test_proxy_has_both_certificates() -> None:
    proxy = _template().one("google_compute_target_https_proxy")
    assert proxy["ssl_certificates"] == [
        f"${{google_compute_managed_ssl_certificate.{name}.id}}" for name in ("default", "gateway")
    ]


def test_gateway_host_has_a_dns_record() -> None:
    records = _template().of("google_dns_record_set")
    assert records["gateway_grid_example_com"]["name"] == f"{HOST}."


def test_cloud_armor_allows_the_gateway_egress_addresses_first() -> None:
    rules = _template().get("google_compute_security_policy.default")["rule"]
    first = min(rules, key=lambda rule: rule["priority"])
    assert first["action"] == "allow"
    assert first["match"]["config"]["src_ip_ranges"] == [
        "${google_apigee_nat_address.egress_1.ip_address}/32"
    ]


def test_configured_trusted_ranges_stay_in_the_allow_rule() -> None:
    template = platform("prod", {"cloud_armor.allow_ranges": ["203.0.113.0/24"]})
    rules = template.get("google_compute_security_policy.default")["rule"]
    assert min(rules, key=lambda rule: rule["priority"])["match"]["config"]["src_ip_ranges"] == [
        "203.0.113.0/24",
        "${google_apigee_nat_address.egress_1.ip_address}/32",
    ]


def test_evaluation_gateway_adds_no_allow_rule() -> None:
    template = platform("dev", {"gateway": {"billing_type": "EVALUATION"}})
    rules = template.get("google_compute_security_policy.default")["rule"]
    assert not [rule for rule in rules if rule["action"] == "allow" and rule["priority"] < 1000]
    assert "google_compute_backend_service.gateway" in template.resources
