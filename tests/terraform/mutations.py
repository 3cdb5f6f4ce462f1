"""The mistakes of the original document, each put back into what the platform synthesizes.

A mutation says what was wrong, where it is put back, and who has to refuse it, in which words.
Paths are dotted; a number is a place in a list; `REMOVED` takes a value away.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.policy import test_compute as compute, test_data as data, test_edge as edge

REMOVED = object()
"""A value that is taken away."""


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One mistake put back."""

    mistake: str
    """What the document had, in a few words."""
    address: str
    """The resource, in production."""
    change: Mapping[str, Any] = field(default_factory=dict)
    """New values by path."""
    says: str = ""
    """A regular expression for the refusal."""


@dataclass(frozen=True, kw_only=True)
class Api(Mutation):
    """Refused by a rule of the API, with the resource as the provider sends it."""

    without: tuple[str, ...] = ()
    """Types, or addresses, that do not exist in this world."""


@dataclass(frozen=True, kw_only=True)
class Validate(Mutation):
    """Refused by `terraform validate`: the provider's own schema and validators."""


@dataclass(frozen=True, kw_only=True)
class Policy(Mutation):
    """Refused by a policy of the project, whose name says why."""

    policy: Callable[..., None]


API_BACKEND = "google_compute_backend_service.api"
ARMOR = "google_compute_security_policy.default"
AI = "google_cloud_run_v2_service.ai_service_us_central1"
SERVICE = "google_cloud_run_v2_service.api_service_us_central1"
SQL = "google_sql_database_instance.main"
REPLICA = "google_sql_database_instance.read_replica"
REDIS = "google_redis_instance.cache_us_central1"
RULE = "google_compute_global_forwarding_rule.default"
CONNECTOR = "google_vpc_access_connector.connector_us_central1"
CONTAINER = "template.0.containers.0"
RESOURCES = f"{CONTAINER}.resources.0"
SETTINGS = "settings.0"

VALIDATES = (
    Validate(
        mistake="cache_mode CACHE_MODE_AUTO, which does not exist",
        address=API_BACKEND,
        change={"cdn_policy.cache_mode": "CACHE_MODE_AUTO"},
        says=r"expected .*cache_mode.* to be one of",
    ),
    Validate(
        mistake="more monitoring addresses than a rule takes",
        address=ARMOR,
        change={
            "rule.0.match": {
                "versioned_expr": "SRC_IPS_V1",
                "config": {"src_ip_ranges": [f"203.0.113.{n}/32" for n in range(11)]},
            }
        },
        says=r"src_ip_ranges|[Tt]oo many|at most 10",
    ),
    Validate(
        mistake="an empty list of monitoring addresses",
        address=ARMOR,
        change={
            "rule.0.match": {
                "versioned_expr": "SRC_IPS_V1",
                "config": {"src_ip_ranges": []},
            }
        },
        says=r"src_ip_ranges|[Nn]ot enough|at least 1",
    ),
    Validate(
        mistake="a network by its bare name for Cloud SQL",
        address=SQL,
        change={"settings.ip_configuration.private_network": "grid-prod-vpc"},
        says=r"private_network",
    ),
    Validate(
        mistake="a service account id of more than 30 characters",
        address="google_service_account.api",
        change={"account_id": "grid-production-cloud-run-service-account"},
        says=r"account_id",
    ),
    Validate(
        mistake="replica_configuration, which only MySQL knows, with an attribute that is none",
        address=REPLICA,
        change={"replica_configuration": {"failover_targets": False}},
        says=r"failover_targets",
    ),
    Validate(
        mistake="an environment variable as prevent_destroy",
        address=REDIS,
        change={"lifecycle.prevent_destroy": '${var.openai_key == "prod"}'},
        says=r"prevent_destroy|Variables not allowed|literal",
    ),
)

