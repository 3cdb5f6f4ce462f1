"""`grid quota`: what a synthesized environment needs at most, to request quota before an apply."""

from __future__ import annotations

import typer
from rich.table import Table

from operations.checks import stack
from operations.checks.needs import needs
from operations.core.options import AsJson, Environment, application
from operations.core.session import read_context

app = application()


@app.command()
def quota(context: typer.Context, environment: Environment, as_json: AsJson = False) -> None:
    """Print what an environment needs at most, per region and per project.

    It reads no account. docs/quotas.md lists defaults, and how to request more.
    """
    with read_context(context, environment, outputs=None, as_json=as_json) as session:
        amounts = needs(stack.read(environment, session.runtime))
        session.report.result = {"needs": [need.to_dict() for need in amounts]}
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("where")
        table.add_column("what", overflow="fold")
        table.add_column("at most", justify="right")
        for need in amounts:
            table.add_row(need.place, need.what, f"{need.amount:,.10g} {need.unit}".rstrip())
        session.report.show(table)
