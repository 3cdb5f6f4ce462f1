"""Cloud Storage: buckets and objects."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_storage_": "storage"},
    modules=("names", "rules"),
    not_modelled={
        "google_storage_": (
            "objects beyond those Terraform makes",
            "global names of other people's buckets",
            "soft-deleted buckets",
            "lifecycle does not run",
            "signed URLs, CORS",
        )
    },
    children={
        "google_storage_bucket": (
            ("google_storage_bucket_object", "bucket"),
            ("google_storage_bucket_iam_member", "bucket"),
        ),
    },
)
