"""`grid rollback`: the traffic goes back."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from operations.core.options import AsJson, DryRun, Environment, Outputs, application
from operations.core.session import ReadContext, WriteContext, read_context, write_context
from operations.release.rollback_target import Way, all_ways
from operations.release.traffic import SERVED_BEFORE

app = application()


@app.command()
def rollback(
    context: typer.Context,
    environment: Environment,
    service: Annotated[
        list[str] | None, typer.Option(help="Only this service; may be repeated.")
    ] = None,
    to: Annotated[
        str, typer.Option(help="Revision of that service to go back to.", show_default=False)
    ] = "",
    outputs: Outputs = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Return all traffic, at once, to the revision that served before, or to a named one.

    Images and the database stay as they are: migrations only add what both versions can use.
    """

    def ways(session: ReadContext) -> list[Way]:
        with session.report.step("find the way back"):
            found = all_ways(session, service or [], to)
        session.report.result = {
            "services": [
                {
                    "service": one.place.service,
                    "region": one.place.region,
                    "from": one.now,
                    "to": one.to,
                    "why": one.why,
                }
                for one in found
            ]
        }
        return found

    def send(session: WriteContext, one: Way) -> None:
        place, aim = one.place, {one.to: 100}
        session.steps.step(
            f"traffic {place.label} to {one.to}",
            check=lambda: place.sends(aim, {}),
            apply=lambda: place.send(aim, {}, {SERVED_BEFORE: one.to}),
            revert=lambda: session.client.ensure(
                f"the traffic of {place.label}",
                lambda: place.sends(one.now, {}),
                lambda: place.send(one.now, {}),
            ),
        )

    if dry_run:
        with read_context(
            context, environment, outputs=outputs, as_json=as_json, dry_run=True
        ) as session:
            session.report.show(_table(ways(session)))
        return
    with write_context(context, environment, outputs=outputs, as_json=as_json) as session:
        found = ways(session)
        for one in found:
            send(session, one)
        session.report.show(_table(found))


def _table(ways: list[Way]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("service", "region", "from", "to", "why"):
        table.add_column(heading, overflow="fold")
    for one in ways:
        now = ", ".join(f"{revision} {percent} %" for revision, percent in one.now.items())
        table.add_row(*map(Text, (one.place.service, one.place.region, now, one.to, one.why)))
    return table
