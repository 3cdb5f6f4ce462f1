"""`grid verify-restore`: is a restored instance what it was restored from?"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from operations.backup import exports
from operations.backup.comparison import compare
from operations.core.errors import FailedError
from operations.core.options import AsJson, Environment, Outputs, application
from operations.core.session import write_context

app = application()


@app.command()
def verify_restore(
    context: typer.Context,
    environment: Environment,
    instance: Annotated[str, typer.Option(help="Name of the restored instance.")],
    export: Annotated[
        str,
        typer.Option(help="gs:// address of the export to compare with. Row counts must be equal."),
    ] = "",
    outputs: Outputs = None,
    as_json: AsJson = False,
) -> None:
    """Compare database, users, migration, tables, and rows.

    Without --export, the newest export is the reference: then the number of rows can differ, unless
    a table is empty that has rows in the export. For the comparison, the instance is exported to
    verify/ in the bucket for backups.
    """
    with write_context(
        context, environment, outputs=outputs, as_json=as_json, lease=None
    ) as session:
        reference = exports.find(session, export) if export else exports.newest(session)
        if reference is None:
            raise FailedError(
                f"there is no export to compare {instance} with",
                advice=f"grid backup {environment} --export",
            )
        session.report.result = comparison = compare(
            session, instance, reference, exact=bool(export)
        )
        session.steps.keep()
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("table", "rows", "in the reference"):
            table.add_column(heading)
        for name, rows in comparison["tables"].items():
            table.add_row(name, str(rows["rows"]), str(rows["reference"]))
        session.report.show(table)
