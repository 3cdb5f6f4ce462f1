"""How clients are told to use a served Google."""

from __future__ import annotations

from collections.abc import Mapping

_PROVIDER = {
    "ACCESS_CONTEXT_MANAGER": "accesscontextmanager/v1",
    "APIGEE": "apigee/v1",
    "ARTIFACT_REGISTRY": "artifactregistry/v1",
    "BIGQUERY_DATA_TRANSFER": "bigquerydatatransfer/v1",
    "BIG_QUERY": "bigquery/bigquery/v2",
    "BILLING": "billingbudgets/v1",
    "BILLING_BUDGETS": "billingbudgets/v1",
    "CERTIFICATE_MANAGER": "certificatemanager/v1",
    "CLOUD_BILLING": "cloudbilling/v1",
    "CLOUDFUNCTIONS2": "cloudfunctions/v2",
    "CLOUD_RESOURCE_MANAGER": "cloudresourcemanager/v1",
    "CLOUD_RUN_V2": "run/v2",
    "CLOUD_SCHEDULER": "cloudscheduler/v1",
    "CLOUD_TASKS": "cloudtasks/v2",
    "COMPUTE": "compute/compute/v1",
    "CONTAINER": "container/v1",
    "CORE_BILLING": "cloudbilling/v1",
    "DNS": "dns/dns/v1",
    "ESSENTIAL_CONTACTS": "essentialcontacts/v1",
    "EVENTARC": "eventarc/v1",
    "FILESTORE": "file/v1",
    "FIRESTORE": "firestore/v1",
    "IAM": "iam/v1",
    "IAM2": "iam/v2",
    "IAM_BETA": "iam/v1",
    "IAM_CREDENTIALS": "iamcredentials/v1",
    "KMS": "cloudkms/v1",
    "LOGGING": "logging/v2",
    "MONITORING": "monitoring",
    "NETWORK_CONNECTIVITY": "networkconnectivity/v1",
    "NETWORK_SERVICES": "networkservices/v1",
    "ORG_POLICY": "orgpolicy/v2",
    "PUBSUB": "pubsub/v1",
    "REDIS": "redis/v1",
    "RESOURCE_MANAGER": "cloudresourcemanager/v1",
    "RESOURCE_MANAGER_V3": "cloudresourcemanager/v3",
    "SECRET_MANAGER": "secretmanager/v1",
    "SECURITY_CENTER": "securitycenter/v1",
    "SERVICE_NETWORKING": "servicenetworking/v1",
    "SERVICE_USAGE": "serviceusage/v1",
    "SPANNER": "spanner/v1",
    "SQL": "sqladmin/sql/v1beta4",
    "STORAGE": "storage/storage/v1",
    "STORAGE_TRANSFER": "storagetransfer/v1",
    "TAGS": "cloudresourcemanager/v3",
    "VERTEX_AI": "aiplatform/v1",
    "VPC_ACCESS": "vpcaccess/v1",
    "WORKFLOWS": "workflows/v1",
}
"""GOOGLE_<name>_CUSTOM_ENDPOINT of hashicorp/google 6.50.0 and 7.45.0 (google/transport/config.go);
version 7 renamed BILLING to BILLING_BUDGETS."""


def provider(url: str) -> Mapping[str, str]:
    """Return the variables that lead the genuine provider to a server."""
    return {f"GOOGLE_{name}_CUSTOM_ENDPOINT": f"{url}/{path}/" for name, path in _PROVIDER.items()}


def gcloud(url: str) -> Mapping[str, str]:
    """Return the variables that lead gcloud to a server.

    The names are those of `gcloud config set api_endpoint_overrides/NAME` (page "gcloud config
    set", https://cloud.google.com/sdk/gcloud/reference/config/set).
    """
    apis = {path.partition("/")[0] for path in _PROVIDER.values()} - {"sqladmin"}
    paths = {api: f"{api}/" for api in apis} | {
        "bigquery": "bigquery/bigquery/v2/",
        "compute": "compute/compute/v1/",
        "dns": "dns/dns/v1/",
        "sql": "sqladmin/",
        "storage": "storage/storage/v1/",
    }
    return {
        f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{name.upper()}": f"{url}/{path}"
        for name, path in sorted(paths.items())
    }
