"""Who asks, whether the project is there, and whether its APIs are on."""

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
    yield judge(subject.session.google.credentials, subject.project)


def judge(found: Credentials, project: str) -> Finding:
    """Judge credentials. Those of a person name no project that pays for requests by themselves."""
    kind = type(found).__name__
    account = getattr(found, "service_account_email", "") or getattr(found, "account", "")
    got = f"{kind} {account or '(the account is not told)'}"
    if found.expiry:
        got += f", token until {found.expiry:%Y-%m-%d %H:%M} UTC"
    payer = getattr(found, "quota_project_id", None)
    if isinstance(found, Person) and payer != project:
        return Finding(
            severity="warning",
            what="credentials",
            got=f"{got}, quota project {payer or 'not set'}",
            wanted=f"quota project {project}, or some APIs refuse a person's requests",
            todo=f"gcloud auth application-default set-quota-project {project}",
        )
    return Finding(severity="ok", what="credentials", got=got)


def project(subject: Subject) -> Findings:
    """The project is there, in use, and lets these credentials work."""
    name = subject.project
    projects = subject.session.google.api("cloudresourcemanager", "v3").projects()
    try:
        found = subject.session.client.send(projects.get(name=f"projects/{name}"))
    except GoogleError as error:
        if error.status not in {403, 404}:
            raise
        yield Finding(
            severity="error",
            what=f"project {name}",
            got=str(error),
            wanted="a project that these credentials may read",
            todo=f"gcloud projects describe {name}; is project_id of the environment file right?",
        )
        return
    if found.get("state") != "ACTIVE":
        yield Finding(
            severity="error",
            what=f"project {name}",
            got=str(found.get("state")),
            wanted="ACTIVE",
            todo=f"gcloud projects undelete {name}",
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
        got=f"missing: {', '.join(missing)}" if missing else "those that grid needs",
        wanted=", ".join(PERMISSIONS) if missing else "",
        todo="ask for a role with them; the account of the pipeline has them" if missing else "",
    )


def apis(subject: Subject) -> Findings:
    """The APIs of the stack are on. The first apply turns them on."""
    services = subject.session.google.api("serviceusage", "v1").services()
    parent = f"projects/{subject.project}"
    wanted = sorted(subject.stack.values("google_project_service", "service"))
    off = []
    for start in range(0, len(wanted), _AT_ONCE):
        names = [f"{parent}/services/{one}" for one in wanted[start : start + _AT_ONCE]]
        answer = subject.session.client.send(services.batchGet(parent=parent, names=names))
        on = {one["name"] for one in answer["services"] if one.get("state") == "ENABLED"}
        # Google answers with the project's number in place of its id.
        told = {name.rpartition("/")[2] for name in on}
        off += [name.rpartition("/")[2] for name in names if name.rpartition("/")[2] not in told]
    yield Finding(
        severity=("error" if subject.platform else "warning") if off else "ok",
        what="APIs",
        got=f"off: {', '.join(off)}" if off else f"{len(wanted)} on",
        wanted=f"{len(wanted)} on" if off else "",
        todo=f"gcloud services enable {' '.join(off)} --project={subject.project}" if off else "",
    )
