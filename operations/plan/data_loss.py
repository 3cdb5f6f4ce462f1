"""What is permanently lost when Terraform destroys a resource, by its type.

Only data that cannot be recreated. A load balancer or a Cloud Run service is not in the table: it
is unavailable for a while, and then the same. tests/operations/test_data_loss.py
compares every type of the stacks with this table.
"""

from contract.plan import Change

LOSSES = {
    "google_apigee_api_product": "the access of every key that was given for it",
    "google_apigee_environment": "its deployments, key value maps and target servers",
    "google_apigee_instance": "the gateway's addresses, and an hour of its service",
    "google_apigee_nat_address": "the address: it is in the allow lists of others",
    "google_apigee_organization": "every application, key and analysis of the gateway",
    "google_artifact_registry_repository": "the images, those that serve too",
    "google_bigquery_dataset": "its tables",
    "google_bigquery_table": "its rows",
    "google_compute_global_address": "the address: it is in DNS, or it is the database's range",
    "google_compute_network": "everything in the network",
    "google_iam_workload_identity_pool": "its name, for 30 days, and the pipeline's way in",
    "google_iam_workload_identity_pool_provider": "its name, for 30 days",
    "google_kms_crypto_key": "everything that is encrypted with it",
    "google_kms_key_ring": "its keys",
    "google_logging_project_bucket_config": "the logs that it keeps",
    "google_monitoring_metric_descriptor": "the metric's history",
    "google_project": "the project",
    "google_project_iam_custom_role": "its name, for 37 days",
    "google_redis_instance": "sessions and cache; the address changes",
    "google_secret_manager_secret": "its versions, those that are used too",
    "google_secret_manager_secret_version": "the value",
    "google_service_networking_connection": "the way to the database and to Redis",
    "google_sql_database": "its tables",
    "google_sql_database_instance": "the databases, and with them their automatic backups",
    "google_sql_user": "what it owns in the database, or the drop is refused",
    "google_storage_bucket": "its objects",
    "google_vertex_ai_index": "its vectors",
    "google_service_account": "its grants: a new account of that name does not have them",
    "random_id": "the name that is made of it, and with it what has that name",
}
"""What is lost, in words, by Terraform's type."""


def lost_data(change: Change) -> str:
    """Describe the data that Terraform permanently destroys with the resource.

    Returns an empty string if there is none. With deletion_policy ABANDON, Terraform only forgets
    the object (provider documentation of google_sql_user, google_sql_database, and
    google_secret_manager_secret_version).
    """
    abandoned = change.before.get("deletion_policy") == "ABANDON"
    destroyed = change.action in {"destroy", "replace"} and not abandoned
    return LOSSES.get(change.type, "") if destroyed else ""
