"""Every call needs its API enabled in the project."""

from offline.facts.ids import project_number
from offline.rules.case import Case, text
from offline.rules.registry import rule

DEFAULT_ON = frozenset(
    f"{name}.googleapis.com"
    for name in (
        "bigquery bigquerymigration bigquerystorage cloudapis cloudresourcemanager "
        "cloudtrace datastore logging "
        "monitoring servicemanagement serviceusage sql-component storage storage-api "
        "storage-component"
    ).split()
)
"""On in a new project (doc: Service Usage, "Services enabled by default"), and the two that
Terraform itself needs.
"""

_APIS = {
    "google_apigee_": "apigee",
    "google_artifact_registry_": "artifactregistry",
    "google_bigquery_": "bigquery",
    "google_bigquery_data_transfer_": "bigquerydatatransfer",
    "google_billing_budget": "billingbudgets",
    "google_cloud_run_": "run",
    "google_cloud_scheduler_": "cloudscheduler",
    "google_cloudfunctions2_": "cloudfunctions",
    "google_compute_": "compute",
    "google_container_": "container",
    "google_dns_": "dns",
    "google_iam_": "iam",
    "google_kms_": "cloudkms",
    "google_logging_": "logging",
    "google_monitoring_": "monitoring",
    "google_project_iam_": "cloudresourcemanager",
    "google_pubsub_": "pubsub",
    "google_redis_": "redis",
    "google_secret_manager_": "secretmanager",
    "google_service_account": "iam",
    "google_service_networking_": "servicenetworking",
    "google_sql_": "sqladmin",
    "google_storage_": "storage",
    "google_storage_transfer_": "storagetransfer",
    "google_vertex_ai_": "aiplatform",
    "google_vpc_access_": "vpcaccess",
    "google_workflows_": "workflows",
}


def api_of(type_: str) -> str | None:
    """The API that a type is made with, None when not known: the longest prefix that fits."""
    found = [prefix for prefix in _APIS if type_.startswith(prefix)]
    return f"{_APIS[max(found, key=len)]}.googleapis.com" if found else None


@rule("google_*", source="known: 'has not been used in project' of many providers' users", code=403)
def enabled(case: Case) -> str | None:
    """A call to an API that is not enabled in the project.

    A project of which the world has no google_project_service counts as set up elsewhere, unless
    the quotas name what is enabled.
    """
    api = api_of(case.type)
    if api is None or not case.project or case.type == "google_project_service":
        return None
    own = [
        text(one, "service")
        for one in case.all("google_project_service")
        if text(one, "project") == case.project
    ]
    known = case.quotas.enabled
    if known is None and not own:
        return None
    if api in {*own, *(DEFAULT_ON if known is None else known)}:
        return None
    project = project_number(case.project)
    return (
        f"{api} API has not been used in project {project} before or it is disabled. Enable it by "
        f"visiting https://console.developers.google.com/apis/api/{api}/overview?project={project} "
        "then retry. If you enabled this API recently, wait a few minutes for the action to "
        "propagate to our systems and retry., accessNotConfigured"
    )
