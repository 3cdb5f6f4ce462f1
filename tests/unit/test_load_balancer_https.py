"""The load balancer's public side: redirect, TLS, certificate and DNS."""

from collections.abc import Callable
from typing import Any

import pytest

from environments.schema import DomainConfig
from tests.template import Template
from tests.unit.balancers import DEFAULTS, other, small, usual, usual_url_map

# HTTPS


def test_http_is_redirected_with_301_and_keeps_the_query() -> None:
    redirect = usual().get("google_compute_url_map.https_redirect")
    assert redirect["default_url_redirect"] == {
        "https_redirect": True,
        "strip_query": False,
        "redirect_response_code": "MOVED_PERMANENTLY_DEFAULT",
    }


def test_redirect_url_map_has_no_service() -> None:
    redirect = usual().get("google_compute_url_map.https_redirect")
    assert {"default_service", "host_rule", "path_matcher"}.isdisjoint(redirect)


def test_https_is_not_redirected() -> None:
    assert "default_url_redirect" not in usual_url_map()


@pytest.mark.parametrize(
    ("port", "proxy", "url_map"),
    [("443", "https_proxy.default", "default"), ("80", "http_proxy.redirect", "https_redirect")],
)
def test_forwarding_rule_leads_to_its_proxy_and_url_map(
    port: str, proxy: str, url_map: str
) -> None:
    template = usual()
    rules = template.of("google_compute_global_forwarding_rule").values()
    [target] = [rule["target"] for rule in rules if rule["port_range"] == port]
    assert target == f"${{google_compute_target_{proxy}.id}}"
    leads_to = template.get(f"google_compute_target_{proxy}")["url_map"]
    assert leads_to == f"${{google_compute_url_map.{url_map}.id}}"


def test_both_forwarding_rules_have_the_same_address() -> None:
    rules = usual().of("google_compute_global_forwarding_rule").values()
    addresses = [rule["ip_address"] for rule in rules]
    assert addresses == ["${google_compute_global_address.default.address}"] * 2


@pytest.mark.parametrize(("made", "profile"), [(usual, "MODERN"), (other, "RESTRICTED")])
def test_tls_is_1_2_or_newer_with_the_configured_profile(
    made: Callable[[], Template], profile: str
) -> None:
    policy = made().one("google_compute_ssl_policy")
    assert (policy["min_tls_version"], policy["profile"]) == ("TLS_1_2", profile)


def test_https_uses_the_certificate_and_the_tls_policy() -> None:
    proxy = usual().one("google_compute_target_https_proxy")
    certificate = "${google_compute_managed_ssl_certificate.default.id}"
    assert proxy["ssl_certificates"] == [certificate]
    assert proxy["ssl_policy"] == "${google_compute_ssl_policy.default.id}"


# Certificate


def _certificate(*aliases: str) -> Any:
    domain = DomainConfig(name="example.com", alias_labels=aliases)
    return small(DEFAULTS, domain).one("google_compute_managed_ssl_certificate")


def test_certificate_covers_every_host() -> None:
    domains = _certificate("www", "cdn")["managed"]["domains"]
    hosts = ["api.example.com", "cdn.example.com", "example.com", "www.example.com"]
    assert sorted(domains) == hosts


def test_certificate_name_changes_with_its_domains() -> None:
    names = {_certificate(*aliases)["name"] for aliases in ((), ("www",), ("www", "cdn"))}
    assert len(names) == 3


def test_certificate_name_does_not_change_with_the_order_of_domains() -> None:
    assert _certificate("www", "cdn")["name"] == _certificate("cdn", "www")["name"]


def test_order_of_the_hosts_does_not_replace_the_certificate() -> None:
    # Another order of `domains` replaces it: by one of the same name, which Google refuses.
    assert _certificate("www", "cdn")["managed"] == _certificate("cdn", "www")["managed"]


def test_certificate_is_created_before_destroy() -> None:
    assert _certificate()["lifecycle"] == {"create_before_destroy": True}


# DNS


def test_dns_records_are_missing_without_a_zone() -> None:
    assert usual().of("google_dns_record_set") == {}


def test_every_host_has_a_record_in_the_zone() -> None:
    records = other().of("google_dns_record_set").values()
    names = sorted(record["name"] for record in records)
    assert names == ["backend.example.com.", "example.com.", "www.example.com."]
    for record in records:
        assert (record["managed_zone"], record["type"], record["ttl"]) == ("the-zone", "A", 300)
        assert record["rrdatas"] == ["${google_compute_global_address.default.address}"]
