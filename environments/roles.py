"""Project roles of the services' accounts."""

from environments.schema import ServiceConfig

TELEMETRY_ROLES = (
    "roles/cloudtrace.agent",
    "roles/logging.logWriter",
    "roles/monitoring.metricWriter",
)
"""What every service needs to be seen."""


def service_roles(service: ServiceConfig) -> tuple[str, ...]:
    """Return the project roles of a service's account, sorted: those for telemetry, those that
    follow from what it uses, and those that its entry names.
    """
    roles = {*TELEMETRY_ROLES, *service.roles}
    if service.database:
        roles.add("roles/cloudsql.client")
    if service.vertex_ai:
        roles.add("roles/aiplatform.user")
    return tuple(sorted(roles))
