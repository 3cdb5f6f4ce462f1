"""Load balancer and DNS: what their APIs reject."""

from typing import Any

import pytest
from resources import (
    BACKEND,
    BACKEND_ID,
    CERTIFICATE,
    FORWARDING,
    MAP,
    NEG,
    POLICY,
    PROXY,
    P,
)
from rule_cases import GONE, RuleCase, changed, check_both

from offline.services.compute.url_maps import route

SERVICE, BUCKET = "google_compute_backend_service", "google_compute_backend_bucket"
NEG_TYPE = "google_compute_region_network_endpoint_group"
ARMOR, URL_MAP = "google_compute_security_policy", "google_compute_url_map"
HTTPS, RULE = "google_compute_target_https_proxy", "google_compute_global_forwarding_rule"
CERT, TLS = "google_compute_managed_ssl_certificate", "google_compute_ssl_policy"
ZONE, RECORD = "google_dns_managed_zone", "google_dns_record_set"
GROUPS = ((NEG_TYPE, NEG),)
STATIC = {"name": "static", "bucket_name": "acme-test-static"}
BACKENDS = ((SERVICE, BACKEND), (BUCKET, STATIC))
FRONT = (*BACKENDS, (URL_MAP, MAP), (CERT, CERTIFICATE), (TLS, {"name": "tls"}))
FULL = (*FRONT, (HTTPS, PROXY))
REDIRECT = {"name": "map", "default_url_redirect": [{"https_redirect": True}]}
EDGE = {"name": "edge", "type": "CLOUD_ARMOR_EDGE"}
RECORD_GOOD: dict[str, Any] = {
    "managed_zone": "zone",
    "name": "api.example.com.",
    "type": "A",
    "rrdatas": ["203.0.113.1"],
}


def backend(rule: str, change: dict[str, Any], message: str, **more: Any) -> RuleCase:
    """Return a case over a backend service with a serverless group."""
    return RuleCase(
        f"compute.backends.{rule}", SERVICE, BACKEND, change, message, cloud=GROUPS, **more
    )


def routes(rule: str, change: dict[str, Any], message: str, **more: Any) -> RuleCase:
    """Return a case over the usual URL map."""
    return RuleCase(
        f"compute.url_maps.{rule}", URL_MAP, MAP, change, message, cloud=BACKENDS, **more
    )


def front(
    rule: str, type_: str, good: Any, change: dict[str, Any], message: str, **more: Any
) -> RuleCase:
    """Return a case over a proxy, rule, certificate or TLS policy."""
    return RuleCase(f"compute.frontends.{rule}", type_, good, change, message, **more)


