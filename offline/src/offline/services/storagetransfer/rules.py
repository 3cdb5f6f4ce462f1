"""Storage Transfer Service: what the agent of a transfer can read."""

from offline.provider_facts.ids import project_number
from offline.services.context import RuleContext
from offline.services.iam.holders import BASIC, may_hold
from offline.services.registry import rule

TRANSFER = "google_storage_transfer_job"


@rule(TRANSFER)
def agent_sees_buckets(context: RuleContext) -> str | None:
    """Reject a transfer between buckets of this cloud whose agent may not look at one of them."""
    agent = (
        f"serviceAccount:project-{project_number(context.project)}"
        "@storage-transfer-service.iam.gserviceaccount.com"
    )
    for end in ("gcs_data_source", "gcs_data_sink"):
        name = context.text(f"transfer_spec.{end}.bucket_name")
        if not name or context.find("google_storage_bucket", name) is None:
            continue
        place = ("google_storage_bucket", "bucket", name)
        if not may_hold(context, agent, "storage.buckets.get", on=place, basic=BASIC):
            return (
                f"Failed to obtain the location of the Google Cloud Storage (GCS) bucket {name} "
                "due to insufficient permissions.  Please verify that the necessary permissions "
                "have been granted., failedPrecondition"
            )
    return None
