"""Backends of the load balancer: endpoint groups, CDN, outlier detection."""

from offline.services.context import Block, RuleContext, last, number, text
from offline.services.registry import rule

SERVICE = "google_compute_backend_service"
BUCKET = "google_compute_backend_bucket"
NEG = "google_compute_region_network_endpoint_group"


def serverless(context: RuleContext) -> bool:
    """Whether a backend of a backend service is a serverless network endpoint group."""
    return any(text(group, "network_endpoint_type") == "SERVERLESS" for group in groups(context))


def groups(context: RuleContext) -> list[Block]:
    """Return the network endpoint groups of a backend service that this cloud has."""
    backends = [context.find(NEG, text(backend, "group")) for backend in context.blocks("backend")]
    return [item for item in backends if item is not None]


@rule(NEG)
def neg_target(context: RuleContext) -> str | None:
    """Reject a serverless group without exactly one service to point at."""
    if context.text("network_endpoint_type") not in ("", "SERVERLESS"):
        return None
    ways = ("cloud_run", "app_engine", "cloud_function")
    psc = context.text("psc_target_service") or context.blocks("serverless_deployment")
    if (
        psc
        or context.unknown("network_endpoint_type", *ways)
        or sum(bool(context.blocks(way)) for way in ways) == 1
    ):
        return None
    return (
        "Invalid value for field 'resource': exactly one of cloudRun, cloudFunction, appEngine or "
        "serverlessDeployment must be set for a SERVERLESS network endpoint group., invalid"
    )


@rule(NEG)
def psc_target(context: RuleContext) -> str | None:
    """Reject a group for Private Service Connect without a target, or with a subnet of another
    region. One that leads to an API of Google needs no subnet.
    """
    if context.text("network_endpoint_type") != "PRIVATE_SERVICE_CONNECT":
        return None
    if context.unknown("psc_target_service", "subnetwork"):
        return None
    if not context.text("psc_target_service"):
        return "Invalid value for field 'resource.pscTargetService': must be set., invalid"
    if not context.text("subnetwork"):
        return None
    subnet = context.find("google_compute_subnetwork", context.text("subnetwork"))
    if subnet is None or last(text(subnet, "region")) != context.region:
        return (
            f"Invalid value for field 'resource.subnetwork': '{context.text('subnetwork')}'. Must "
            "be "
            "a subnetwork of the region of the network endpoint group., invalid"
        )
    return None


@rule(SERVICE)
def no_psc_health_checks(context: RuleContext) -> str | None:
    """Health checks on a backend service with groups for Private Service Connect."""
    kinds = {text(group, "network_endpoint_type") for group in groups(context)}
    if not context.get("health_checks") or "PRIVATE_SERVICE_CONNECT" not in kinds:
        return None
    return (
        "Invalid value for field 'resource.healthChecks': ''. A backend service cannot have a "
        "healthcheck with Private Service Connect network endpoint group backends., invalid"
    )


@rule(SERVICE)
def no_health_checks(context: RuleContext) -> str | None:
    """Health checks on a backend service with serverless groups."""
    if not context.get("health_checks") or not serverless(context):
        return None
    return (
        "Invalid value for field 'resource.healthChecks': ''. A backend service cannot have a "
        "healthcheck with Serverless network endpoint group backends., invalid"
    )


@rule(SERVICE)
def no_timeout(context: RuleContext) -> str | None:
    """Reject a timeout on a backend service with serverless groups; 30 is what the API itself
    gives.
    """
    timeout = context.number("timeout_sec")
    if timeout in (None, 0, 30) or not serverless(context):
        return None
    return (
        f"Invalid value for field 'resource.timeoutSec': '{timeout:.0f}'. Timeout sec is "
        "not supported for "
        "a backend service with Serverless network endpoint groups., invalid"
    )


@rule(SERVICE)
def no_port_name(context: RuleContext) -> str | None:
    """Reject a port name on a backend service with serverless groups."""
    name = context.text("port_name")
    if name in ("", "http") or not serverless(context):
        return None
    return (
        f"Invalid value for field 'resource.portName': '{name}'. Port name is not supported for a "
        "backend service with Serverless network endpoint groups., invalid"
    )


@rule(SERVICE)
def one_per_region(context: RuleContext) -> str | None:
    """Two serverless groups of one region."""
    regions = [last(text(group, "region")) for group in groups(context)]
    if len(set(regions)) != len(regions):
        return (
            "Invalid value for field 'resource.backends': a backend service may have "
            "only one serverless "
            "network endpoint group per region., invalid"
        )
    return None


_SUCCESS_RATE = (
    "enforcing_success_rate",
    "success_rate_minimum_hosts",
    "success_rate_request_volume",
    "success_rate_stdev_factor",
)


