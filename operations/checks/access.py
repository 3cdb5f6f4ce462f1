"""The account, the project, and its enabled APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.oauth2.credentials import Credentials as Person

from operations.checks.finding import Finding, Findings, Subject
from operations.core.api_client import GoogleError

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

PERMISSIONS = (
    "cloudsql.backupRuns.create",
    "cloudsql.instances.clone",
    "cloudsql.instances.export",
    "monitoring.timeSeries.list",
    "run.jobs.run",
    "run.services.update",
)
"""What the commands of `grid` need in the project (each API's reference, "IAM permissions")."""
_AT_ONCE = 20
"""Services in one request; services.batchGet takes 30."""


def credentials(subject: Subject) -> Findings:
    """Whose credentials they are, and who pays for the requests."""
    yield evaluate_credentials(subject.session.google.credentials, subject.project)


def evaluate_credentials(credentials: Credentials, project: str) -> Finding:
    """Check credentials. Those of a person name no project that pays for requests by themselves."""
    kind = type(credentials).__name__
    account = getattr(credentials, "service_account_email", "") or getattr(
        credentials, "account", ""
    )
    actual = f"{kind} {account or '(unknown account)'}"
    if credentials.expiry:
        actual += f", token until {credentials.expiry:%Y-%m-%d %H:%M} UTC"
    payer = getattr(credentials, "quota_project_id", None)
    if isinstance(credentials, Person) and payer != project:
        return Finding(
            severity="warning",
            what="credentials",
            actual=f"{actual}, quota project {payer or 'not set'}",
            expected=f"quota project {project}, or some APIs refuse a person's requests",
            advice=f"gcloud auth application-default set-quota-project {project}",
        )
    return Finding(severity="ok", what="credentials", actual=actual)


def project(subject: Subject) -> Findings:
    """Check that the project exists, is active, and gives these credentials access."""
    name = subject.project
    projects = subject.session.google.api("cloudresourcemanager", "v3").projects()
    try:
        resource = subject.session.client.send(projects.get(name=f"projects/{name}"))
    except GoogleError as error:
        if error.status not in {403, 404}:
            raise
        yield Finding(
            severity="error",
            what=f"project {name}",
            actual=str(error),
            expected="a project that these credentials may read",
            advice=f"gcloud projects describe {name}; is project_id of the environment file right?",
        )
        return
    if resource.get("state") != "ACTIVE":
        yield Finding(
            severity="error",
            what=f"project {name}",
            actual=str(resource.get("state")),
            expected="ACTIVE",
            advice=f"gcloud projects undelete {name}",
        )
    answer = subject.session.client.send(
        projects.testIamPermissions(
            resource=f"projects/{name}", body={"permissions": list(PERMISSIONS)}
        ),
        read_only=True,
    )
    missing = sorted(set(PERMISSIONS) - set(answer.get("permissions", [])))
    yield Finding(
        severity="warning" if missing else "ok",
        what=f"permissions in {name}",
        actual=f"missing: {', '.join(missing)}" if missing else "those that grid needs",
        expected=", ".join(PERMISSIONS) if missing else "",
        advice="ask for a role with them; the account of the pipeline has them" if missing else "",
    )


def apis(subject: Subject) -> Findings:
    """Check that the APIs of the stack are enabled. The first apply enables them."""
    services = subject.session.google.api("serviceusage", "v1").services()
    parent = f"projects/{subject.project}"
    required = sorted(subject.stack.values("google_project_service", "service"))
    off = []
    for start in range(0, len(required), _AT_ONCE):
        names = [f"{parent}/services/{service}" for service in required[start : start + _AT_ONCE]]
        answer = subject.session.client.send(services.batchGet(parent=parent, names=names))
        on = {
            service["name"] for service in answer["services"] if service.get("state") == "ENABLED"
        }
        # Google answers with the project's number in place of its id.
        enabled = {name.rpartition("/")[2] for name in on}
        off += [name.rpartition("/")[2] for name in names if name.rpartition("/")[2] not in enabled]
    yield Finding(
        severity=("error" if subject.platform else "warning") if off else "ok",
        what="APIs",
        actual=f"off: {', '.join(off)}" if off else f"{len(required)} on",
        expected=f"{len(required)} on" if off else "",
        advice=f"gcloud services enable {' '.join(off)} --project={subject.project}" if off else "",
    )
