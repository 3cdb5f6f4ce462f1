"""Apigee: private services access."""

from offline.services.context import Case
from offline.services.registry import rule
from offline.services.servicenetworking.rules import connection


@rule("google_apigee_organization", source="provider doc: apigee_organization, authorized_network")
def connection_exists(case: Case) -> str | None:
    """An Apigee organization with a network that has no private services connection."""
    network = case.text("authorized_network")
    if not network or connection(case, network) is not None:
        return None
    return f"the network {network} has no private connection to servicenetworking.googleapis.com"
