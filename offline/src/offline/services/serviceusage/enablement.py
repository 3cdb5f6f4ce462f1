"""Every call needs its API enabled in the project."""

from offline.provider_facts.ids import project_number
from offline.services import catalog
from offline.services.context import RuleContext, text
from offline.services.registry import rule

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

WITHOUT_DEPENDENCIES = frozenset(
    f"{name}.googleapis.com"
    for name in (
        "aiplatform apigee artifactregistry bigquery bigquerydatatransfer billingbudgets "
        "cloudasset cloudbilling cloudbuild cloudkms cloudresourcemanager cloudscheduler "
        "cloudtrace compute dns essentialcontacts iam iamcredentials logging monitoring "
        "ondemandscanning orgpolicy redis run secretmanager servicenetworking serviceusage "
        "sql-component sqladmin storage storagetransfer sts vpcaccess workflowexecutions workflows"
    ).split()
)
"""APIs that, as far as known, enable no other API that a type needs. With an API that is not here,
Google can enable more: container.googleapis.com brings compute.googleapis.com
(https://github.com/hashicorp/terraform-provider-google/issues/5424).
"""


@rule("google_*", code=403)
def enabled(context: RuleContext) -> str | None:
    """Reject a call to an API that is not enabled in the project.

    A project of which the cloud has no google_project_service counts as set up elsewhere, unless
    the quotas name what is enabled. So does a project with an API that can enable others.
    """
    api = catalog.api_of(context.type)
    if api is None or not context.project or context.type == "google_project_service":
        return None
    own = [
        text(resource, "service")
        for resource in context.all("google_project_service")
        if text(resource, "project") == context.project
    ]
    known = context.quotas.enabled
    if known is None and not own:
        return None
    if known is None and not WITHOUT_DEPENDENCIES.issuperset(own):
        return None
    if api in {*own, *(DEFAULT_ON if known is None else known)}:
        return None
    return _not_enabled(api, context.project)


@rule("google_*", code=403)
def propagated(context: RuleContext) -> str | None:
    """Reject the first creations of a type whose API takes effect late.

    How many is a setting (`Quotas.delayed`), since Google states no time. A rejected creation is
    in the event log, which counts them.
    """
    limit = context.quotas.delayed.get(context.type, 0)
    api = catalog.api_of(context.type)
    if not limit or not api or not context.creating:
        return None
    rejected = [
        event
        for event in context.cloud.events
        if (event.action, event.type) == ("refuse", context.type)
    ]
    return _not_enabled(api, context.project) if len(rejected) < limit else None


def _not_enabled(api: str, project_id: str) -> str:
    project = project_number(project_id)
    return (
        f"{api} API has not been used in project {project} before or it is disabled. Enable it by "
        f"visiting https://console.developers.google.com/apis/api/{api}/overview?project={project} "
        "then retry. If you enabled this API recently, wait a few minutes for the action to "
        "propagate to our systems and retry., accessNotConfigured"
    )
