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
    """Print the quota by region and by project. No account is read.

    docs/quotas.md lists the defaults, and says how to request more.
    """
    with read_context(context, environment, outputs=None, as_json=as_json) as session:
        amounts = needs(stack.read(environment, session.runtime))
        session.report.result = {"needs": [need.to_dict() for need in amounts]}
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("where")
        table.add_column("what", overflow="fold")
        table.add_column("at most", justify="right")
        table.add_column("default", justify="right")
        table.add_column("new project", justify="right")
        for need in amounts:
            has = (need.default, need.new_project)
            cells = [_quantity(amount, need.unit) for amount in (need.amount, *has)]
            is_short = any(amount is not None and need.amount > amount for amount in has)
            table.add_row(need.place, need.what, *cells, style="bold" if is_short else "")
        session.report.show(table)
        session.report.show(
            "Default: what a project in use for a while has. New project: what new projects "
            "reportedly have. Both only where a number is known; docs/quotas.md says how. "
            "To request more: docs/quotas.md."
        )


def _quantity(amount: float | None, unit: str) -> str:
    return "" if amount is None else f"{amount:,.10g} {unit}".rstrip()
