"""Cloud Scheduler: schedules, tokens, and service accounts of jobs."""

import re

from offline.services.context import RuleContext
from offline.services.iam.rules import missing_account
from offline.services.registry import rule

SCHEDULER = "google_cloud_scheduler_job"


_CRON = re.compile(r"(\S+\s+){4}\S+|every\s+.+|.*\bof\b.+", re.IGNORECASE)


@rule(SCHEDULER)
def schedule(context: RuleContext) -> str | None:
    """Reject a schedule that is neither unix-cron with five fields nor App Engine's syntax."""
    value = context.text("schedule")
    if not value or _CRON.fullmatch(value.strip()):
        return None
    return f"Schedule or time zone is invalid: {value!r}., invalid"


@rule(SCHEDULER)
def oauth_for_google(context: RuleContext) -> str | None:
    """Reject an OAuth token for an address that is not Google's, where anybody could read it."""
    uri = context.text("http_target.uri")
    if not uri or not context.blocks("http_target.oauth_token"):
        return None
    if re.match(r"https://([a-z0-9-]+\.)*googleapis\.com(/|$)", uri):
        return None
    return (
        "OAuth token can only be used when calling Google APIs hosted on *.googleapis.com. "
        "Use an OIDC token for other targets., invalid"
    )


@rule(SCHEDULER)
def account_exists(context: RuleContext) -> str | None:
    """Reject a service account of this project that does not exist, for the token of a request."""
    return missing_account(context, context.text("http_target.oauth_token.service_account_email"))