APIS = (
    Api(
        mistake="a health check on a serverless backend",
        address=API_BACKEND,
        change={"health_checks": ["projects/p/global/healthChecks/api"]},
        says=r"(?i)health ?check",
    ),
    Api(
        mistake="a timeout on a serverless backend",
        address=API_BACKEND,
        change={"timeout_sec": 60},
        says=r"(?i)timeout",
    ),
    Api(
        mistake="a forwarding rule without its scheme, which then is EXTERNAL",
        address=RULE,
        change={"load_balancing_scheme": "EXTERNAL"},
        says=r"(?i)load balancing scheme",
    ),
    Api(
        mistake="a security policy without its default rule",
        address=ARMOR,
        change={"rule.[2147483647]": REMOVED},
        says=r"(?i)default rule",
    ),
    Api(
        mistake="ban_duration_sec beside throttle",
        address=ARMOR,
        change={"rule.[2000].action": "throttle"},
        says=r"(?i)ban",
    ),
    Api(
        mistake="two rules of one priority",
        address=ARMOR,
        change={"rule.[1010].priority": 1000},
        says=r"(?i)priorit",
    ),
    Api(
        mistake="a rule set that does not exist",
        address=ARMOR,
        change={
            "rule.[1000].match.0.expr.0.expression": "evaluatePreconfiguredWaf('owasp-top-10')"
        },
        says=r"(?i)owasp-top-10|preconfigured",
    ),
    Api(
        mistake="a GPU that is billed by the request",
        address=AI,
        change={f"{RESOURCES}.cpu_idle": True},
        says=r"(?i)gpu|cpu",
    ),
    Api(
        mistake="a GPU without a node selector",
        address=AI,
        change={"template.0.node_selector": []},
        says=r"(?i)gpu|accelerator|selector",
    ),
    Api(
        mistake="zero GPUs outside production",
        address=AI,
        change={f"{RESOURCES}.limits": {"cpu": "8", "memory": "32Gi", "nvidia.com/gpu": "0"}},
        says=r"(?i)gpu",
    ),
    Api(
        mistake="less memory than the CPU needs",
        address=SERVICE,
        change={f"{RESOURCES}.limits": {"cpu": "4", "memory": "1Gi"}},
        says=r"(?i)memory",
    ),
    Api(
        mistake="an image's PORT set by hand",
        address=SERVICE,
        change={f"{CONTAINER}.env.0": {"name": "PORT", "value": "8080"}},
        says=r"PORT",
    ),
    Api(
        mistake="more instances at least than at most",
        address=SERVICE,
        change={"scaling.0.min_instance_count": 300},
        says=r"(?i)instance",
    ),
    Api(
        mistake="a startup probe that lasts longer than Cloud Run waits",
        address=SERVICE,
        change={f"{CONTAINER}.startup_probe.0.failure_threshold": 100},
        says=r"(?i)probe|failure",
    ),
    Api(
        mistake="a connector and Direct VPC egress at once",
        address=SERVICE,
        change={
            "template.0.vpc_access.0.network_interfaces": [
                {"network": "grid-prod-vpc", "subnetwork": "a", "tags": []}
            ]
        },
        says=r"(?i)connector|network.interfaces|vpc",
    ),
    Api(
        mistake="a service that may not read its secret",
        address=SERVICE,
        without=("google_secret_manager_secret_iam_member",),
        says=r"(?i)permission denied|secretAccessor|access",
    ),
    Api(
        mistake="a secret without a version",
        address=SERVICE,
        without=("google_secret_manager_secret_version",),
        says=r"(?i)version|not found",
    ),
    Api(
        mistake="outlier detection by success rate, with serverless groups",
        address=API_BACKEND,
        change={"outlier_detection.0.success_rate_minimum_hosts": 2},
        says=r"(?i)success.?rate",
    ),
    Api(
        mistake="shared_buffers with a unit",
        address=SQL,
        change={f"{SETTINGS}.database_flags.0": {"name": "shared_buffers", "value": "256MB"}},
        says=r"(?i)shared_buffers|flag",
    ),
    Api(
        mistake="a replica with fewer connections than its primary",
        address=REPLICA,
        change={f"{SETTINGS}.database_flags.[max_connections].value": "100"},
        says=r"(?i)max_connections",
    ),
    Api(
        mistake="a machine that PostgreSQL does not have",
        address=SQL,
        change={f"{SETTINGS}.tier": "db-n1-standard-4"},
        says=r"(?i)tier",
    ),
    Api(
        mistake="a custom machine with an odd number of vCPU",
        address=SQL,
        change={f"{SETTINGS}.tier": "db-custom-3-11520"},
        says=r"(?i)cpu|tier",
    ),
    Api(
        mistake="edition ENTERPRISE_PLUS with a custom machine",
        address=SQL,
        change={f"{SETTINGS}.edition": "ENTERPRISE_PLUS"},
        says=r"(?i)tier|edition|ENTERPRISE_PLUS",
    ),
    Api(
        mistake="logs that outlive the backups",
        address=SQL,
        change={
            f"{SETTINGS}.backup_configuration.0.backup_retention_settings.0.retained_backups": 3
        },
        says=r"(?i)retention|backup",
    ),
    Api(
        mistake="backups on a replica",
        address=REPLICA,
        change={f"{SETTINGS}.backup_configuration": [{"enabled": True}]},
        says=r"(?i)backup",
    ),
    Api(
        mistake="Cloud SQL before the private services connection",
        address=SQL,
        without=("google_service_networking_connection",),
        says=r"(?i)private services? connection|peering|network",
    ),
    Api(
        mistake="Redis before the private services connection",
        address=REDIS,
        without=("google_service_networking_connection",),
        says=r"(?i)private service|peering|network|connection",
    ),
    Api(
        mistake="a CIDR where Redis wants the name of a range",
        address=REDIS,
        change={"reserved_ip_range": "10.64.0.0/29"},
        says=r"(?i)range",
    ),
    Api(
        mistake="a connector on the addresses of a subnet",
        address=CONNECTOR,
        change={"ip_cidr_range": "10.0.0.0/28"},
        says=r"(?i)overlap|conflict|10\.0\.0\.0",
    ),
    Api(
        mistake="a connector with a name that is too long",
        address=CONNECTOR,
        change={"name": "grid-production-connector"},
        says=r"(?i)name|connector",
    ),
    Api(
        mistake="an API that nobody enabled",
        address=CONNECTOR,
        without=("google_project_service.vpcaccess",),
        says=r"(?i)API has not been used|disabled",
    ),
    Api(
        mistake="a wildcard in a managed certificate",
        address="google_compute_managed_ssl_certificate.default",
        change={"managed.0.domains": ["*.grid.example.com"]},
        says=r"(?i)wildcard|domain",
    ),
    Api(
        mistake="a path with a star in the wrong place",
        address="google_compute_url_map.default",
        change={"path_matcher.0.path_rule.0.paths": ["/auth*"]},
        says=r"(?i)path",
    ),
    Api(
        mistake="a public bucket that prevents public access",
        address="google_storage_bucket_iam_member.backups_database",
        change={"member": "allUsers"},
        says=r"(?i)public access",
    ),
    Api(
        mistake="versions and retention on one bucket",
        address="google_storage_bucket.backups",
        change={"versioning": [{"enabled": True}]},
        says=r"(?i)retention|version",
    ),
    Api(
        mistake="an empty secret",
        address="google_secret_manager_secret_version.redis_connection_us_central1",
        change={"secret_data": ""},
        says=r"(?i)payload|empty|data",
    ),
)

