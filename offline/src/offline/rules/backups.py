"""Schedules, workflows and transfers: accounts, targets and what an agent may do."""

import re

from offline.facts.ids import project_number
from offline.rules.case import Case, text
from offline.rules.registry import rule

SCHEDULER, WORKFLOW = "google_cloud_scheduler_job", "google_workflows_workflow"
TRANSFER = "google_storage_transfer_job"
_CRON = re.compile(r"(\S+\s+){4}\S+|every\s+.+|.*\bof\b.+", re.IGNORECASE)
_SEES_BUCKET = frozenset(
    f"roles/storage.{name}"
    for name in "admin bucketViewer legacyBucketReader legacyBucketWriter legacyBucketOwner".split()
)


@rule(SCHEDULER, source="doc: Cloud Scheduler, 'Cron job format and time zone'")
def schedule(case: Case) -> str | None:
    """A schedule that is neither unix-cron with five fields nor App Engine's syntax."""
    found = case.text("schedule")
    if not found or _CRON.fullmatch(found.strip()):
        return None
    return f"Schedule or time zone is invalid: {found!r}., invalid"


@rule(SCHEDULER, source="doc: Cloud Scheduler REST, projects.locations.jobs, OAuthToken")
def oauth_for_google(case: Case) -> str | None:
    """An OAuth token for an address that is not Google's, where anybody could read it."""
    uri = case.text("http_target.uri")
    if not uri or not case.blocks("http_target.oauth_token"):
        return None
    if re.match(r"https://([a-z0-9-]+\.)*googleapis\.com(/|$)", uri):
        return None
    return (
        "OAuth token can only be used when calling Google APIs hosted on *.googleapis.com. "
        "Use an OIDC token for other targets., invalid"
    )


@rule(
    SCHEDULER,
    WORKFLOW,
    source="known: 'Service account ... does not exist' of many providers' users",
)
def account_exists(case: Case) -> str | None:
    """An account of this project to run as that does not exist."""
    named = case.text("service_account") or case.text(
        "http_target.oauth_token.service_account_email"
    )
    email = named.rpartition("/")[2]
    if not email.endswith(f"@{case.project}.iam.gserviceaccount.com"):
        return None
    if case.find("google_service_account", email) is not None:
        return None
    return f"Service account {email} does not exist., notFound"


@rule(
    TRANSFER,
    source="issue: The-Academic-Observatory/observatory-platform#142; provider: "
    "website/docs/r/storage_transfer_job",
)
def agent_sees_buckets(case: Case) -> str | None:
    """A transfer between buckets of this world whose agent may not look at one of them."""
    agent = f"project-{project_number(case.project)}@storage-transfer-service"
    grants = case.all("google_storage_bucket_iam_member", everywhere=True)
    for end in ("gcs_data_source", "gcs_data_sink"):
        name = case.text(f"transfer_spec.{end}.bucket_name")
        if not name or case.find("google_storage_bucket", name) is None:
            continue
        seen = any(
            text(one, "bucket").removeprefix("b/") == name
            and agent in text(one, "member")
            and text(one, "role") in _SEES_BUCKET
            for one in grants
        )
        if not seen:
            return (
                f"Failed to obtain the location of the Google Cloud Storage (GCS) bucket {name} "
                "due to insufficient permissions.  Please verify that the necessary permissions "
                "have been granted., failedPrecondition"
            )
    return None
