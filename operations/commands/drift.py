"""`grid drift`: what has changed outside of Terraform."""

from __future__ import annotations

import json
from dataclasses import asdict

import typer
from rich.table import Table
from rich.text import Text

from contract.plan import has_resources
from operations.core.errors import FailedError, FindingsError
from operations.core.options import AsJson, Environment, application
from operations.core.session import read_context
from operations.plan import drift_report
from operations.plan.drift_report import Drift
from operations.plan.plan_file import private_file
from operations.plan.secret_values import secret_values
from operations.plan.workflow import UNLOCKED, Synth, create_plan, prepare_stack, show_plan

app = application()


@app.command()
def drift(
    context: typer.Context,
    environment: Environment,
    synth: Synth = True,
    as_json: AsJson = False,
) -> None:
    """Compare the state with Google Cloud. If an apply would revert a change, exit with code 5."""
    with (
        read_context(context, environment, outputs=None, as_json=as_json) as session,
        private_file() as scratch,
    ):
        folder = prepare_stack(session, synth=synth)
        values = secret_values(folder, placeholders=True)
        create_plan(session, folder, scratch, "-refresh-only", UNLOCKED, values=values)
        document = show_plan(folder, scratch)
        if not has_resources(document):
            raise FailedError(
                f"the state of {environment} is empty: there is nothing to compare",
                advice=f"grid apply {environment}; if it was applied, docs/runbooks/state.md",
            )
        stack = json.loads((folder / "cdk.tf.json").read_text("utf-8"))
        drifts = drift_report.read(document, stack)
        session.report.result = {
            "drift": [asdict(resource) | {"matters": resource.matters} for resource in drifts]
        }
        session.report.show(_table(drifts) if drifts else "no drift")
        if count := sum(resource.matters for resource in drifts):
            raise FindingsError(
                f"changed outside of Terraform: {count} of the resources",
                advice=f"take it into the environment file, or undo it: grid apply {environment}",
            )


def _table(drifts: list[Drift]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("resource", "attribute", "in the state", "now", "who sets it"):
        table.add_column(heading, overflow="fold")
    for resource in drifts:
        if resource.gone:
            table.add_row(Text(resource.address, style="bold red"), Text("gone"))
        for attribute in resource.attributes:
            style = "bold" if attribute.kind == "set here" else "dim"
            cells = (
                resource.address,
                attribute.path,
                attribute.before,
                attribute.after,
                attribute.kind,
            )
            table.add_row(*(Text(cell, style=style) for cell in cells))
    return table