@rule(SERVICE)
def outlier_success_rate(context: RuleContext) -> str | None:
    """Outlier detection by success rate on serverless groups; only consecutive errors count
    there.
    """
    if not serverless(context):
        return None
    for field in _SUCCESS_RATE:
        if context.number(f"outlier_detection.{field}"):
            return (
                f"Invalid value for field 'resource.outlierDetection.{field}': not supported for a "
                "backend service with Serverless network endpoint groups., invalid"
            )
    return None


@rule(SERVICE)
def outlier_scheme(context: RuleContext) -> str | None:
    """Outlier detection with the classic scheme."""
    if (
        not context.blocks("outlier_detection")
        or context.text("load_balancing_scheme") != "EXTERNAL"
    ):
        return None
    return (
        "Invalid value for field 'resource.outlierDetection': outlier detection is not "
        "supported with "
        "load balancing scheme EXTERNAL., invalid"
    )


@rule(SERVICE, BUCKET)
def cdn(context: RuleContext) -> str | None:
    """TTLs in the wrong order, with USE_ORIGIN_HEADERS, or a policy that is illegal."""
    mode = context.text("cdn_policy.cache_mode")
    names = ("default_ttl", "max_ttl", "client_ttl")
    default, most, client = (context.number(f"cdn_policy.{name}") for name in names)
    where = "Invalid value for field 'resource.cdnPolicy"
    if mode == "USE_ORIGIN_HEADERS" and any((default, most, client)):
        return (
            f"{where}': defaultTtl, maxTtl and clientTtl may not be set with cache mode "
            "USE_ORIGIN_HEADERS., invalid"
        )
    if mode == "FORCE_CACHE_ALL" and most:
        return f"{where}.maxTtl': may not be set with cache mode FORCE_CACHE_ALL., invalid"
    if mode == "CACHE_ALL_STATIC" and default is not None and most is not None and default > most:
        return (
            f"{where}.defaultTtl': '{default:.0f}'. Must be less than or equal to maxTtl "
            f"({most:.0f})., invalid"
        )
    bound = most if mode == "CACHE_ALL_STATIC" else default
    if client is not None and bound is not None and client > bound:
        return (
            f"{where}.clientTtl': '{client:.0f}'. Must be less than or equal to {bound:.0f}., "
            "invalid"
        )
    return None


_CODES = frozenset({300, 301, 302, 307, 308, 404, 405, 410, 421, 451, 501})


@rule(SERVICE, BUCKET)
def negative_caching(context: RuleContext) -> str | None:
    """Reject a negative caching policy without negative caching, of a code that is not cached, or
    over 1800 seconds.
    """
    policies = context.blocks("cdn_policy.negative_caching_policy")
    where = "Invalid value for field 'resource.cdnPolicy.negativeCachingPolicy"
    if policies and context.get("cdn_policy.negative_caching") is False:
        return f"{where}': requires negativeCaching to be enabled., invalid"
    for policy in policies:
        code, ttl = number(policy, "code"), number(policy, "ttl")
        if code is not None and code not in _CODES:
            return f"{where}.code': '{code:.0f}'. Not a status code that can be cached., invalid"
        if ttl is not None and not 0 <= ttl <= 1_800:
            return f"{where}.ttl': '{ttl:.0f}'. Must be between 0 and 1800., invalid"
    return None


@rule(BUCKET, code=404)
def bucket_exists(context: RuleContext) -> str | None:
    """Reject a backend bucket over a storage bucket that this cloud does not have."""
    name = context.text("bucket_name")
    if not name or context.find("google_storage_bucket", name) is not None:
        return None
    if not context.all("google_storage_bucket"):
        return None
    return f"The resource 'projects/{context.project}/buckets/{name}' was not found, notFound"


@rule(BUCKET)
def edge_policy(context: RuleContext) -> str | None:
    """Reject a backend bucket with a policy that is not for the edge."""
    policy = context.find("google_compute_security_policy", context.text("edge_security_policy"))
    if policy is None or text(policy, "type") == "CLOUD_ARMOR_EDGE":
        return None
    return (
        "Invalid value for field 'resource.edgeSecurityPolicy': the security policy must "
        "be of type "
        "CLOUD_ARMOR_EDGE., invalid"
    )


@rule(SERVICE)
def policy_exists(context: RuleContext) -> str | None:
    """Reject a security policy that does not exist, or that is one for the edge."""
    reference = context.text("security_policy")
    if not reference:
        return None
    policy = context.find("google_compute_security_policy", reference)
    if policy is None:
        return f"The resource '{reference}' was not found, notFound"
    if text(policy, "type") == "CLOUD_ARMOR_EDGE":
        return (
            "Invalid value for field 'resource.securityPolicy': a policy of type "
            "CLOUD_ARMOR_EDGE must be set as edgeSecurityPolicy., invalid"
        )
    return None
