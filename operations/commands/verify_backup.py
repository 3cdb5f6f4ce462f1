"""`grid verify-backup`: can the newest backup and the newest export be relied on?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from operations.backup import exports
from operations.backup.cloud_sql import CloudSql, parse_time
from operations.core.errors import FailedError
from operations.core.options import AsJson, Environment, Outputs, application
from operations.core.session import ReadContext, read_context

app = application()
_HOURS = 26
"""A day, and the hours by which two backups of one schedule may be further apart."""


@app.command()
def verify_backup(
    context: typer.Context,
    environment: Environment,
    hours: Annotated[
        int, typer.Option(min=1, help="Maximum age of the newest backup and export, in hours.")
    ] = _HOURS,
    outputs: Outputs = None,
    as_json: AsJson = False,
) -> None:
    """Check that both are complete and recent, and read the export to its end.

    If one of them cannot be relied on, the exit code is 1.
    """
    with read_context(context, environment, outputs=outputs, as_json=as_json) as session:
        problems: list[str] = []
        limit = timedelta(hours=hours)
        session.report.result = {
            "backup": _backup(session, limit, problems),
            "export": _export(session, limit, problems),
            "problems": problems,
        }
        if problems:
            raise FailedError("\n".join(problems), advice=f"grid backup {environment} --export")
        session.report.show("the newest backup and the newest export can be relied on")


def _backup(session: ReadContext, limit: timedelta, problems: list[str]) -> dict[str, Any] | None:
    instance = session.platform.database.instance
    with session.report.step("check the backups") as set_detail:
        newest = next(CloudSql(session).successful_backups(instance), None)
        if newest is None:
            problems.append(f"{instance} has no successful backup")
            return None
        set_detail(newest["id"])
        end_time = parse_time(newest["endTime"])
        _check_age(session, f"backup {newest['id']} of {instance}", end_time, limit, problems)
    return {"id": newest["id"], "ended": newest["endTime"]}


def _export(session: ReadContext, limit: timedelta, problems: list[str]) -> dict[str, Any] | None:
    bucket = session.platform.buckets.backups
    with session.report.step("read the newest export") as set_detail:
        export = exports.newest(session)
        if export is None:
            problems.append(f"there is no export in gs://{bucket}/{exports.PREFIX}")
            return None
        set_detail(export.uri)
        _check_age(session, export.uri, export.created, limit, problems)
        try:
            dump = exports.read(session, export)
        except FailedError as error:
            problems.append(str(error))
            return {"uri": export.uri}
    return {
        "uri": export.uri,
        "created": export.created.isoformat(),
        "tables": dump.tables,
        "revision": dump.revision,
    }


def _check_age(
    session: ReadContext, what: str, at: datetime, limit: timedelta, problems: list[str]
) -> None:
    age = session.runtime.clock.now() - at
    if age > limit:
        hours = age.total_seconds() / 3600
        limit_hours = limit.total_seconds() / 3600
        problems.append(f"{what} is {hours:.0f} hours old; the limit is {limit_hours:.0f}")
