"""What the load balancer caches: answers of services and static files."""

import pytest

from environments.schema import LoadBalancerConfig
from tests.unit.balancers import backends, small, usual

NEGATIVE_CODES = {300, 301, 308, 404, 405, 410, 421, 451, 501}
"""Source: provider, negative_caching_policy of google_compute_backend_service."""


# CDN


def test_answers_are_cached_only_where_the_file_says_so() -> None:
    enabled = {name: one["enable_cdn"] for name, one in backends(usual()).items()}
    assert enabled == {"auth": False, "api": True, "ai": False}


def test_there_is_a_cache_policy_where_the_cache_is_on_and_nowhere_else() -> None:
    for name, one in backends(usual()).items():
        assert ("cdn_policy" in one) == one["enable_cdn"], name


def test_requests_with_credentials_bypass_the_cache() -> None:
    policy = backends(usual())["api"]["cdn_policy"]
    assert policy["bypass_cache_on_request_headers"] == [{"header_name": "Authorization"}]


def test_the_cache_mode_is_one_that_the_provider_knows() -> None:
    assert backends(usual())["api"]["cdn_policy"]["cache_mode"] == "CACHE_ALL_STATIC"


def test_answers_are_cached_as_long_as_the_file_says() -> None:
    policy = backends(usual())["api"]["cdn_policy"]
    assert (policy["default_ttl"], policy["max_ttl"]) == (60, 600)


def test_browsers_do_not_keep_an_answer_longer_than_the_cache_may() -> None:
    policy = backends(usual())["api"]["cdn_policy"]
    assert policy["client_ttl"] <= policy["max_ttl"]


def test_the_cache_tells_urls_apart_by_everything_in_them() -> None:
    key = backends(usual())["api"]["cdn_policy"]["cache_key_policy"]
    assert key == {"include_protocol": True, "include_host": True, "include_query_string": True}


def test_missing_pages_are_cached_as_long_as_the_file_says() -> None:
    policy = backends(usual())["api"]["cdn_policy"]
    assert policy["negative_caching"] is True
    assert policy["negative_caching_policy"] == [{"code": 404, "ttl": 30}]
    assert {one["code"] for one in policy["negative_caching_policy"]} <= NEGATIVE_CODES


# Static files


def test_static_files_come_from_the_bucket_through_the_cache() -> None:
    static = usual().one("google_compute_backend_bucket")
    assert (static["bucket_name"], static["enable_cdn"]) == ("files", True)


def test_a_backend_bucket_takes_no_scheme_and_no_backend_policy() -> None:
    static = usual().one("google_compute_backend_bucket")
    assert {"load_balancing_scheme", "security_policy"}.isdisjoint(static)


def test_static_files_are_compressed() -> None:
    static = usual().one("google_compute_backend_bucket")
    assert static["compression_mode"] == "AUTOMATIC"


@pytest.mark.parametrize("seconds", [0, 3600, 86400 * 30])
def test_static_files_are_cached_as_long_as_the_file_says(seconds: int) -> None:
    template = small(LoadBalancerConfig(static_cache_seconds=seconds))
    policy = template.one("google_compute_backend_bucket")["cdn_policy"]
    assert policy["cache_mode"] == "CACHE_ALL_STATIC"
    assert policy["default_ttl"] == policy["client_ttl"] == seconds
    assert policy["max_ttl"] >= seconds


def test_static_files_are_served_while_the_bucket_cannot_be_read() -> None:
    policy = usual().one("google_compute_backend_bucket")["cdn_policy"]
    assert policy["serve_while_stale"] == 86400


def test_missing_static_files_are_cached_too() -> None:
    policy = usual().one("google_compute_backend_bucket")["cdn_policy"]
    assert policy["negative_caching"] is True


@pytest.mark.parametrize("header", ["Strict-Transport-Security", "X-Content-Type-Options"])
def test_every_answer_carries_the_security_headers(header: str) -> None:
    template = usual()
    static = template.one("google_compute_backend_bucket")
    for one in (static, *backends(template).values()):
        assert [value.split(":")[0] for value in one["custom_response_headers"]].count(header) == 1
