"""Compute Engine: quotas of resources that count."""

from facts import quotas
from offline.services.context import RuleContext, text
from offline.services.quotas import existing, is_exceeded, limit
from offline.services.registry import rule

_COUNTED = {
    "google_compute_address": ("regional_addresses", "STATIC_ADDRESSES"),
    **{
        type_: (metric.lower(), metric)
        for metric, type_ in quotas.compute_types().items()
        if metric.lower() in quotas.defaults()
    },
}
"""Name of the quota, and its metric in the message of the API, by resource type."""
_REGIONAL = ("google_compute_address", "google_compute_region_network_endpoint_group")


@rule(*_COUNTED, code=403)
def count(context: RuleContext) -> str | None:
    """More resources of Compute Engine than the project may have."""
    name, metric = _COUNTED[context.type]
    regional = context.type in _REGIONAL
    if not is_exceeded(context, name, regional=regional):
        return None
    where = f"in region {context.region}" if regional else "globally"
    most = limit(context, name, regional=regional)
    return f"Quota '{metric}' exceeded. Limit: {most:.1f} {where}., quotaExceeded"


@rule("google_compute_global_address", code=403)
def global_addresses(context: RuleContext) -> str | None:
    """More static external addresses than the project may have; ranges for peering do not count."""
    external = [
        address
        for address in existing(context)
        if text(address, "address_type") in ("", "EXTERNAL")
    ]
    most = limit(context, "global_addresses")
    if not context.creating or context.text("address_type") == "INTERNAL" or len(external) < most:
        return None
    return f"Quota 'STATIC_ADDRESSES' exceeded. Limit: {most:.1f} globally., quotaExceeded"
