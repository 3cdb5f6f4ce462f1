"""What the pipeline's accounts may do in a project; docs/ci.md says what each role is for."""

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


def plan_grants(env: Environment) -> tuple[Grant, ...]:
    """Reading what a refresh reads, and no secret but the one that the state holds anyway: the
    Redis connection.
    """
    connection = f"{Names.of(env).secret('redis-connection')}-"
    return (
        *(Grant(role=role) for role in sorted({*_READ, *_optional(env, "viewer", dns="reader")})),
        Grant(
            role="roles/secretmanager.secretAccessor",
            title="redis connection only",
            condition="resource.name.extract('/secrets/{secret}/versions/')"
            f".startsWith('{connection}')",
        ),
    )


def apply_grants(env: Environment) -> tuple[Grant, ...]:
    """Administering what the platform makes, and what releases need; never Owner or Editor."""
    granted = ", ".join(f"'{role}'" for role in granted_roles(env))
    state = f"projects/_/buckets/{env.state.bucket}"
    return (
        *(Grant(role=role) for role in sorted({*_ADMINISTER, *_optional(env, "admin")})),
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


def granted_roles(env: Environment) -> list[str]:
    """The roles that the platform gives to its own accounts, sorted; the pipeline may grant no
    other one.
    """
    roles = {*TELEMETRY_ROLES, "roles/aiplatform.user", "roles/cloudsql.client"}
    roles.update(role for service in env.services.values() for role in service.roles)
    if env.backups:
        roles.update({"roles/workflows.invoker", Names.of(env).custom_role_path("sql-export")})
    if env.cost and env.cost.export and env.cost.export.daily_report:
        roles.add("roles/bigquery.jobUser")
    return sorted(roles)


def _optional(env: Environment, level: str, *, dns: str = "admin") -> list[str]:
    """Roles of APIs that only some environments call."""
    roles = [f"roles/vpcaccess.{level}"] if env.network.egress == "connector" else []
    if env.domain.dns_zone:
        roles.append(f"roles/dns.{dns}")
    if env.backups:
        roles += [f"roles/{api}.{level}" for api in ("cloudscheduler", "storagetransfer")]
        roles.append(f"roles/workflows.{level}")
    if env.gateway:
        apigee = "admin" if level == "admin" else "readOnlyAdmin"
        roles += [f"roles/apigee.{apigee}", f"roles/cloudkms.{level}"]
    if env.vector_search:
        roles.append(f"roles/aiplatform.{level}")
    if env.cost and env.cost.export:
        roles.append(
            "roles/bigquery.admin" if level == "admin" else "roles/bigquery.metadataViewer"
        )
    return roles
