"""The front of the load balancer: forwarding rules, proxies, certificates, TLS policies."""

import re
from collections.abc import Iterator

from offline.services.context import Block, RuleContext, blocks, text
from offline.services.registry import rule

RULE = "google_compute_global_forwarding_rule"
HTTPS = "google_compute_target_https_proxy"
HTTP = "google_compute_target_http_proxy"
MAP = "google_compute_url_map"
CERTIFICATE = "google_compute_managed_ssl_certificate"


def services_of(map_: Block) -> Iterator[str]:
    """Yield references to the backends that a URL map sends to."""
    yield text(map_, "default_service")
    for matcher in blocks(map_, "path_matcher"):
        yield text(matcher, "default_service")
        for kind in ("path_rule", "route_rules"):
            for block in blocks(matcher, kind):
                yield text(block, "service")


@rule(RULE)
def scheme(context: RuleContext) -> str | None:
    """Reject a scheme that differs from that of a backend service behind the rule's proxy."""
    own = context.text("load_balancing_scheme") or "EXTERNAL"
    target = context.text("target")
    proxy = context.find(HTTPS, target) or context.find(HTTP, target)
    map_ = context.find(MAP, text(proxy, "url_map"))
    for reference in services_of(map_ or {}):
        service = context.find("google_compute_backend_service", reference)
        theirs = text(service, "load_balancing_scheme") or "EXTERNAL"
        if service is not None and theirs != own:
            return (
                f"Invalid value for field 'resource.target': '{target}'. Load balancing "
                f"scheme {own} does "
                f"not match the backend service load balancing scheme {theirs}., invalid"
            )
    return None


@rule(RULE)
def ports(context: RuleContext) -> str | None:
    """More than one port, or a port that is none."""
    range_ = context.text("port_range")
    if not range_:
        return None
    low, _, high = range_.partition("-")
    legal = low.isdigit() and (not high or high.isdigit()) and 1 <= int(low) <= 65_535
    if legal and (not high or high == low):
        return None
    return (
        f"Invalid value for field 'resource.portRange': '{range_}'. A proxy takes exactly one "
        "port., invalid"
    )


@rule(RULE)
def same_address(context: RuleContext) -> str | None:
    """Two forwarding rules on the same address and port."""
    address, port = context.text("ip_address"), context.text("port_range").partition("-")[0]
    for resource in context.others(RULE):
        theirs = text(resource, "port_range").partition("-")[0]
        if address and text(resource, "ip_address") == address and theirs == port:
            return (
                f"Invalid value for field 'resource.IPAddress': '{address}'. Specified IP "
                "address is in-use "
                "and would result in a conflict., invalid"
            )
    return None


_NEEDED = {
    RULE: (("target", (HTTPS, HTTP)),),
    HTTPS: (("url_map", (MAP,)), ("ssl_policy", ("google_compute_ssl_policy",))),
    HTTP: (("url_map", (MAP,)),),
}


@rule(*_NEEDED, code=404)
def target_exists(context: RuleContext) -> str | None:
    """Reject a rule or proxy that points at something that does not exist."""
    for field, types in _NEEDED[context.type]:
        reference = context.text(field)
        foreign = "projects/" in reference and f"projects/{context.project}/" not in reference
        if not reference or foreign or not re.search(_KINDS, reference):
            continue
        if not any(context.find(type_, reference) for type_ in types):
            return f"The resource '{reference}' was not found, notFound"
    return None


_KINDS = r"targetHttps?Proxies|urlMaps|sslPolicies"


@rule(HTTPS, code=404)
def certificates(context: RuleContext) -> str | None:
    """Reject an HTTPS proxy without a certificate, with more than 15, or with one that does not
    exist.
    """
    given = context.get("ssl_certificates")
    managed = context.get("certificate_manager_certificates") or context.text("certificate_map")
    if given is None or managed:
        return None
    if not given:
        return (
            "Invalid value for field 'resource.sslCertificates': ''. At least one SSL "
            "certificate must be specified., invalid"
        )
    if len(given) > 15:
        return (
            "Invalid value for field 'resource.sslCertificates': at most 15 may be "
            "specified., invalid"
        )
    for reference in given:
        ours = isinstance(reference, str) and f"projects/{context.project}/" in reference
        if ours and not context.find(CERTIFICATE, reference) and context.all(CERTIFICATE):
            return f"The resource '{reference}' was not found, notFound"
    return None


@rule(CERTIFICATE)
def domains(context: RuleContext) -> str | None:
    """More than 100 domains, a wildcard, one twice, or something that is no domain."""
    given = [str(domain).rstrip(".") for domain in context.get("managed.domains") or ()]
    where = "Invalid value for field 'resource.managed.domains"
    if len(given) > 100:
        return f"{where}': at most 100 domains are allowed, got {len(given)}., invalid"
    for index, item in enumerate(given):
        if "*" in item:
            return f"{where}[{index}]': '{item}'. Wildcard domains are not supported., invalid"
        if item in given[:index]:
            return f"{where}[{index}]': '{item}'. Domains must be unique., invalid"
        if len(item) > 253 or not re.fullmatch(_DOMAIN, item):
            return f"{where}[{index}]': '{item}'. Must be a valid domain name., invalid"
    return None


_DOMAIN = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"


@rule("google_compute_ssl_policy")
def features(context: RuleContext) -> str | None:
    """Reject custom features without the profile CUSTOM, or CUSTOM without features."""
    profile, given = context.text("profile"), context.get("custom_features")
    name = context.text("name")
    if profile == "CUSTOM" and given is not None and not given:
        return (
            f"Error in SSL Policy {name}: the profile is set to CUSTOM but no custom_features "
            "are set."
        )
    if profile not in ("", "CUSTOM") and given:
        return (
            f"Error in SSL Policy {name}: the profile is set to {profile} but using "
            "custom_features "
            "requires the profile to be CUSTOM."
        )
    return None


@rule("google_compute_ssl_policy")
def restricted(context: RuleContext) -> str | None:
    """Reject the profile RESTRICTED with a version of TLS below 1.2."""
    low = context.text("min_tls_version") in ("TLS_1_0", "TLS_1_1")
    if context.text("profile") != "RESTRICTED" or not low:
        return None
    return (
        "Invalid value for field 'resource.minTlsVersion': profile RESTRICTED requires "
        "TLS_1_2 or higher., invalid"
    )
