"""The VPC: address ranges that may not overlap, subnets, connectors, NAT."""

import ipaddress
from collections.abc import Iterator

from facts import network as limits
from offline.services.context import Block, RuleContext, blocks, last, text
from offline.services.registry import rule

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def parse(range_: str) -> Network | None:
    """Return a range in CIDR notation, None when it is none."""
    try:
        return ipaddress.ip_network(range_, strict=False) if "/" in range_ else None
    except ValueError:
        return None


def _ranges(type_: str, block: Block) -> Iterator[tuple[Network, str]]:
    """Ranges that a resource takes in its network, each with the words for it."""
    name = text(block, "name")
    if type_ == "google_compute_subnetwork":
        result = [(text(block, "ip_cidr_range"), f"subnetwork '{name}'")]
        for range_ in blocks(block, "secondary_ip_range"):
            label = f"secondary range '{text(range_, 'range_name')}' of subnetwork '{name}'"
            result.append((text(range_, "ip_cidr_range"), label))
    elif type_ == "google_vpc_access_connector":
        result = [(text(block, "ip_cidr_range"), f"connector '{name}'")]
    else:
        result = [(_allocated(block), f"allocated range '{name}'")]
    for range_text, label in result:
        parsed = parse(range_text)
        if parsed is not None:
            yield parsed, label


def _allocated(address: Block) -> str:
    if text(address, "purpose") != "VPC_PEERING" or not text(address, "address"):
        return ""
    return f"{text(address, 'address')}/{address.get('prefix_length') or 32}"


_TAKERS = (
    "google_compute_subnetwork",
    "google_vpc_access_connector",
    "google_compute_global_address",
)


@rule(*_TAKERS)
def overlap(context: RuleContext) -> str | None:
    """Reject a range that overlaps another of its network: subnets, secondary ranges, connectors,
    ranges for services.
    """
    own = list(_ranges(context.type, context.planned))
    network = last(context.text("network"))
    for index, (range_, label) in enumerate(own):
        for other, other_label in own[:index]:
            if range_.overlaps(other):
                return _conflict(range_, label, other_label)
    for type_ in _TAKERS:
        for resource in context.others(type_):
            if last(text(resource, "network")) != network:
                continue
            for other, other_label in _ranges(type_, resource):
                for range_, label in own:
                    if range_.overlaps(other):
                        return _conflict(range_, label, other_label)
    return None


@rule(*_TAKERS)
def prohibited(context: RuleContext) -> str | None:
    """Reject a range that overlaps one that Google prohibits."""
    for range_, label in _ranges(context.type, context.planned):
        for other, use in limits.prohibited_ranges().items():
            if range_.version == 4 and range_.overlaps(other):
                return (
                    f"Invalid value for field 'resource.ipCidrRange': '{range_}'. The {label} "
                    f"overlaps {other} ({use})., invalid"
                )
    return None


def _conflict(range_: Network, label: str, other: str) -> str:
    return (
        f"Invalid IPCidrRange: {range_} of {label} conflicts with existing {other}: IP CIDR range "
        "overlaps in "
        "the network., invalid"
    )


_NETWORKED = (
    "google_compute_subnetwork",
    "google_compute_router",
    "google_compute_firewall",
    "google_vpc_access_connector",
)


@rule(*_NETWORKED, code=404)
def network_exists(context: RuleContext) -> str | None:
    """Reject a subnet, router, firewall or connector in a network that does not exist."""
    network = context.text("network")
    foreign = "projects/" in network and f"projects/{context.project}/" not in network
    if not network or foreign or network == "default":
        return None
    if context.find("google_compute_network", network) is not None:
        return None
    return (
        f"The resource 'projects/{context.project}/global/networks/{last(network)}' was not "
        "found, notFound"
    )


@rule("google_compute_router_nat", code=404)
def router_exists(context: RuleContext) -> str | None:
    """Reject a NAT on a router that does not exist in its region."""
    router = context.text("router")
    if (
        not router
        or context.find("google_compute_router", router, region=context.region) is not None
    ):
        return None
    where = f"projects/{context.project}/regions/{context.region}/routers/{last(router)}"
    return f"The resource '{where}' was not found, notFound"


@rule("google_compute_router_nat")
def nat_addresses(context: RuleContext) -> str | None:
    """MANUAL_ONLY without addresses, or AUTO_ONLY with some."""
    option, addresses = context.text("nat_ip_allocate_option"), context.get("nat_ips")
    if option == "MANUAL_ONLY" and addresses == []:
        return (
            "Invalid value for field 'resource.nats[0].natIps': ''. NAT IPs are required for "
            "MANUAL_ONLY., invalid"
        )
    if option == "AUTO_ONLY" and addresses:
        return (
            "Invalid value for field 'resource.nats[0].natIps'. NAT IPs may not be set with "
            "AUTO_ONLY., invalid"
        )
    return None


@rule("google_compute_subnetwork")
def subnet_size(context: RuleContext) -> str | None:
    """Reject a subnet smaller than /29, or one whose range has host bits set."""
    for label, text_ in [("ip_cidr_range", context.text("ip_cidr_range"))] + [
        (text(secondary_ip_range, "range_name"), text(secondary_ip_range, "ip_cidr_range"))
        for secondary_ip_range in context.blocks("secondary_ip_range")
    ]:
        range_ = parse(text_)
        if range_ is None:
            continue
        longest = limits.subnet_max_prefix_length()
        if range_.version == 4 and range_.prefixlen > longest:
            return (
                f"Invalid value for field 'resource.ipCidrRange' ({label}): '{text_}'. The "
                f"prefix length must be at most {longest}., invalid"
            )
        if str(range_) != text_:
            return (
                f"Invalid value for field 'resource.ipCidrRange' ({label}): '{text_}'. IP "
                "range has host bits set., invalid"
            )
    return None
