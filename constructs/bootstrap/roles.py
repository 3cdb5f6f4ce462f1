"""Roles of the pipeline's service accounts; docs/ci.md explains each of them."""

from constructs.security import Grant

from environments import Environment
from environments.naming import Names
from environments.roles import TELEMETRY_ROLES

_REFRESH = (
    "artifactregistry.repositories.get",
    "cloudsql.databases.get",
    "cloudsql.instances.get",
    "cloudsql.users.get",
    "cloudsql.users.list",
    "compute.backendBuckets.get",
    "compute.backendServices.get",
    "compute.globalAddresses.get",
    "compute.globalForwardingRules.get",
    "compute.networks.get",
    "compute.regionNetworkEndpointGroups.get",
    "compute.routers.get",
    "compute.securityPolicies.get",
    "compute.sslCertificates.get",
    "compute.sslPolicies.get",
    "compute.subnetworks.get",
    "compute.targetHttpProxies.get",
    "compute.targetHttpsProxies.get",
    "compute.urlMaps.get",
    "logging.buckets.get",
    "logging.logMetrics.get",
    "logging.sinks.get",
    "redis.instances.getAuthString",
    "servicenetworking.services.get",
    "storage.buckets.getIamPolicy",
)
"""What a refresh reads and no predefined role has without data: those that fit could also pull
images, read log entries and the output of machines, or export the database (facts,
`permissions.json`). The provider reads Redis' AUTH string (redis/resource_redis_instance.go)."""
_REFRESH_OF_BACKUPS = ("workflows.workflows.get",)
_REFRESH_OF_COST = ("bigquery.transfers.get",)
"""An account that can see a scheduled query could run queries (BigQuery, "Access control")."""
_REFRESH_OF_GATEWAY = (
    "apigee.apiproducts.get",
    "apigee.deployments.get",
    "apigee.envgroupattachments.get",
    "apigee.envgroups.get",
    "apigee.environments.get",
    "apigee.flowhooks.getSharedFlow",
    "apigee.instanceattachments.get",
    "apigee.instances.get",
    "apigee.nataddresses.get",
    "apigee.organizations.get",
    "apigee.proxies.get",
    "apigee.sharedflows.get",
)
"""roles/apigee.readOnlyAdmin also reads the secrets of applications and the key value maps."""
_REFRESH_OF_KEYS = ("cloudkms.cryptoKeys.getIamPolicy",)
_REFRESH_OF_ROTATION = ("pubsub.topics.get", "pubsub.topics.getIamPolicy")
_REFRESH_OF_VECTOR_SEARCH = ("aiplatform.indexEndpoints.get", "aiplatform.indexes.get")
"""roles/aiplatform.viewer also queries vectors."""

EXPORT_PERMISSIONS = ("cloudsql.instances.export", "cloudsql.instances.get")
"""What an export needs (Cloud SQL, "Export and import", required permissions)."""

_READ = (
    "roles/browser",
    "roles/iam.serviceAccountViewer",
    "roles/monitoring.viewer",
    "roles/redis.viewer",
    "roles/run.viewer",
    "roles/secretmanager.viewer",
    "roles/serviceusage.serviceUsageViewer",
    "roles/storage.bucketViewer",
)
_ADMINISTER = (
    "roles/artifactregistry.admin",
    "roles/compute.loadBalancerAdmin",
    "roles/compute.networkAdmin",
    "roles/compute.securityAdmin",
    "roles/logging.configWriter",
    "roles/monitoring.editor",
    "roles/ondemandscanning.admin",
    "roles/redis.admin",
    "roles/run.admin",
    "roles/secretmanager.admin",
    "roles/serviceusage.serviceUsageAdmin",
)


def refresh_permissions(environment: Environment) -> tuple[str, ...]:
    """Return what the account that plans needs besides predefined roles, sorted."""
    cost = environment.cost and environment.cost.export
    is_rotated = _is_rotated(environment)
    return tuple(
        sorted(
            (
                *_REFRESH,
                *(_REFRESH_OF_BACKUPS if environment.backups else ()),
                *(_REFRESH_OF_COST if cost else ()),
                *(_REFRESH_OF_GATEWAY if environment.gateway else ()),
                *(_REFRESH_OF_KEYS if environment.gateway or environment.encryption else ()),
                *(_REFRESH_OF_ROTATION if is_rotated else ()),
                *(_REFRESH_OF_VECTOR_SEARCH if environment.vector_search else ()),
            )
        )
    )


def plan_grants(environment: Environment) -> tuple[Grant, ...]:
    """Grant read access to what a refresh reads, and to no data."""
    roles = {*_READ, *_optional(environment, "viewer", dns="reader")}
    return tuple(Grant(role=role) for role in sorted(roles))


def apply_grants(environment: Environment) -> tuple[Grant, ...]:
    """Grant administration of what the platform creates, and what releases need; never Owner or
    Editor.
    """
    return (
        *(Grant(role=role) for role in sorted({*_ADMINISTER, *_optional(environment, "admin")})),
        granting(environment, "roles/resourcemanager.projectIamAdmin"),
        storage_except_state(environment, "roles/storage.admin"),
    )


def granting(environment: Environment, role: str, name: str = "") -> Grant:
    """Grant a role that can grant roles, for those of the platform only."""
    granted = ", ".join(f"'{one}'" for one in granted_roles(environment))
    return Grant(
        role=role,
        name=name,
        title="roles of the platform only",
        condition="api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', [])"
        f".hasOnly([{granted}])",
    )


def storage_except_state(environment: Environment, role: str, name: str = "") -> Grant:
    """Grant a role on every bucket of the project except that of the state."""
    state = f"projects/_/buckets/{environment.state.bucket}"
    return Grant(
        role=role,
        name=name,
        title="not the state bucket",
        condition=f"resource.name != '{state}' && !resource.name.startsWith('{state}/')",
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


def _is_rotated(environment: Environment) -> bool:
    return any(secret.rotation_days for secret in environment.secrets.values())


def _optional(environment: Environment, level: str, *, dns: str = "admin") -> list[str]:
    """Return the roles of APIs that only some environments call. A role that reads data is not
    granted for planning: the custom role has what is needed instead.
    """
    administers = level == "admin"
    roles = [f"roles/vpcaccess.{level}"] if environment.network.egress == "connector" else []
    if environment.domain.dns_zone or environment.network.dns_logging:
        roles.append(f"roles/dns.{dns}")
    if environment.backups:
        roles += [f"roles/{api}.{level}" for api in ("cloudscheduler", "storagetransfer")]
        roles += ["roles/workflows.admin"] if administers else []
    if environment.gateway or environment.encryption:
        roles.append(f"roles/cloudkms.{level}")
    if environment.gateway and administers:
        roles.append("roles/apigee.admin")
    if environment.binary_authorization:
        editor, viewer = (
            "roles/binaryauthorization.policyEditor",
            "roles/binaryauthorization.policyViewer",
        )
        roles.append(editor if administers else viewer)
    if _is_rotated(environment) and administers:
        roles.append("roles/pubsub.admin")
    if environment.vector_search and administers:
        roles.append("roles/aiplatform.admin")
    if environment.cost and environment.cost.export:
        roles.append("roles/bigquery.admin" if administers else "roles/bigquery.metadataViewer")
    return roles
