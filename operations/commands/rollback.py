"""`grid rollback`: the traffic goes back."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from operations.core.exclusion import LeaseRule
from operations.core.options import AsJson, DryRun, Environment, Outputs, TakeOver, application
from operations.core.session import ReadContext, WriteContext, read_context, write_context
from operations.release.rollback_target import RollbackTarget, find_targets
from operations.release.traffic import SERVED_BEFORE

PREEMPTED = frozenset({"deploy", "gateway deploy"})
"""Commands that a rollback takes the lease over from: they stop at their next request."""
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
    take_over: TakeOver = "",
    outputs: Outputs = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Return all traffic, at once, to the revision that served before, or to a named one.

    Images and the database stay as they are: migrations only add what both versions can use.
    """

    def find(session: ReadContext) -> list[RollbackTarget]:
        with session.report.step("find the way back"):
            targets = find_targets(session, service or [], to)
        session.report.result = {
            "services": [
                {
                    "service": target.place.service,
                    "region": target.place.region,
                    "from": target.now,
                    "to": target.to,
                    "why": target.why,
                }
                for target in targets
            ]
        }
        return targets

    def send(session: WriteContext, target: RollbackTarget) -> None:
        place, aim = target.place, {target.to: 100}
        session.steps.step(
            f"traffic {place.label} to {target.to}",
            check=lambda: place.sends(aim, {}),
            apply=lambda: place.send(aim, {}, {SERVED_BEFORE: target.to}),
            revert=lambda: session.client.ensure(
                f"the traffic of {place.label}",
                lambda: place.sends(target.now, {}),
                lambda: place.send(target.now, {}),
            ),
        )

    if dry_run:
        with read_context(
            context, environment, outputs=outputs, as_json=as_json, dry_run=True
        ) as session:
            session.report.show(_table(find(session)))
        return
    with write_context(
        context,
        environment,
        outputs=outputs,
        as_json=as_json,
        lease=LeaseRule(is_required=False, preempts=PREEMPTED, reason=take_over),
    ) as session:
        targets = find(session)
        for target in targets:
            send(session, target)
        session.report.show(_table(targets))


def _table(targets: list[RollbackTarget]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("service", "region", "from", "to", "why"):
        table.add_column(heading, overflow="fold")
    for target in targets:
        now = ", ".join(f"{revision} {percent} %" for revision, percent in target.now.items())
        table.add_row(
            *map(Text, (target.place.service, target.place.region, now, target.to, target.why))
        )
    return table
