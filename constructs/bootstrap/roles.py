"""Roles of the pipeline's service accounts; docs/ci.md explains each of them."""

from constructs.security import Grant
from constructs.security.identity import TELEMETRY_ROLES

from environments import Environment
from environments.naming import Names

REFRESH_PERMISSIONS = (
    "bigquery.transfers.get",
    "cloudsql.databases.get",
    "cloudsql.instances.get",
    "cloudsql.users.get",
    "cloudsql.users.list",
    "redis.instances.getAuthString",
)
"""What a refresh reads and no fitting role has: the provider reads Redis' AUTH string
(redis/resource_redis_instance.go), the viewers of Cloud SQL and of the project could export the
database too, and who may see a scheduled query could run queries (BigQuery, "Access control")."""

EXPORT_PERMISSIONS = ("cloudsql.instances.export", "cloudsql.instances.get")
"""What an export needs (Cloud SQL, "Export and import", required permissions)."""

_READ = (
    "roles/artifactregistry.reader",
    "roles/browser",
    "roles/compute.viewer",
    "roles/iam.securityReviewer",
    "roles/iam.serviceAccountViewer",
    "roles/logging.viewer",
    "roles/monitoring.viewer",
    "roles/redis.viewer",
    "roles/run.viewer",
    "roles/secretmanager.viewer",
    "roles/serviceusage.serviceUsageViewer",
    "roles/storage.bucketViewer",
)
_ADMINISTER = (
    "roles/artifactregistry.admin",
    "roles/cloudsql.admin",
    "roles/compute.networkAdmin",
    "roles/compute.securityAdmin",
    "roles/iam.serviceAccountAdmin",
    "roles/iam.serviceAccountUser",
    "roles/logging.configWriter",
    "roles/monitoring.editor",
    "roles/ondemandscanning.admin",
    "roles/redis.admin",
    "roles/run.admin",
    "roles/secretmanager.admin",
    "roles/serviceusage.serviceUsageAdmin",
)


def plan_grants(environment: Environment) -> tuple[Grant, ...]:
    """Grant read access to what a refresh reads, and to no secret except the Redis connection,
    which the state holds anyway.
    """
    connection = f"{Names.of(environment).secret('redis-connection')}-"
    return (
        *(
            Grant(role=role)
            for role in sorted({*_READ, *_optional(environment, "viewer", dns="reader")})
        ),
        Grant(
            role="roles/secretmanager.secretAccessor",
            title="redis connection only",
            condition="resource.name.extract('/secrets/{secret}/versions/')"
            f".startsWith('{connection}')",
        ),
    )


def apply_grants(environment: Environment) -> tuple[Grant, ...]:
    """Grant administration of what the platform creates, and what releases need; never Owner or
    Editor.
    """
    granted = ", ".join(f"'{role}'" for role in granted_roles(environment))
    state = f"projects/_/buckets/{environment.state.bucket}"
    return (
        *(Grant(role=role) for role in sorted({*_ADMINISTER, *_optional(environment, "admin")})),
        Grant(
            role="roles/resourcemanager.projectIamAdmin",
            title="roles of the platform only",
            condition="api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', [])"
            f".hasOnly([{granted}])",
        ),
        Grant(
            role="roles/storage.admin",
            title="not the state bucket",
            condition=f"resource.name != '{state}' && !resource.name.startsWith('{state}/')",
        ),
    )


def granted_roles(environment: Environment) -> list[str]:
    """Return the roles that the platform grants to its own service accounts, sorted. The pipeline
    has permission to grant these only.
    """
    roles = {*TELEMETRY_ROLES, "roles/aiplatform.user", "roles/cloudsql.client"}
    roles.update(role for service in environment.services.values() for role in service.roles)
    if environment.backups:
        roles.update(
            {"roles/workflows.invoker", Names.of(environment).custom_role_path("sql-export")}
        )
    if environment.cost and environment.cost.export and environment.cost.export.daily_report:
        roles.add("roles/bigquery.jobUser")
    return sorted(roles)


def _optional(environment: Environment, level: str, *, dns: str = "admin") -> list[str]:
    """Return the roles of APIs that only some environments call."""
    roles = [f"roles/vpcaccess.{level}"] if environment.network.egress == "connector" else []
    if environment.domain.dns_zone:
        roles.append(f"roles/dns.{dns}")
    if environment.backups:
        roles += [f"roles/{api}.{level}" for api in ("cloudscheduler", "storagetransfer")]
        roles.append(f"roles/workflows.{level}")
    if environment.gateway:
        apigee = "admin" if level == "admin" else "readOnlyAdmin"
        roles += [f"roles/apigee.{apigee}", f"roles/cloudkms.{level}"]
    if environment.vector_search:
        roles.append(f"roles/aiplatform.{level}")
    if environment.cost and environment.cost.export:
        roles.append(
            "roles/bigquery.admin" if level == "admin" else "roles/bigquery.metadataViewer"
        )
    return roles
