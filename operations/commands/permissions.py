"""`grid permissions`: what Terraform's requests for a stack need, and a role with just that."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from contract import permissions
from contract.permissions import Purpose
from facts.provider_methods import UnknownTypeError
from operations.checks import stack
from operations.checks.stack import Stack
from operations.core.errors import FailedError, UsageError
from operations.core.options import AsJson, Environment, application
from operations.core.session import read_context

app = application()

For = Annotated[Purpose, typer.Option("--for", help="What Terraform does.", show_default=True)]
RoleFile = Annotated[
    Path | None,
    typer.Option(
        help="Write a role for gcloud iam roles create --file.", show_default=False, dir_okay=False
    ),
]


@app.command(name="permissions")
def print_permissions(
    context: typer.Context,
    environment: Environment,
    purpose: For = Purpose.plan,
    role_file: RoleFile = None,
    as_json: AsJson = False,
) -> None:
    """Read the synthesized stacks, and no account.

    A role for an apply also has the permissions to update, replace, and remove resources.
    """
    with read_context(context, environment, outputs=None, as_json=as_json) as session:
        document = stack.read(environment, session.runtime).document
        try:
            needed = permissions.needed(document, purpose)
        except UnknownTypeError as error:
            advice = "add the type to facts/src/facts/data/provider_methods.json"
            raise UsageError(str(error), advice=advice) from error
        in_project = sorted(name for name in needed if not permissions.is_of_billing(name))
        bootstrap = stack.read_bootstrap(environment, session.runtime)
        granted = _granted(bootstrap, purpose)
        session.report.result = {
            "permissions": {
                name: {"on": _place(name), "types": sorted(types)}
                for name, types in sorted(needed.items())
            },
            "needed": len(needed),
            "granted": len(granted),
            "lacking": sorted(set(in_project) - granted) if bootstrap else [],
        }
        session.report.show(_table(needed))
        session.report.show(_counts(in_project, granted))
        if role_file is not None:
            try:
                role_file.write_text(_role(environment, purpose, in_project), encoding="utf-8")
            except OSError as error:
                raise FailedError(
                    f"{role_file} cannot be written: {error.strerror}",
                    advice="name a file in a folder that you can write",
                ) from error


def _place(permission: str) -> str:
    """Return on which resource a permission is granted."""
    return "billing account" if permissions.is_of_billing(permission) else "project"


def _granted(bootstrap: Stack | None, purpose: Purpose) -> set[str]:
    """Return the permissions in the project of the account that does this in the pipeline."""
    account = "ci_plan" if purpose is Purpose.plan else "ci_apply"
    return set() if bootstrap is None else permissions.granted(bootstrap.document, account)


def _table(needed: dict[str, set[str]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("permission", "on", "types that need it"):
        table.add_column(heading, overflow="fold")
    for name, types in sorted(needed.items()):
        table.add_row(name, _place(name), ", ".join(sorted(types)))
    return table


def _counts(needed: list[str], granted: set[str]) -> Table:
    """Compare the numbers by service; the last row has the sums."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("service")
    for heading in ("needed", "granted by the bootstrap", "granted per needed"):
        table.add_column(heading, justify="right")
    by_service, held = (
        Counter(name.partition(".")[0] for name in names) for names in (needed, granted)
    )
    others = sum(count for service, count in held.items() if service not in by_service)
    rows = [(service, count, held[service]) for service, count in sorted(by_service.items())]
    rows += [("other services", 0, others), ("all", len(needed), len(granted))]
    for service, count, has in rows:
        ratio = f"{has / count:.1f}" if has and count else ""
        table.add_row(service, str(count), str(has), ratio)
    return table


def _role(environment: str, purpose: Purpose, names: list[str]) -> str:
    """Return the YAML of a custom role (gcloud iam roles create, "--file")."""
    lines = [
        f"title: {purpose} {environment}",
        f"description: What Terraform needs to {purpose} {environment}, by grid permissions",
        "stage: GA",
        "includedPermissions:",
        *(f"- {name}" for name in names),
    ]
    return "\n".join(lines) + "\n"
