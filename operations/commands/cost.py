"""`grid cost`: what a synthesized environment costs a month, before or after it is applied."""

from __future__ import annotations

import typer
from rich.table import Table
from rich.text import Text

from contract import costs
from facts import prices
from operations.checks import stack
from operations.core.options import AsJson, Environment, application
from operations.core.session import read_context

app = application()


@app.command()
def cost(context: typer.Context, environment: Environment, as_json: AsJson = False) -> None:
    """Read the synthesized stack, and no account.

    Run make synth after a change of the environment file.
    """
    with read_context(context, environment, outputs=None, as_json=as_json) as session:
        lines = costs.estimate(stack.read(environment, session.runtime).document)
        total = costs.total(lines)
        session.report.result = {
            "currency": "USD",
            "prices_checked": prices.checked().isoformat(),
            "unconfirmed_prices": prices.unconfirmed(),
            "lines": [line.to_dict() for line in lines],
            "total": total.to_dict(),
            "not_included": list(costs.NOT_INCLUDED),
        }
        session.report.show(_table([*lines, total]))
        session.report.show(Text(costs.explanation()))


def _table(lines: list[costs.Cost]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("part")
    table.add_column("what is billed", overflow="fold")
    table.add_column("always, $/month", justify="right")
    table.add_column("at most, $/month", justify="right")
    for line in lines:
        table.add_row(line.part, line.detail, f"{line.always:,.0f}", f"{line.most:,.0f}")
    return table
