"""Apigee: private services access."""

from offline.services.context import RuleContext
from offline.services.registry import rule
from offline.services.servicenetworking.rules import connection


@rule("google_apigee_organization")
def connection_exists(context: RuleContext) -> str | None:
    """Reject an Apigee organization with a network that has no private services connection."""
    network = context.text("authorized_network")
    if not network or connection(context, network) is not None:
        return None
    return f"the network {network} has no private connection to servicenetworking.googleapis.com"
