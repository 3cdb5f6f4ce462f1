"""Cloud DNS: zones and records."""

import re

from offline.services.context import RuleContext, last, text
from offline.services.registry import rule


@rule("google_dns_managed_zone")
def zone_name(context: RuleContext) -> str | None:
    """Reject a zone whose DNS name does not end with a dot."""
    name = context.text("dns_name")
    if not name or name.endswith("."):
        return None
    return f"Invalid value for 'entity.managedZone.dnsName': '{name}', invalid"


@rule("google_dns_record_set", code=404)
def zone_exists(context: RuleContext) -> str | None:
    """Reject a record in a zone that does not exist."""
    zone = context.text("managed_zone")
    if not zone or context.find("google_dns_managed_zone", zone) is not None:
        return None
    return f"The 'parameters.managedZone' resource named '{zone}' does not exist., notFound"


@rule("google_dns_record_set")
def record(context: RuleContext) -> str | None:
    """Reject a record outside its zone, a CNAME at its top or with several values, or an address
    that is none.
    """
    zone = context.find("google_dns_managed_zone", context.text("managed_zone"))
    name, type_, top = context.text("name"), context.text("type"), text(zone, "dns_name")
    values = [str(rrdata) for rrdata in context.get("rrdatas") or ()]
    if zone is not None and name != top and not name.endswith(f".{top}"):
        return f"Invalid value for 'entity.change.additions[0].name': '{name}', invalid"
    if type_ == "CNAME" and (name == top or len(values) > 1):
        return (
            "The resource record set 'entity.change.additions[0]' is invalid because a CNAME "
            f"'{name}' may not be at the zone apex or have more than one value., "
            "cnameResourceRecordSetConflict"
        )
    if type_ == "A" and any(not re.fullmatch(r"(\d{1,3}\.){3}\d{1,3}", value) for value in values):
        return f"Invalid value for 'entity.change.additions[0].rrdata[0]': '{values[0]}', invalid"
    return None


@rule("google_dns_managed_zone", when="delete")
def zone_not_empty(context: RuleContext) -> str | None:
    """Reject deleting a DNS zone that has records, without force_destroy."""
    if context.get("force_destroy") is True:
        return None
    for resource in context.all("google_dns_record_set"):
        if last(text(resource, "managed_zone")) == context.text("name"):
            return (
                f"The resource named '{context.text('name')}' cannot be deleted because it "
                "contains one or more 'resource record sets'., containerNotEmpty"
            )
    return None
