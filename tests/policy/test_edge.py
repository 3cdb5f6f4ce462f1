"""Network, load balancer and Cloud Armor."""

import re
from ipaddress import ip_network
from itertools import combinations
from typing import Any

from environments import Environment
from tests.template import Template

SCHEME = "EXTERNAL_MANAGED"


def rules(template: Template) -> list[Any]:
    found: list[Any] = template.get("google_compute_security_policy.default")["rule"]
    return found


def test_cdn_policy_exists_only_with_the_cdn(template: Template) -> None:
    for type_ in ("google_compute_backend_service", "google_compute_backend_bucket"):
        for name, backend in template.of(type_).items():
            assert ("cdn_policy" in backend) == backend["enable_cdn"], name


def test_every_backend_service_is_behind_cloud_armor(template: Template) -> None:
    for backend in template.of("google_compute_backend_service").values():
        assert backend["security_policy"] == "${google_compute_security_policy.default.id}"


def test_every_cache_is_behind_the_edge_policy(template: Template) -> None:
    types = ("google_compute_backend_service", "google_compute_backend_bucket")
    backends = [backend for type_ in types for backend in template.of(type_).values()]
    policy = "${google_compute_security_policy.edge.id}"
    for backend in backends:
        assert backend.get("edge_security_policy") == (policy if backend["enable_cdn"] else None)
    assert any(backend["enable_cdn"] for backend in backends)


def test_cloud_armor_rules_are_within_the_api_limits(template: Template) -> None:
    for rule in rules(template):
        if "config" in rule["match"]:
            assert 1 <= len(rule["match"]["config"]["src_ip_ranges"]) <= 10
        assert len(rule["description"]) <= 64


def test_certificates_cover_every_host(template: Template, environment: Environment) -> None:
    certificates = template.of("google_compute_managed_ssl_certificate").values()
    domains = {one for certificate in certificates for one in certificate["managed"]["domains"]}
    assert domains == set(environment.hosts)
    assert not any("*" in domain for domain in domains)
    assert all(one["lifecycle"]["create_before_destroy"] is True for one in certificates)
    rules = template.get("google_compute_url_map.default")["host_rule"]
    assert {host for rule in rules for host in rule["hosts"]} <= domains


def test_address_ranges_are_disjoint(template: Template) -> None:
    networks = [
        block
        for subnet in template.of("google_compute_subnetwork").values()
        for block in (
            subnet["ip_cidr_range"],
            *(one["ip_cidr_range"] for one in subnet["secondary_ip_range"]),
        )
    ]
    connectors = template.of("google_vpc_access_connector").values()
    networks += [connector["ip_cidr_range"] for connector in connectors]
    peering = template.get("google_compute_global_address.private_ip")
    networks.append(f"{peering['address']}/{peering['prefix_length']}")
    for network, other in combinations(map(ip_network, networks), 2):
        assert not network.overlaps(other), (network, other)


def test_connector_names_are_within_the_api_limit(template: Template) -> None:
    for connector in template.of("google_vpc_access_connector").values():
        name = connector["name"]
        assert re.fullmatch(r"[a-z][-a-z0-9]{0,23}[a-z0-9]", name)
        assert len(name) + name.count("-") <= 20
        assert connector["min_instances"] < connector["max_instances"]


def test_logging_is_enabled(template: Template) -> None:
    assert all(
        "log_config" in subnetwork
        for subnetwork in template.of("google_compute_subnetwork").values()
    )
    assert all("log_config" in nat for nat in template.of("google_compute_router_nat").values())
    backends = template.of("google_compute_backend_service").values()
    assert all(backend["log_config"]["enable"] for backend in backends)


def test_rate_limit_follows_every_waf_rule(template: Template) -> None:
    limits = [rule["priority"] for rule in rules(template) if "rate_limit_options" in rule]
    firewall = [rule["priority"] for rule in rules(template) if "expr" in rule["match"]]
    assert firewall
    assert min(limits) > max(firewall)


def test_rate_limit_counts_by_client_address(template: Template) -> None:
    for rule in rules(template):
        options = rule.get("rate_limit_options", {})
        assert bool(options) == (rule["action"] in {"throttle", "rate_based_ban"})
        assert not options or options["enforce_on_key"] == "IP"
        assert ("ban_duration_sec" in options) == (rule["action"] == "rate_based_ban")
        assert options.get("rate_limit_threshold", {}).get("count", 0) <= 10_000


def test_http_only_redirects_to_https(template: Template) -> None:
    url_map = template.get("google_compute_url_map.https_redirect")
    assert url_map["default_url_redirect"]["https_redirect"] is True
    assert "default_url_redirect" not in template.get("google_compute_url_map.default")
    assert template.one("google_compute_ssl_policy")["min_tls_version"] == "TLS_1_2"
