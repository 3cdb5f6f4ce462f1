"""What the load balancer caches: answers of services and static files."""

import pytest

from environments.schema import LoadBalancerConfig
from tests.unit.balancers import backends, small, usual

NEGATIVE_CODES = {300, 301, 308, 404, 405, 410, 421, 451, 501}
"""Source: provider, negative_caching_policy of google_compute_backend_service."""


# CDN


def test_cdn_is_enabled_only_when_configured() -> None:
    enabled = {name: backend["enable_cdn"] for name, backend in backends(usual()).items()}
    assert enabled == {"auth": False, "api": True, "ai": False}


def test_cdn_policy_exists_only_with_the_cdn() -> None:
    for name, backend in backends(usual()).items():
        assert ("cdn_policy" in backend) == backend["enable_cdn"], name


def test_requests_with_credentials_bypass_the_cache() -> None:
    policy = backends(usual())["api"]["cdn_policy"]
    assert policy["bypass_cache_on_request_headers"] == [{"header_name": "Authorization"}]


def test_cache_mode_is_valid_for_the_provider() -> None:
    assert backends(usual())["api"]["cdn_policy"]["cache_mode"] == "CACHE_ALL_STATIC"


def test_cdn_ttls_are_the_configured_ones() -> None:
    policy = backends(usual())["api"]["cdn_policy"]
    assert (policy["default_ttl"], policy["max_ttl"]) == (60, 600)


def test_client_ttl_does_not_exceed_max_ttl() -> None:
    policy = backends(usual())["api"]["cdn_policy"]
    assert policy["client_ttl"] <= policy["max_ttl"]


def test_cache_key_includes_protocol_host_and_query() -> None:
    key = backends(usual())["api"]["cdn_policy"]["cache_key_policy"]
    assert key == {"include_protocol": True, "include_host": True, "include_query_string": True}


def test_404_ttl_is_the_configured_one() -> None:
    policy = backends(usual())["api"]["cdn_policy"]
    assert policy["negative_caching"] is True
    assert policy["negative_caching_policy"] == [{"code": 404, "ttl": 30}]
    assert {one["code"] for one in policy["negative_caching_policy"]} <= NEGATIVE_CODES


# Static files


def test_static_backend_serves_the_bucket_through_the_cdn() -> None:
    static = usual().one("google_compute_backend_bucket")
    assert (static["bucket_name"], static["enable_cdn"]) == ("files", True)


def test_backend_bucket_has_no_scheme_and_no_security_policy() -> None:
    static = usual().one("google_compute_backend_bucket")
    assert {"load_balancing_scheme", "security_policy"}.isdisjoint(static)


def test_static_files_are_compressed() -> None:
    static = usual().one("google_compute_backend_bucket")
    assert static["compression_mode"] == "AUTOMATIC"


@pytest.mark.parametrize("seconds", [0, 3600, 86400 * 30])
def test_static_ttls_are_the_configured_ones(seconds: int) -> None:
    template = small(LoadBalancerConfig(static_cache_seconds=seconds))
    policy = template.one("google_compute_backend_bucket")["cdn_policy"]
    assert policy["cache_mode"] == "CACHE_ALL_STATIC"
    assert policy["default_ttl"] == policy["client_ttl"] == seconds
    assert policy["max_ttl"] >= seconds


def test_static_files_are_served_while_stale() -> None:
    policy = usual().one("google_compute_backend_bucket")["cdn_policy"]
    assert policy["serve_while_stale"] == 86400


def test_negative_caching_is_on_for_static_files() -> None:
    policy = usual().one("google_compute_backend_bucket")["cdn_policy"]
    assert policy["negative_caching"] is True


@pytest.mark.parametrize("header", ["Strict-Transport-Security", "X-Content-Type-Options"])
def test_every_backend_adds_the_security_headers(header: str) -> None:
    template = usual()
    static = template.one("google_compute_backend_bucket")
    for one in (static, *backends(template).values()):
        assert [value.split(":")[0] for value in one["custom_response_headers"]].count(header) == 1
