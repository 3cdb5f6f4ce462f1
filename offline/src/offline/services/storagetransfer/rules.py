"""Storage Transfer Service: what the agent of a transfer can read."""

from offline.provider_facts.ids import project_number
from offline.services.context import RuleContext, text
from offline.services.registry import rule

TRANSFER = "google_storage_transfer_job"
_SEES_BUCKET = frozenset(
    f"roles/storage.{name}"
    for name in "admin bucketViewer legacyBucketReader legacyBucketWriter legacyBucketOwner".split()
)


@rule(TRANSFER)
def agent_sees_buckets(context: RuleContext) -> str | None:
    """Reject a transfer between buckets of this cloud whose agent may not look at one of them."""
    agent = f"project-{project_number(context.project)}@storage-transfer-service"
    grants = context.all("google_storage_bucket_iam_member", everywhere=True)
    for end in ("gcs_data_source", "gcs_data_sink"):
        name = context.text(f"transfer_spec.{end}.bucket_name")
        if not name or context.find("google_storage_bucket", name) is None:
            continue
        seen = any(
            text(grant, "bucket").removeprefix("b/") == name
            and agent in text(grant, "member")
            and text(grant, "role") in _SEES_BUCKET
            for grant in grants
        )
        if not seen:
            return (
                f"Failed to obtain the location of the Google Cloud Storage (GCS) bucket {name} "
                "due to insufficient permissions.  Please verify that the necessary permissions "
                "have been granted., failedPrecondition"
            )
    return None
