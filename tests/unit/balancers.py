"""Load balancers for tests: of few services and of many, and where their URL maps lead."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from constructs.compute import Deployment, Service
from constructs.compute.container import Variables
from constructs.compute.service import RegionalService
from constructs.edge import LoadBalancer
from constructs.networking import Egress

from environments.schema import (
    CdnConfig,
    DomainConfig,
    LoadBalancerConfig,
    OutlierDetectionConfig,
    RouteConfig,
    ServiceConfig,
)
from stacks.stack import Stack
from tests.template import NAMES, Block, Template, alone
from tests.unit.parts import CENTRAL, EAST

AI, API, AUTH = (f"${{google_compute_backend_service.{name}.id}}" for name in ("ai", "api", "auth"))
STATIC = "${google_compute_backend_bucket.static.id}"
CDN = CdnConfig(default_ttl_seconds=60, max_ttl_seconds=600, not_found_ttl_seconds=30)
DOMAIN = DomainConfig(name="example.com", alias_labels=["www"])
DEFAULTS = LoadBalancerConfig()


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
def usual() -> Template:
    """Return the load balancer of `SERVICES` in one region, with required values only."""
    return _balancer(SERVICES)


@cache
def other() -> Template:
    """Return the load balancer of `OTHER_SERVICES` in two regions."""
    return _balancer(OTHER_SERVICES, config=OTHER, domain=OTHER_DOMAIN, regions=(CENTRAL, EAST))


@cache
def small(config: LoadBalancerConfig, domain: DomainConfig = DOMAIN) -> Template:
    """Return a load balancer of one service."""
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
            services={
                name: Service(
                    config, {region: _regional(stack, name, config, region) for region in regions}
                )
                for name, config in services.items()
            },
            gateway=None,
            static_bucket="files",
            security_policy="the-policy",
            edge_policy="the-edge-policy",
        ),
        domain=domain,
        services=services,
    )


def _regional(stack: Stack, name: str, config: ServiceConfig, region: str) -> RegionalService:
    deployment = Deployment(
        service=name,
        resource_name=NAMES.service(name),
        region=region,
        account="an-account",
        variables=Variables(plain={}, secret={}),
        egress=Egress(traffic="PRIVATE_RANGES_ONLY", connector="a-connector"),
    )
    return RegionalService(stack, f"{name}-{region}", config, deployment=deployment)


def backends(template: Template) -> dict[str, Any]:
    """Return the backend services by the names of their services."""
    return template.of("google_compute_backend_service")


def usual_url_map() -> Any:
    """Return the URL map of `usual`."""
    return usual().get("google_compute_url_map.default")


def answering(url_map: Block, host: str, path: str) -> str:
    """Return the backend that a URL map sends a request to, as Google documents it: exact
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
    prefixes = [
        pattern for pattern in services if pattern.endswith("/*") and path.startswith(pattern[:-1])
    ]
    best = path if path in services else max(prefixes, key=len, default=None)
    return str(services[best] if best else matcher["default_service"])
