"""Identity and Access Management: service accounts, roles, grants, and federation."""

from offline.services.service import Service

SERVICE = Service(
    apis={
        "google_iam_": "iam",
        "google_service_account": "iam",
        "google_project_iam_": "cloudresourcemanager",
    },
    others=("google_",),
    modules=("quotas", "rules", "federation", "behavior", "keys"),
    not_modelled={
        "google_iam_": (
            "attribute conditions and mappings (CEL) beyond the claims they name",
            "undelete of pools",
        ),
        "google_project_": (
            "conditions on grants",
            "roles of ten services are compared with a table (package facts) written from "
            "knowledge: a role missing there is rejected wrongly; of others the form is checked",
            "dependencies between APIs",
            "disabling an API that is in use",
        ),
        "google_service_account": (
            "soft delete of accounts (30 days, same email)",
            "uploaded keys",
        ),
    },
    # For 30 days. Source: `state` of both types in the provider's documentation.
    holds={
        "google_iam_workload_identity_pool": "id",
        "google_iam_workload_identity_pool_provider": "id",
    },
)