CASES = [
    backend(
        "no_health_checks", {"health_checks": ["x"]}, "cannot have a healthcheck with Serverless"
    ),
    backend("no_timeout", {"timeout_sec": 60}, "Timeout sec is not supported"),
    backend("no_port_name", {"port_name": "h2c"}, "Port name is not supported"),
    backend("one_per_region", {"backend": [BACKEND["backend"][0]] * 2}, "only one serverless"),
    backend(
        "outlier_success_rate",
        {"outlier_detection.0.success_rate_minimum_hosts": 5},
        "not supported",
    ),
    backend("outlier_scheme", {"load_balancing_scheme": "EXTERNAL"}, "scheme EXTERNAL"),
    backend("cdn", {"cdn_policy.0.default_ttl": 90000}, "less than or equal to maxTtl"),
    backend("cdn", {"cdn_policy.0.client_ttl": 90000}, "less than or equal to 86400"),
    backend("cdn", {"cdn_policy.0.cache_mode": "USE_ORIGIN_HEADERS"}, "USE_ORIGIN_HEADERS"),
    backend("cdn", {"cdn_policy.0.cache_mode": "FORCE_CACHE_ALL"}, "FORCE_CACHE_ALL"),
    backend("negative_caching", {"cdn_policy.0.negative_caching": False}, "to be enabled"),
    backend("negative_caching", {"cdn_policy.0.negative_caching_policy.0.code": 200}, "'200'"),
    backend("negative_caching", {"cdn_policy.0.negative_caching_policy.0.ttl": 1801}, "1800"),
    backend("policy_exists", {"security_policy": f"{P}/global/securityPolicies/x"}, "not found"),
    backend(
        "policy_exists",
        {"security_policy": "edge"},
        "edgeSecurityPolicy",
        bad_cloud=((ARMOR, EDGE),),
    ),
    RuleCase(
        "compute.backends.neg_target", NEG_TYPE, NEG, {"cloud_run": []}, "exactly one of cloudRun"
    ),
    RuleCase(
        "compute.backends.bucket_exists",
        BUCKET,
        STATIC,
        {"bucket_name": "other"},
        "was not found",
        cloud=(("google_storage_bucket", {"name": "acme-test-static"}),),
    ),
    RuleCase(
        "compute.backends.edge_policy",
        BUCKET,
        STATIC | {"edge_security_policy": "edge"},
        {"edge_security_policy": "armor"},
        "CLOUD_ARMOR_EDGE",
        cloud=((ARMOR, POLICY), (ARMOR, EDGE)),
    ),
    routes(
        "matchers", {"host_rule.0.path_matcher": "other"}, "'other'. Path matcher is not defined"
    ),
    routes("matchers_used", {"host_rule": [], "test": []}, "not used by a host rule"),
    routes("hosts", {"host_rule.0.hosts": ["api.*.com"]}, "'api.*.com'"),
    routes("hosts", {"host_rule.0.hosts": ["a.com", "a.com"]}, "more than one host rule"),
    routes("paths", {"path_matcher.0.path_rule.0.paths": ["static/*"]}, "begin with /"),
    routes("paths", {"path_matcher.0.path_rule.0.paths": ["/static*"]}, "following a /"),
    routes("paths", {"path_matcher.0.path_rule.0.paths": ["/a", "/a"]}, "already used"),
    routes("destinations", {"path_matcher.0.path_rule.0.service": None}, "exactly one of service"),
    routes(
        "destinations",
        {"path_matcher.0.default_service": GONE, "test": []},
        "one of defaultService",
    ),
    routes("backends_exist", {"default_service": f"{P}/global/backendServices/x"}, "was not found"),
    routes(
        "test_count",
        {"test": [{"host": "a.com", "path": "/", "service": "x"}] * 101},
        "maximum size 100",
    ),
    routes("url_map_tests", {"test.0.path": "/static/a"}, "URL map test failed"),
    RuleCase(
        "compute.url_maps.redirect_loop",
        HTTPS,
        PROXY,
        {"url_map": f"{P}/global/urlMaps/redirect"},
        "httpsRedirect",
        cloud=(*FRONT, (URL_MAP, REDIRECT | {"name": "redirect"})),
    ),
    front(
        "scheme",
        RULE,
        FORWARDING,
        {"load_balancing_scheme": "EXTERNAL"},
        "scheme EXTERNAL does not match",
        cloud=FULL,
    ),
    front("ports", RULE, FORWARDING, {"port_range": "80-90"}, "exactly one port", cloud=FULL),
    front(
        "same_address",
        RULE,
        FORWARDING,
        {"port_range": "80"},
        "in-use",
        cloud=(*FULL, (RULE, FORWARDING | {"name": "http", "port_range": "80"})),
    ),
    front(
        "target_exists",
        RULE,
        FORWARDING,
        {"target": f"{P}/global/targetHttpsProxies/x"},
        "was not found",
        cloud=FULL,
    ),
    front(
        "target_exists",
        HTTPS,
        PROXY,
        {"url_map": f"{P}/global/urlMaps/x"},
        "was not found",
        cloud=FRONT,
    ),
    front(
        "target_exists",
        HTTPS,
        PROXY,
        {"ssl_policy": f"{P}/global/sslPolicies/x"},
        "was not found",
        cloud=FRONT,
    ),
    front("certificates", HTTPS, PROXY, {"ssl_certificates": []}, "At least one", cloud=FRONT),
    front(
        "certificates",
        HTTPS,
        PROXY,
        {"ssl_certificates": [f"{P}/global/sslCertificates/x"]},
        "was not found",
        cloud=FRONT,
    ),
    front("domains", CERT, CERTIFICATE, {"managed.0.domains": ["*.example.com"]}, "Wildcard"),
    front(
        "domains",
        CERT,
        CERTIFICATE,
        {"managed.0.domains": [f"a{n}.example.com" for n in range(101)]},
        "at most 100",
    ),
    front("domains", CERT, CERTIFICATE, {"managed.0.domains": ["a.com", "a.com."]}, "unique"),
    front("domains", CERT, CERTIFICATE, {"managed.0.domains": ["localhost"]}, "valid domain"),
    front(
        "features",
        TLS,
        {"name": "t", "profile": "CUSTOM", "custom_features": ["X"]},
        {"custom_features": []},
        "no custom_features",
    ),
    front(
        "features",
        TLS,
        {"name": "t", "profile": "MODERN"},
        {"custom_features": ["X"]},
        "to be CUSTOM",
    ),
    front(
        "restricted",
        TLS,
        {"name": "t", "profile": "RESTRICTED", "min_tls_version": "TLS_1_2"},
        {"min_tls_version": "TLS_1_0"},
        "requires TLS_1_2",
    ),
    RuleCase(
        "dns.zone_name",
        ZONE,
        {"name": "zone", "dns_name": "example.com."},
        {"dns_name": "example.com"},
        "'example.com'",
    ),
    RuleCase(
        "dns.zone_exists",
        RECORD,
        RECORD_GOOD,
        {"managed_zone": "x"},
        "does not exist",
        cloud=((ZONE, {"name": "zone", "dns_name": "example.com."}),),
    ),
    RuleCase(
        "dns.record",
        RECORD,
        RECORD_GOOD,
        {"name": "api.other.com."},
        "'api.other.com.'",
        cloud=((ZONE, {"name": "zone", "dns_name": "example.com."}),),
    ),
    RuleCase(
        "dns.record",
        RECORD,
        RECORD_GOOD,
        {"name": "example.com.", "type": "CNAME"},
        "CNAME",
        cloud=((ZONE, {"name": "zone", "dns_name": "example.com."}),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)


@pytest.mark.parametrize(
    ("host", "path", "service"),
    [
        ("api.example.com", "/", BACKEND_ID),
        ("api.example.com", "/static", f"{P}/global/backendBuckets/static"),
        ("api.example.com", "/static/a/b?q=1", f"{P}/global/backendBuckets/static"),
        ("api.example.com", "/staticx", BACKEND_ID),
        ("other.example.com", "/", f"{P}/global/backendBuckets/static"),
    ],
)
def test_url_map_routes_by_longest_path(host: str, path: str, service: str) -> None:
    assert route(MAP, host, path) == service


def test_url_map_wildcard_host_is_the_fallback() -> None:
    rules = [{"hosts": ["*.example.com"], "path_matcher": "api"}]
    assert route(changed(MAP, {"host_rule": rules}), "x.example.com", "/") == BACKEND_ID
    assert route(changed(MAP, {"host_rule": rules}), "example.org", "/") == MAP["default_service"]
