"""Serverless VPC Access: names, ranges, and instances of connectors."""

from facts import network as limits
from offline.services.compute.networks import parse
from offline.services.context import RuleContext, text
from offline.services.registry import rule


@rule("google_vpc_access_connector")
def connector_name(context: RuleContext) -> str | None:
    """Reject a connector's name of 21 characters and more, hyphens counted twice."""
    name = context.text("name")
    if not name or len(name) + name.count("-") < 21:
        return None
    return (
        f"Connector ID must follow the pattern ^[a-z][-a-z0-9]{{0,23}}[a-z0-9]$ and be "
        "shorter than 21 "
        f"characters, with hyphens counted as two characters: {name}"
    )


@rule("google_vpc_access_connector")
def connector_range(context: RuleContext) -> str | None:
    """Reject a connector's range that is not an unused /28."""
    range_ = parse(context.text("ip_cidr_range"))
    length = limits.connector_prefix_length()
    if range_ is None or range_.prefixlen == length:
        return None
    return (
        f"Operation failed: Invalid IP CIDR range {range_}: it must have a prefix length of "
        f"{length}."
    )


@rule("google_vpc_access_connector")
def connector_instances(context: RuleContext) -> str | None:
    """Instances out of their bounds, or the minimum not below the maximum; the provider does not
    send a zero.
    """
    low, high = context.number("min_instances"), context.number("max_instances")
    for name, value, (least, most) in (
        ("minimum", low, limits.connector_min_instances_range()),
        ("maximum", high, limits.connector_max_instances_range()),
    ):
        if value and not least <= value <= most:
            return (
                f"The {name} number of instances must be between {least} and {most}, "
                f"got {value:.0f}."
            )
    if low and high and low >= high:
        return "The minimum number of instances must be lower than the maximum number of instances."
    return None


@rule("google_vpc_access_connector", when="delete")
def connector_in_use(context: RuleContext) -> str | None:
    """Reject deleting a connector that a Cloud Run service or job uses."""
    for type_, path in (
        ("google_cloud_run_v2_service", "template.vpc_access"),
        ("google_cloud_run_v2_job", "template.template.vpc_access"),
    ):
        for item, reference in context.references(type_, f"{path}.connector"):
            if reference == context.id:
                return f"Operation failed: connector {context.id} is in use by {text(item, 'id')}."
    return None
