"""What an apply stands on: Terraform, its state, and the secrets' values."""

from __future__ import annotations

from operations.checks.finding import Finding, Findings, Subject
from operations.core import terraform
from operations.core.errors import UsageError


def version(_: Subject) -> Findings:
    """Terraform is there, and new enough."""
    try:
        yield Finding(severity="ok", what="Terraform", actual=terraform.version())
    except UsageError as error:
        yield Finding(
            severity="error",
            what="Terraform",
            actual=str(error),
            expected="1.11 or newer",
            advice=error.advice,
        )


def state(subject: Subject) -> Findings:
    """Check that the state bucket exists and keeps old versions, to restore a broken state."""
    name = subject.stack.state_bucket
    bucket = subject.session.client.find(subject.session.google.storage.buckets().get(bucket=name))
    if bucket is None:
        yield Finding(
            severity="error",
            what=f"state bucket {name}",
            actual="it is not there",
            expected="a bucket with versioning, before the first apply",
            advice=f"gcloud storage buckets create gs://{name} --project={subject.project} "
            "--uniform-bucket-level-access --public-access-prevention, then "
            f"gcloud storage buckets update gs://{name} --versioning",
        )
        return
    versioned = bucket.get("versioning", {}).get("enabled", False)
    yield Finding(
        severity="ok" if versioned else "error",
        what=f"state bucket {name}",
        actual="versioning on" if versioned else "versioning off",
        expected="" if versioned else "versioning on",
        advice="" if versioned else f"gcloud storage buckets update gs://{name} --versioning",
    )


def secrets(subject: Subject) -> Findings:
    """Every secret has a version that is enabled, or the services that need it do not start."""
    versions = subject.session.google.api("secretmanager", "v1").projects().secrets().versions()
    for name in sorted(subject.stack.values("google_secret_manager_secret", "secret_id")):
        parent = f"projects/{subject.project}/secrets/{name}"
        request = versions.list(parent=parent, filter="state:ENABLED", pageSize=1)
        answer = subject.session.client.find(request)
        if answer is None and subject.platform is None:
            continue  # the first apply makes it
        actual = "it is not there" if answer is None else "no version is enabled"
        has_value = bool(answer and answer.get("versions"))
        yield Finding(
            severity="ok" if has_value else "error",
            what=f"secret {name}",
            actual="has a value" if has_value else actual,
            expected="" if has_value else "an enabled version",
            advice=""
            if has_value
            else f"printf %s VALUE | gcloud secrets versions add {name} "
            f"--project={subject.project} --data-file=- (echo would add a line feed), "
            "or an apply, with TF_VAR_… for a value that comes from outside",
        )