POLICIES = (
    Policy(
        mistake="a cache policy that nothing switches on",
        address=API_BACKEND,
        change={"enable_cdn": False},
        policy=edge.test_a_cache_policy_is_switched_on,
    ),
    Policy(
        mistake="a rate limit that ends the evaluation before the WAF",
        address=ARMOR,
        change={"rule.[2000].priority": 500},
        policy=edge.test_the_rate_limit_comes_after_every_waf_rule,
    ),
    Policy(
        mistake="one rate limit for all clients together",
        address=ARMOR,
        change={"rule.[2000].rate_limit_options.enforce_on_key": "ALL"},
        policy=edge.test_rate_limits_are_per_client_and_bans_belong_to_bans,
    ),
    Policy(
        mistake="auth and ai without Cloud Armor",
        address="google_compute_backend_service.auth",
        change={"security_policy": ""},
        policy=edge.test_every_backend_service_is_behind_cloud_armor,
    ),
    Policy(
        mistake="services that answer the internet past the load balancer",
        address=SERVICE,
        change={"ingress": "INGRESS_TRAFFIC_ALL"},
        policy=compute.test_no_service_answers_the_internet,
    ),
    Policy(
        mistake="NODE_ENV is the environment's name",
        address=SERVICE,
        change={"template.containers.0.env.[NODE_ENV].value": "prod"},
        policy=compute.test_node_env_is_one_that_node_knows,
    ),
    Policy(
        mistake="the latest version of a secret",
        address=SERVICE,
        change={
            "template.containers.0.env.[DATABASE_URL].value_source.secret_key_ref.version": "latest"
        },
        policy=compute.test_secrets_are_pinned_granted_and_waited_for,
    ),
    Policy(
        mistake="a project-wide secret accessor",
        address="google_project_iam_member.api_cloudsql_client",
        change={"role": "roles/secretmanager.secretAccessor"},
        policy=compute.test_no_account_reads_every_secret,
    ),
    Policy(
        mistake="no invoker, so that the load balancer is refused",
        address="google_cloud_run_v2_service_iam_member.api_invoker_us_central1",
        change={"member": "serviceAccount:someone@example.com"},
        policy=compute.test_every_routed_service_has_one_invoker,
    ),
    Policy(
        mistake="a smoke job whose requests do not come through the VPC",
        address="google_cloud_run_v2_job.smoke_us_central1",
        change={"template.template.vpc_access.egress": "PRIVATE_RANGES_ONLY"},
        policy=compute.test_smoke_jobs_ask_from_inside_the_network,
    ),
    Policy(
        mistake="one service account for all services",
        address=SERVICE,
        change={"template.service_account": "${google_service_account.auth.email}"},
        policy=compute.test_each_service_has_an_account_of_its_own,
    ),
    Policy(
        mistake="a replica with a public address",
        address=REPLICA,
        change={"settings.ip_configuration.ipv4_enabled": True},
        policy=data.test_databases_have_private_addresses_only,
    ),
    Policy(
        mistake="a disk that a plan would shrink by replacing the database",
        address=SQL,
        change={"lifecycle.ignore_changes": []},
        policy=data.test_a_grown_disk_is_left_alone,
    ),
    Policy(
        mistake="Redis without AUTH",
        address=REDIS,
        change={"auth_enabled": False},
        policy=data.test_redis_has_auth_and_tls,
    ),
    Policy(
        mistake="a database password in the state",
        address="google_secret_manager_secret_version.db_password",
        change={"secret_data_wo": REMOVED, "secret_data": "${random_password.db.result}"},
        policy=data.test_only_redis_secrets_are_in_the_state,
    ),
    Policy(
        mistake="TLS of 1999",
        address="google_compute_ssl_policy.default",
        change={"min_tls_version": "TLS_1_0"},
        policy=edge.test_plain_http_only_redirects,
    ),
)
