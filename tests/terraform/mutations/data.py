"""Mistakes in databases, caches, buckets, backups, and secrets."""

from tests.policy import (
    test_compute as compute_policies,
    test_data as data_policies,
)
from tests.terraform.mutations.mutation import REMOVED, Api, Mutation, Policy, Validate

SQL = "google_sql_database_instance.main"
REPLICA = "google_sql_database_instance.read_replica"
REDIS = "google_redis_instance.cache_us_central1"
SETTINGS = "settings.0"


MUTATIONS: tuple[Mutation, ...] = (
    Validate(
        mistake="a network by its bare name for Cloud SQL",
        address=SQL,
        change={"settings.ip_configuration.private_network": "grid-prod-vpc"},
        says=r"private_network",
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
    Policy(
        mistake="a project-wide secret accessor",
        address="google_project_iam_member.api_cloudsql_client",
        change={"role": "roles/secretmanager.secretAccessor"},
        policy=compute_policies.test_no_account_has_project_wide_secret_access,
    ),
    Policy(
        mistake="a replica with a public address",
        address=REPLICA,
        change={"settings.ip_configuration.ipv4_enabled": True},
        policy=data_policies.test_databases_have_private_addresses_only,
    ),
    Policy(
        mistake="a disk that a plan would shrink by replacing the database",
        address=SQL,
        change={"lifecycle.ignore_changes": []},
        policy=data_policies.test_terraform_ignores_the_size_of_a_grown_disk,
    ),
    Policy(
        mistake="Redis without AUTH",
        address=REDIS,
        change={"auth_enabled": False},
        policy=data_policies.test_redis_has_auth_and_tls,
    ),
    Policy(
        mistake="a database password in the state",
        address="google_secret_manager_secret_version.db_password",
        change={"secret_data_wo": REMOVED, "secret_data": "${random_password.db.result}"},
        policy=data_policies.test_only_redis_secrets_are_plain_arguments,
    ),
)
