"""The load balancer: backends, static files, routes, redirect, TLS, certificate and DNS."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest
from constructs.networking import LoadBalancer

from environments.schema import (
    CdnConfig,
    DomainConfig,
    LoadBalancerConfig,
    OutlierDetectionConfig,
    RouteConfig,
    ServiceConfig,
)
from tests.template import NAMES, Block, Template, alone, something
from tests.unit.parts import CENTRAL, EAST, needs, platform

AI, API, AUTH = (f"${{google_compute_backend_service.{name}.id}}" for name in ("ai", "api", "auth"))
STATIC = "${google_compute_backend_bucket.static.id}"
CDN = CdnConfig(default_ttl_seconds=60, max_ttl_seconds=600, not_found_ttl_seconds=30)
DOMAIN = DomainConfig(name="example.com", alias_labels=["www"])
DEFAULTS = LoadBalancerConfig()
NEGATIVE_CODES = {300, 301, 308, 404, 405, 410, 421, 451, 501}
"""Source: provider, negative_caching_policy of google_compute_backend_service."""


def _service(route: RouteConfig | None) -> ServiceConfig:
    return ServiceConfig(cpu=1, memory="1Gi", max_instances=1, route=route)


SERVICES = {
    "auth": _service(RouteConfig(paths=["/auth"])),
    "api": _service(RouteConfig(default=True, cdn=CDN)),
    "ai": _service(RouteConfig(paths=["/ai", "/v2/ai"])),
    "worker": _service(None),
}


OTHER = LoadBalancerConfig(
    access_log_sample_rate=0.25,
    tls_profile="RESTRICTED",
    static_cache_seconds=86400 * 30,
    outlier_detection=OutlierDetectionConfig(
        consecutive_errors=3, interval_seconds=10, ejection_seconds=60, max_ejection_percent=40
    ),
)
OTHER_DOMAIN = DomainConfig(
    name="example.com", api_label="backend", alias_labels=["www"], dns_zone="the-zone"
)
OTHER_SERVICES = SERVICES | {
    "api": _service(RouteConfig(default=True, paths=["/api"])),
    **{
        name: _service(RouteConfig(paths=[f"/{name}"]))
        for name in ("default", "frontend", "static")
    },
}
"""Everything that the file may say otherwise, and services named like parts of the construct."""


@cache
def _template() -> Template:
    """The load balancer of `SERVICES` in one region, where the file says no more than it must."""
    return _balancer(SERVICES)


@cache
def _other() -> Template:
    """The load balancer of `OTHER_SERVICES` in two regions."""
    return _balancer(OTHER_SERVICES, config=OTHER, domain=OTHER_DOMAIN, regions=(CENTRAL, EAST))


@cache
def _small(config: LoadBalancerConfig, domain: DomainConfig = DOMAIN) -> Template:
    """A load balancer of one service."""
    return _balancer({"api": SERVICES["api"]}, config=config, domain=domain)


def _balancer(
    services: Mapping[str, ServiceConfig],
    *,
    config: LoadBalancerConfig = DEFAULTS,
    domain: DomainConfig = DOMAIN,
    regions: tuple[str, ...] = (CENTRAL,),
) -> Template:
    return alone(
        lambda stack: LoadBalancer(
            stack,
            "load-balancer",
            config,
            domain=domain,
            gateway=None,
            services=services,
            cloud_run={
                name: {region: f"{name}-in-{region}" for region in regions} for name in services
            },
            invokers={name: [something(stack, f"{name}_invoker")] for name in services},
            static_bucket="files",
            security_policy="the-policy",
            names=NAMES,
            after=[something(stack)],
        )
    )


def _backends(template: Template) -> dict[str, Any]:
    return template.of("google_compute_backend_service")


def _url_map() -> Any:
    return _template().get("google_compute_url_map.default")


def _answering(url_map: Block, host: str, path: str) -> str:
    """The backend that a URL map sends a request to, as Google documents its matching: exact
    paths first, then the longest prefix before a `/*`.
    """
    matchers = {one["name"]: one for one in url_map["path_matcher"]}
    for rule in url_map["host_rule"]:
        if host in rule["hosts"]:
            matcher = matchers[rule["path_matcher"]]
            break
    else:
        return str(url_map["default_service"])
    services = {one: rule["service"] for rule in matcher["path_rule"] for one in rule["paths"]}
    prefixes = [one for one in services if one.endswith("/*") and path.startswith(one[:-1])]
    best = path if path in services else max(prefixes, key=len, default=None)
    return str(services[best] if best else matcher["default_service"])


# Backends


def test_what_the_load_balancer_refers_to_is_deleted_after_it_lets_go() -> None:
    for type_ in ("backend_service", "region_network_endpoint_group"):
        for name, one in _template().of(f"google_compute_{type_}").items():
            assert one["lifecycle"] == {"create_before_destroy": True}, name


def test_a_service_answers_before_its_group_exists_and_until_it_is_gone() -> None:
    group = _template().get("google_compute_region_network_endpoint_group.auth_neg_us_central1")
    assert "google_project_service.auth_invoker" in group["depends_on"]
    assert "google_project_service.api_invoker" not in group["depends_on"]


def test_every_service_with_a_route_has_a_backend_and_no_other() -> None:
    assert _backends(_template()).keys() == {"auth", "api", "ai"}


def test_backends_have_the_scheme_of_the_forwarding_rules() -> None:
    template = _template()
    rules = template.of("google_compute_global_forwarding_rule").values()
    schemes = [one["load_balancing_scheme"] for one in (*_backends(template).values(), *rules)]
    assert schemes == ["EXTERNAL_MANAGED"] * 5


@pytest.mark.parametrize("argument", ["health_checks", "timeout_sec", "port_name"])
def test_backends_have_nothing_that_serverless_groups_refuse(argument: str) -> None:
    assert all(argument not in one for one in _backends(_other()).values())


def test_there_is_no_health_check() -> None:
    assert not [one for one in _template().resources if "health_check" in one]


def test_backends_leave_balancing_to_cloud_run() -> None:
    groups = [group for one in _backends(_template()).values() for group in one["backend"]]
    assert [group.keys() for group in groups] == [{"group"}] * 3


def test_backends_are_reached_over_https() -> None:
    assert {one["protocol"] for one in _backends(_template()).values()} == {"HTTPS"}


def test_a_backend_has_a_group_in_each_region_of_its_service() -> None:
    groups = [one["group"] for one in _backends(_other())["auth"]["backend"]]
    assert groups == [
        f"${{google_compute_region_network_endpoint_group.auth_neg_{region}.id}}"
        for region in ("us_central1", "us_east1")
    ]


@pytest.mark.parametrize("region", [CENTRAL, EAST])
def test_a_group_leads_to_the_service_of_its_region(region: str) -> None:
    groups = _other().of("google_compute_region_network_endpoint_group")
    group = groups[f"auth_neg_{region.replace('-', '_')}"]
    assert group["region"] == region
    assert group["network_endpoint_type"] == "SERVERLESS"
    assert group["cloud_run"] == {"service": f"auth-in-{region}"}


def test_a_group_waits_for_the_service_that_it_leads_to() -> None:
    services = platform("prod").of("google_cloud_run_v2_service")
    groups = platform("prod").of("google_compute_region_network_endpoint_group").values()
    names = {f"${{google_cloud_run_v2_service.{name}.name}}" for name in services}
    serverless = [one for one in groups if one["network_endpoint_type"] == "SERVERLESS"]
    assert {group["cloud_run"]["service"] for group in serverless} == names


def test_the_groups_of_a_service_have_names_of_their_own() -> None:
    groups = _other().of("google_compute_region_network_endpoint_group").values()
    assert len({one["name"] for one in groups}) == len(groups) == 12


def test_every_backend_service_has_the_security_policy() -> None:
    assert {one["security_policy"] for one in _backends(_template()).values()} == {"the-policy"}


def test_requests_are_logged_at_the_configured_rate() -> None:
    for one in _backends(_other()).values():
        assert one["log_config"] == {"enable": True, "sample_rate": 0.25}


# CDN


def test_answers_are_cached_only_where_the_file_says_so() -> None:
    enabled = {name: one["enable_cdn"] for name, one in _backends(_template()).items()}
    assert enabled == {"auth": False, "api": True, "ai": False}


def test_there_is_a_cache_policy_where_the_cache_is_on_and_nowhere_else() -> None:
    for name, one in _backends(_template()).items():
        assert ("cdn_policy" in one) == one["enable_cdn"], name


def test_requests_with_credentials_bypass_the_cache() -> None:
    policy = _backends(_template())["api"]["cdn_policy"]
    assert policy["bypass_cache_on_request_headers"] == [{"header_name": "Authorization"}]


def test_the_cache_mode_is_one_that_the_provider_knows() -> None:
    assert _backends(_template())["api"]["cdn_policy"]["cache_mode"] == "CACHE_ALL_STATIC"


def test_answers_are_cached_as_long_as_the_file_says() -> None:
    policy = _backends(_template())["api"]["cdn_policy"]
    assert (policy["default_ttl"], policy["max_ttl"]) == (60, 600)


def test_browsers_do_not_keep_an_answer_longer_than_the_cache_may() -> None:
    policy = _backends(_template())["api"]["cdn_policy"]
    assert policy["client_ttl"] <= policy["max_ttl"]


def test_the_cache_tells_urls_apart_by_everything_in_them() -> None:
    key = _backends(_template())["api"]["cdn_policy"]["cache_key_policy"]
    assert key == {"include_protocol": True, "include_host": True, "include_query_string": True}


def test_missing_pages_are_cached_as_long_as_the_file_says() -> None:
    policy = _backends(_template())["api"]["cdn_policy"]
    assert policy["negative_caching"] is True
    assert policy["negative_caching_policy"] == [{"code": 404, "ttl": 30}]
    assert {one["code"] for one in policy["negative_caching_policy"]} <= NEGATIVE_CODES


# Failing regions


def test_one_region_is_never_left_out() -> None:
    assert all("outlier_detection" not in one for one in _backends(_template()).values())


def test_a_failing_region_is_left_out_where_there_is_another() -> None:
    for one in _backends(_other()).values():
        assert one["outlier_detection"]["enforcing_consecutive_errors"] == 100


def test_success_rates_are_not_asked_for() -> None:
    for one in _backends(_other()).values():
        assert not [key for key in one["outlier_detection"] if "success_rate" in key]


def test_a_region_is_left_out_as_configured() -> None:
    detection = _backends(_other())["api"]["outlier_detection"]
    assert detection["consecutive_errors"] == 3
    assert detection["interval"] == {"seconds": 10}
    assert detection["base_ejection_time"] == {"seconds": 60}
    assert detection["max_ejection_percent"] == 40


# Static files


def test_static_files_come_from_the_bucket_through_the_cache() -> None:
    static = _template().one("google_compute_backend_bucket")
    assert (static["bucket_name"], static["enable_cdn"]) == ("files", True)


def test_a_backend_bucket_takes_no_scheme_and_no_backend_policy() -> None:
    static = _template().one("google_compute_backend_bucket")
    assert {"load_balancing_scheme", "security_policy"}.isdisjoint(static)


def test_static_files_are_compressed() -> None:
    static = _template().one("google_compute_backend_bucket")
    assert static["compression_mode"] == "AUTOMATIC"


@pytest.mark.parametrize("seconds", [0, 3600, 86400 * 30])
def test_static_files_are_cached_as_long_as_the_file_says(seconds: int) -> None:
    template = _small(LoadBalancerConfig(static_cache_seconds=seconds))
    policy = template.one("google_compute_backend_bucket")["cdn_policy"]
    assert policy["cache_mode"] == "CACHE_ALL_STATIC"
    assert policy["default_ttl"] == policy["client_ttl"] == seconds
    assert policy["max_ttl"] >= seconds


def test_static_files_are_served_while_the_bucket_cannot_be_read() -> None:
    policy = _template().one("google_compute_backend_bucket")["cdn_policy"]
    assert policy["serve_while_stale"] == 86400


def test_missing_static_files_are_cached_too() -> None:
    policy = _template().one("google_compute_backend_bucket")["cdn_policy"]
    assert policy["negative_caching"] is True


@pytest.mark.parametrize("header", ["Strict-Transport-Security", "X-Content-Type-Options"])
def test_every_answer_carries_the_security_headers(header: str) -> None:
    template = _template()
    static = template.one("google_compute_backend_bucket")
    for one in (static, *_backends(template).values()):
        assert [value.split(":")[0] for value in one["custom_response_headers"]].count(header) == 1


# Routes


@pytest.mark.parametrize(
    ("path", "backend"),
    [
        ("/", API),
        ("/users", API),
        ("/auth", AUTH),
        ("/auth/", AUTH),
        ("/auth/login", AUTH),
        ("/authors", API),
        ("/ai", AI),
        ("/v2/ai/chat", AI),
        ("/v2", API),
    ],
)
def test_the_api_host_is_routed_by_path(path: str, backend: str) -> None:
    assert _answering(_url_map(), "api.example.com", path) == backend


def test_a_path_and_all_below_it_are_one_rule() -> None:
    [matcher] = _url_map()["path_matcher"]
    assert [rule["paths"] for rule in matcher["path_rule"]] == [
        ["/auth", "/auth/*"],
        ["/ai", "/ai/*"],
        ["/v2/ai", "/v2/ai/*"],
    ]


def test_paths_that_no_service_takes_go_to_the_default_one() -> None:
    [matcher] = _url_map()["path_matcher"]
    assert matcher["default_service"] == API


def test_the_default_service_may_have_paths_too() -> None:
    [matcher] = _other().get("google_compute_url_map.default")["path_matcher"]
    assert {"paths": ["/api", "/api/*"], "service": API} in matcher["path_rule"]
    assert matcher["default_service"] == API


@pytest.mark.parametrize("host", ["example.com", "www.example.com", "203.0.113.1"])
def test_every_other_host_serves_static_files(host: str) -> None:
    assert _answering(_url_map(), host, "/auth") == STATIC


def test_the_api_host_is_the_label_of_the_file() -> None:
    url_map = _other().get("google_compute_url_map.default")
    assert [rule["hosts"] for rule in url_map["host_rule"]] == [["backend.example.com"]]


def test_the_url_map_has_a_test_for_every_path() -> None:
    tested = {(one["path"], one["service"]) for one in _url_map()["test"]}
    for path, backend in (("/auth", AUTH), ("/ai", AI), ("/v2/ai", AI)):
        below = [one for one in tested if f"{one[0]}/".startswith(f"{path}/")]
        assert [service for _, service in below] == [backend], path


@pytest.mark.parametrize(("host", "backend"), [("example.com", STATIC), ("api.example.com", API)])
def test_the_url_map_has_a_test_for_what_has_no_path(host: str, backend: str) -> None:
    assert {"host": host, "path": "/", "service": backend} in _url_map()["test"]


@pytest.mark.parametrize("made", [_template, _other])
def test_the_tests_of_the_url_map_pass(made: Callable[[], Template]) -> None:
    url_map = made().get("google_compute_url_map.default")
    assert url_map["test"]
    for one in url_map["test"]:
        assert _answering(url_map, one["host"], one["path"]) == one["service"], one


# HTTPS


def test_http_is_redirected_for_good_and_keeps_its_query() -> None:
    redirect = _template().get("google_compute_url_map.https_redirect")
    assert redirect["default_url_redirect"] == {
        "https_redirect": True,
        "strip_query": False,
        "redirect_response_code": "MOVED_PERMANENTLY_DEFAULT",
    }


def test_the_redirect_leads_to_no_service() -> None:
    redirect = _template().get("google_compute_url_map.https_redirect")
    assert {"default_service", "host_rule", "path_matcher"}.isdisjoint(redirect)


def test_https_is_not_redirected() -> None:
    assert "default_url_redirect" not in _url_map()


@pytest.mark.parametrize(
    ("port", "proxy", "url_map"),
    [("443", "https_proxy.default", "default"), ("80", "http_proxy.redirect", "https_redirect")],
)
def test_a_port_leads_through_its_proxy_to_its_url_map(port: str, proxy: str, url_map: str) -> None:
    template = _template()
    rules = template.of("google_compute_global_forwarding_rule").values()
    [target] = [one["target"] for one in rules if one["port_range"] == port]
    assert target == f"${{google_compute_target_{proxy}.id}}"
    leads_to = template.get(f"google_compute_target_{proxy}")["url_map"]
    assert leads_to == f"${{google_compute_url_map.{url_map}.id}}"


def test_both_ports_have_the_one_address() -> None:
    rules = _template().of("google_compute_global_forwarding_rule").values()
    addresses = [one["ip_address"] for one in rules]
    assert addresses == ["${google_compute_global_address.default.address}"] * 2


@pytest.mark.parametrize(("made", "profile"), [(_template, "MODERN"), (_other, "RESTRICTED")])
def test_tls_is_1_2_or_newer_with_the_configured_profile(
    made: Callable[[], Template], profile: str
) -> None:
    policy = made().one("google_compute_ssl_policy")
    assert (policy["min_tls_version"], policy["profile"]) == ("TLS_1_2", profile)


def test_https_uses_the_certificate_and_the_tls_policy() -> None:
    proxy = _template().one("google_compute_target_https_proxy")
    certificate = "${google_compute_managed_ssl_certificate.default.id}"
    assert proxy["ssl_certificates"] == [certificate]
    assert proxy["ssl_policy"] == "${google_compute_ssl_policy.default.id}"


# Certificate


def _certificate(*aliases: str) -> Any:
    domain = DomainConfig(name="example.com", alias_labels=aliases)
    return _small(DEFAULTS, domain).one("google_compute_managed_ssl_certificate")


def test_the_certificate_covers_every_host() -> None:
    domains = _certificate("www", "cdn")["managed"]["domains"]
    hosts = ["api.example.com", "cdn.example.com", "example.com", "www.example.com"]
    assert sorted(domains) == hosts


def test_the_certificate_s_name_changes_with_its_domains() -> None:
    names = {_certificate(*aliases)["name"] for aliases in ((), ("www",), ("www", "cdn"))}
    assert len(names) == 3


def test_the_certificate_s_name_does_not_change_with_the_order_of_its_domains() -> None:
    assert _certificate("www", "cdn")["name"] == _certificate("cdn", "www")["name"]


def test_the_order_of_the_hosts_does_not_replace_the_certificate() -> None:
    # Another order of `domains` replaces it: by one of the same name, which Google refuses.
    assert _certificate("www", "cdn")["managed"] == _certificate("cdn", "www")["managed"]


def test_a_new_certificate_is_made_before_the_old_one_goes() -> None:
    assert _certificate()["lifecycle"] == {"create_before_destroy": True}


# DNS


def test_there_are_no_dns_records_without_a_zone() -> None:
    assert _template().of("google_dns_record_set") == {}


def test_every_host_has_a_record_in_the_zone() -> None:
    records = _other().of("google_dns_record_set").values()
    names = sorted(one["name"] for one in records)
    assert names == ["backend.example.com.", "example.com.", "www.example.com."]
    for one in records:
        assert (one["managed_zone"], one["type"], one["ttl"]) == ("the-zone", "A", 300)
        assert one["rrdatas"] == ["${google_compute_global_address.default.address}"]


# Names and order


@pytest.mark.parametrize("name", ["default", "frontend", "static"])
def test_a_service_may_be_named_like_a_part_of_the_load_balancer(name: str) -> None:
    assert name in _backends(_other())


def test_everything_of_the_load_balancer_waits_for_its_api() -> None:
    template = _other()
    api = "google_project_service.something"
    made = [one for one in template.resources if not one.startswith("google_project_service.")]
    early = [one for one in made if api not in needs(template, one)]
    assert early == []
