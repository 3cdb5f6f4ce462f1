"""`grid doctor`: what is wrong with an environment, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import typer
from rich.table import Table
from rich.text import Text

from operations.checks import (
    access,
    alerting,
    approvals,
    billing,
    edge,
    org_policies,
    prerequisites,
    quotas,
    service_agents,
    stack,
)
from operations.checks.finding import Finding, Findings, Subject
from operations.core.errors import FailedError, FindingsError, UsageError
from operations.core.options import AsJson, Environment, Outputs, application
from operations.core.session import ReadContext, read_context

app = application()

CHECKS: dict[str, Callable[[Subject], Findings]] = {
    "Terraform": prerequisites.version,
    "credentials": access.credentials,
    "project": access.project,
    "APIs": access.apis,
    "service agents": service_agents.agents,
    "service agents with grants": service_agents.named_agents,
    "organization policies": org_policies.policies,
    "budget": billing.budget,
    "Cloud Run quotas": quotas.run,
    "Compute Engine quotas": quotas.compute,
    "state": prerequisites.state,
    "secrets": prerequisites.secrets,
    "pager": alerting.pager,
    "approvals": approvals.approvals,
    "DNS": edge.dns,
    "certificates": edge.certificates,
}
WITHOUT_CREDENTIALS = frozenset({"Terraform", "credentials", "pager", "approvals", "DNS"})
"""Checks that ask nothing of Google Cloud's APIs."""
_STYLES = {
    "ok": "green",
    "warning": "yellow",
    "error": "bold red",
    "unknown": "bold",
    "skipped": "dim",
}


@app.command()
def doctor(
    context: typer.Context,
    environment: Environment,
    outputs: Outputs = None,
    as_json: AsJson = False,
) -> None:
    """Check the prerequisites of an environment. If a check fails, exit with code 5."""
    with read_context(context, environment, outputs=outputs, as_json=as_json) as session:
        subject, unread = _subject(session)
        findings = [*unread, *_checked(subject)]
        session.report.result = {"findings": [finding.as_json() for finding in findings]}
        session.report.show(_table(findings))
        counts = Counter(finding.severity for finding in findings)
        session.report.show(", ".join(f"{count} {name}" for name, count in counts.items()))
        if bad := counts["error"] + counts["unknown"]:
            raise FindingsError(
                f"{bad} of {len(findings)} checks failed, or could not be made",
                advice="follow the column help, from the first line on",
            )


def _subject(session: ReadContext) -> tuple[Subject, list[Finding]]:
    """Read the stack, and the outputs where there are any; without them a finding says so.

    An environment before its first apply looks like one whose state cannot be read.
    """
    synthesized = stack.read(session.environment, session.runtime)
    bootstrap = stack.read_bootstrap(session.environment, session.runtime)
    try:
        if session.outputs is None:
            _ = session.google.credentials  # the state cannot be read without
        return Subject(session, synthesized, bootstrap, session.platform), []
    except (UsageError, FailedError) as error:
        finding = Finding(
            severity="warning",
            what="outputs",
            actual=str(error),
            expected="the outputs of the state, unless this is before the first apply",
            advice=error.advice,
        )
        return Subject(session, synthesized, bootstrap, None), [finding]


def _checked(subject: Subject) -> Iterator[Finding]:
    """Run every check; one that cannot be made is a finding, and the others continue."""
    unable: str | None = None
    for name, check in CHECKS.items():
        if unable and name not in WITHOUT_CREDENTIALS:
            yield Finding(severity="skipped", what=name, actual=unable)
            continue
        with subject.session.report.step(name) as set_detail:
            try:
                findings = list(check(subject))
            except (FailedError, UsageError) as error:
                findings = [
                    Finding(severity="unknown", what=name, actual=str(error), advice=error.advice)
                ]
            bad = sum(finding.severity not in {"ok", "skipped"} for finding in findings)
            set_detail(f"{bad} problem{'s' * (bad > 1)}" if bad else "", is_problem=bool(bad))
        if name == "credentials" and any(one.severity == "unknown" for one in findings):
            unable = "not checked: there are no Google credentials"
        yield from findings


def _table(findings: list[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "what", "actual", "expected", "help"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        cells = (finding.what, finding.actual, finding.expected, finding.advice)
        table.add_row(Text(finding.severity, style=_STYLES[finding.severity]), *map(Text, cells))
    return table
