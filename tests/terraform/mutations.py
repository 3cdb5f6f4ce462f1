"""The mistakes of the original document, each put back into what the platform synthesizes.

A mutation says what was wrong, where it is put back, and who has to refuse it, in which words.
Paths are dotted; a number is a place in a list; `REMOVED` takes a value away.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.policy import (
    test_ai_cost as ai_cost,
    test_compute as compute,
    test_data as data,
    test_edge as edge,
    test_monitoring as monitoring,
)

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
INDEX = "google_vertex_ai_index.embeddings"
ENDPOINT = "google_vertex_ai_index_endpoint.embeddings"
DEPLOYED = "google_vertex_ai_index_endpoint_deployed_index.embeddings"
REPORT = "google_bigquery_table.daily_cost_report"
BUDGET = "google_billing_budget.monthly"
APIGEE = "google_apigee_environment.main"
APIGEE_INSTANCE = "google_apigee_instance.main"
GATEWAY_NEG = "google_compute_region_network_endpoint_group.gateway_neg_us_central1"
RATE_LIMIT = "google_apigee_sharedflow_deployment.rate_limiting"
CONTAINER = "template.0.containers.0"
RESOURCES = f"{CONTAINER}.resources.0"
SETTINGS = "settings.0"

VALIDATES = (
    Validate(
        mistake="a shared flow whose bundle is a block with its content",
        address="google_apigee_sharedflow.rate_limiting",
        change={"config_bundle": {"config_source": {"value": "UEsDBA=="}}},
        says=r"config_bundle",
    ),
    Validate(
        mistake="an environment type that Apigee does not have",
        address=APIGEE,
        change={"type": "STANDARD"},
        says=r"expected .*type.* to be one of",
    ),
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
        mistake="a goal that no objective may have",
        address="google_monitoring_slo.api_availability",
        change={"goal": 1},
        says=r"goal",
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
        mistake="a transfer whose agent may not look at its buckets",
        address="google_storage_transfer_job.app_data_copy",
        without=("google_storage_bucket_iam_member",),
        says=r"insufficient permissions",
    ),
    Api(
        mistake="a backup that runs as an account nobody made",
        address="google_workflows_workflow.database_export",
        without=("google_service_account.export",),
        says=r"Service account .* does not exist",
    ),
    Api(
        mistake="an account's token sent to a script's own address",
        address="google_cloud_scheduler_job.database_export",
        change={"http_target.0.uri": "https://grid.example.com/backup"},
        says=r"\*\.googleapis\.com",
    ),
    Api(
        mistake="Apigee without its API",
        address="google_apigee_organization.main",
        without=("google_project_service.apigee",),
        says=r"(?i)API has not been used|disabled",
    ),
    Api(
        mistake="an Apigee organization with a network and no private services connection",
        address="google_apigee_organization.main",
        change={
            "authorized_network": "projects/grid-prod-example/global/networks/grid-prod-vpc",
            "disable_vpc_peering": False,
        },
        without=("google_service_networking_connection",),
        says=r"no private connection",
    ),
    Api(
        mistake="an Apigee organization with neither a network nor disable_vpc_peering",
        address="google_apigee_organization.main",
        change={"disable_vpc_peering": False},
        says=r"exactly one of authorized_network and disable_vpc_peering",
    ),
    Api(
        mistake="Apigee before its service agent may use the keys",
        address="google_apigee_organization.main",
        without=("google_kms_crypto_key_iam_member.apigee_runtime_database",),
        says=r"useToEncrypt.*denied",
    ),
    Api(
        mistake="a paid instance without a key for its disks",
        address=APIGEE_INSTANCE,
        change={"disk_encryption_key_name": ""},
        says=r"diskEncryptionKeyName is required",
    ),
    Api(
        mistake="more Apigee nodes at least than at most",
        address=APIGEE,
        change={"node_config.0.max_node_count": "1"},
        says=r"minNodeCount 2 is greater",
    ),
    Api(
        mistake="a shared flow that is deployed where nothing runs",
        address=RATE_LIMIT,
        without=("google_apigee_instance_attachment",),
        says=r"not attached to any instance",
    ),
    Api(
        mistake="a flow hook before its shared flow is deployed",
        address="google_apigee_flowhook.pre_proxy",
        without=("google_apigee_sharedflow_deployment",),
        says=r"is not deployed in environment",
    ),
    Api(
        mistake="a group for Private Service Connect that leads nowhere",
        address=GATEWAY_NEG,
        change={"psc_target_service": ""},
        says=r"pscTargetService",
    ),
    Api(
        mistake="a health check on the gateway's backend",
        address="google_compute_backend_service.gateway",
        change={"health_checks": ["projects/p/global/healthChecks/api"]},
        says=r"(?i)health ?check",
    ),
    Api(
        mistake="a health check on a serverless backend",
        address=API_BACKEND,
        change={"health_checks": ["projects/p/global/healthChecks/api"]},
        says=r"(?i)health ?check",
    ),
    Api(
        mistake="an uptime check at an interval that is not offered",
        address="google_monitoring_uptime_check_config.api",
        change={"period": "120s"},
        says=r"period",
    ),
    Api(
        mistake="an alert to a channel that nobody made",
        address="google_monitoring_alert_policy.high_latency",
        change={"notification_channels": ["projects/grid-prod-example/notificationChannels/1"]},
        says=r"(?i)notification channel",
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
    Api(
        mistake="a vector index without metadata",
        address=INDEX,
        change={"metadata": []},
        says=r"metadata is required",
    ),
    Api(
        mistake="an index that nothing can search, named with hyphens",
        address=DEPLOYED,
        change={"deployed_index_id": "grid-prod-embeddings"},
        says=r"only letters, numbers and underscores",
    ),
    Api(
        mistake="an index endpoint in a network that is named with the project's id",
        address=ENDPOINT,
        change={
            "public_endpoint_enabled": False,
            "network": "projects/grid-prod-example/global/networks/grid-prod-vpc",
        },
        says=r"project_number",
    ),
    Api(
        mistake="a cost query over a table that is not there",
        address=REPORT,
        change={
            "view": [
                {
                    "query": "SELECT 1 FROM "
                    "`grid-prod-example.grid_prod_billing_export.gcp_billing_export_v1`",
                    "use_legacy_sql": False,
                }
            ]
        },
        says=r"gcp_billing_export_v1 was not found",
    ),
    Api(
        mistake="a view in legacy SQL, the provider's default",
        address=REPORT,
        change={"view": [{"query": "SELECT 1 FROM `a.b.c`", "use_legacy_sql": True}]},
        says=r"standard SQL",
    ),
    Api(
        mistake="a budget for a project that is named by its id",
        address=BUDGET,
        change={"budget_filter.0.projects": ["projects/grid-platform"]},
        says=r"budget_filter.projects",
    ),
)

POLICIES = (
    Policy(
        mistake="a cache policy that nothing switches on",
        address=API_BACKEND,
        change={"enable_cdn": False},
        policy=edge.test_cdn_policy_exists_only_with_the_cdn,
    ),
    Policy(
        mistake="a rate limit that ends the evaluation before the WAF",
        address=ARMOR,
        change={"rule.[2000].priority": 500},
        policy=edge.test_rate_limit_follows_every_waf_rule,
    ),
    Policy(
        mistake="one rate limit for all clients together",
        address=ARMOR,
        change={"rule.[2000].rate_limit_options.enforce_on_key": "ALL"},
        policy=edge.test_rate_limit_counts_by_client_address,
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
        policy=compute.test_services_have_internal_ingress,
    ),
    Policy(
        mistake="NODE_ENV is the environment's name",
        address=SERVICE,
        change={"template.containers.0.env.[NODE_ENV].value": "prod"},
        policy=compute.test_node_env_is_development_or_production,
    ),
    Policy(
        mistake="the latest version of a secret",
        address=SERVICE,
        change={
            "template.containers.0.env.[DATABASE_URL].value_source.secret_key_ref.version": "latest"
        },
        policy=compute.test_service_secrets_are_pinned_granted_and_in_depends_on,
    ),
    Policy(
        mistake="a project-wide secret accessor",
        address="google_project_iam_member.api_cloudsql_client",
        change={"role": "roles/secretmanager.secretAccessor"},
        policy=compute.test_no_account_has_project_wide_secret_access,
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
        policy=compute.test_smoke_jobs_send_all_traffic_through_the_vpc,
    ),
    Policy(
        mistake="one service account for all services",
        address=SERVICE,
        change={"template.service_account": "${google_service_account.auth.email}"},
        policy=compute.test_each_service_has_its_own_service_account,
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
        policy=data.test_terraform_ignores_the_size_of_a_grown_disk,
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
        policy=data.test_only_redis_secrets_are_plain_arguments,
    ),
    Policy(
        mistake="TLS of 1999",
        address="google_compute_ssl_policy.default",
        change={"min_tls_version": "TLS_1_0"},
        policy=edge.test_http_only_redirects_to_https,
    ),
    Policy(
        mistake="vectors for whoever is in the network",
        address=ENDPOINT,
        change={"public_endpoint_enabled": False},
        policy=ai_cost.test_vector_endpoint_is_public_and_requires_tokens,
    ),
    Policy(
        mistake="one replica, without an SLA",
        address=DEPLOYED,
        change={"dedicated_resources.min_replica_count": 1},
        policy=ai_cost.test_protected_environment_has_at_least_two_vector_replicas,
    ),
    Policy(
        mistake="a budget that speaks up when the money is spent",
        address=BUDGET,
        change={"threshold_rules": [{"threshold_percent": 1, "spend_basis": "CURRENT_SPEND"}]},
        policy=ai_cost.test_every_project_has_a_budget_with_early_and_forecast_thresholds,
    ),
    Policy(
        mistake="the rate of all requests as the rate of errors",
        address="google_monitoring_alert_policy.high_error_rate",
        change={
            "conditions.0.condition_prometheus_query_language.query": "sum by (service_name) "
            '(rate(run_googleapis_com:request_count{monitored_resource="cloud_run_revision"}[1m]))'
            " > 0.01"
        },
        policy=monitoring.test_error_alert_divides_by_all_requests,
    ),
    Policy(
        mistake="the mean of percentiles as a percentile",
        address="google_monitoring_alert_policy.high_latency",
        change={
            "conditions.0.condition_threshold.aggregations.0.per_series_aligner": (
                "ALIGN_PERCENTILE_95"
            ),
            "conditions.0.condition_threshold.aggregations.0.cross_series_reducer": "REDUCE_MEAN",
        },
        policy=monitoring.test_no_percentile_is_averaged,
    ),
    Policy(
        mistake="an uptime check that no alert reads",
        address="google_monitoring_alert_policy.uptime",
        change={
            "conditions.0.condition_threshold.filter": 'metric.type = "m" AND resource.type = "r"'
        },
        policy=monitoring.test_uptime_check_has_an_alert,
    ),
    Policy(
        mistake="users as a label of a metric",
        address="google_monitoring_metric_descriptor.ai_tokens",
        change={"labels.1.key": "user_id"},
        policy=monitoring.test_metrics_have_no_user_label,
    ),
    Policy(
        mistake="a key of PagerDuty in the state",
        address="google_monitoring_notification_channel.email",
        change={"sensitive_labels": {"service_key": "key"}},
        policy=monitoring.test_no_channel_has_sensitive_labels,
    ),
)
