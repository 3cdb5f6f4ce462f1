"""`grid releases`: the releases and rollbacks of an environment, by whatever machine."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from operations.core.options import AsJson, Environment, application
from operations.core.session import read_context
from operations.release.records import Record, Releases

app = application()


@app.command()
def releases(
    context: typer.Context,
    environment: Environment,
    limit: Annotated[int, typer.Option(help="Maximum number of releases.", min=1)] = 10,
    as_json: AsJson = False,
) -> None:
    """Read the records in the state bucket, and print the newest first."""
    with read_context(context, environment, outputs=None, as_json=as_json) as session:
        with session.report.step("read the releases"):
            records = list(islice(Releases(session).newest(), limit))
        session.report.result = {"releases": [record.as_json() for record in records]}
        session.report.show(_table(records))


def _table(records: list[Record]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("release", "command", "state", "by", "commit", "services"):
        table.add_column(heading, no_wrap=True)
    for record in records:
        services = ", ".join(sorted({place.service for place in record.places})) or "-"
        cells = (record.id, record.command, record.state, record.by, record.commit[:8], services)
        table.add_row(*map(Text, cells))
    return table
