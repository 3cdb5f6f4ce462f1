"""Cloud SQL: private services access."""

from offline.services.context import RuleContext
from offline.services.registry import rule
from offline.services.servicenetworking.rules import connection


@rule("google_sql_database_instance")
def connection_exists(context: RuleContext) -> str | None:
    """Reject a private Cloud SQL instance on a network without a private services connection."""
    network = context.text("settings.ip_configuration.private_network")
    if not network or connection(context, network) is not None:
        return None
    return (
        "failed to create instance because the network doesn't have at least 1 private services "
        "connection. Please see https://cloud.google.com/sql/docs/mysql/private-ip"
        "#network_requirements for how to create this connection."
    )
