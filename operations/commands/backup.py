"""`grid backup`: a backup on demand, and an export that outlives the instance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from operations.backup import drill_reports, exports, on_demand
from operations.backup.cloud_sql import CloudSql, Json
from operations.backup.source import try_to_record
from operations.core.errors import FailedError, IncompleteError
from operations.core.options import AsJson, DryRun, Environment, Outputs, application
from operations.core.session import WriteContext, read_context, write_context

app = application()
_KEEP = 7


@app.command()
def backup(
    context: typer.Context,
    environment: Environment,
    export: Annotated[
        bool, typer.Option("--export", help="Also export to the backup bucket.")
    ] = False,
    keep: Annotated[
        int, typer.Option(min=1, help="Number of successful on-demand backups to keep.")
    ] = _KEEP,
    outputs: Outputs = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Create a backup, wait for it, and check it.

    With --export, also export the database to the bucket for backups, and read the export to its
    end.
    """
    if dry_run:
        _preview(context, environment, outputs, export=export, keep=keep, as_json=as_json)
        return
    with write_context(
        context, environment, outputs=outputs, as_json=as_json, lease=None
    ) as session:
        run = _run(session)
        created = on_demand.create(session, on_demand.DESCRIPTION_PREFIX + run)
        session.steps.keep()
        session.report.result = result = {"backup": created["id"], "instance": created["instance"]}
        with _kept(f"backup {created['id']} of {created['instance']}, which is good"):
            if export:
                session.report.result = result | {"export": _export(session, run)}
            _retain(session, keep)
            try_to_record(session)
        session.report.show(f"backup {created['id']} of {created['instance']} is good")


def _run(session: WriteContext) -> str:
    """Return what identifies this backup: that of the last run, if this run resumes it."""
    earlier = session.journal.unfinished
    run = str(earlier.notes["run"]) if earlier and "run" in earlier.notes else session.journal.run
    if run == session.journal.run:
        session.journal.note("run", run)
    return run


def _export(session: WriteContext, run: str) -> Json:
    """Export, read the export to its end, and only then call it one."""
    instance = session.platform.database.instance
    export = exports.create(session, instance, exports.object_name(instance, run))
    with session.report.step("read the export"):
        dump = exports.read(session, export)
    exports.write_manifest(session, export, instance, dump)
    session.steps.keep()
    return {"uri": export.uri, "tables": dump.tables, "revision": dump.revision}


def _expired(backups: list[Json], proven: Json | None, keep: int) -> list[Json]:
    return on_demand.expired(backups, keep=keep, proven=str((proven or {}).get("backup", "")))


def _retain(session: WriteContext, keep: int) -> None:
    existing = list(CloudSql(session).backups(session.platform.database.instance))
    for expired in _expired(existing, drill_reports.last_report(session), keep):
        with session.report.step(f"delete backup {expired['id']}"):
            on_demand.delete(session, expired["id"])


def _preview(
    context: typer.Context,
    environment: str,
    outputs: Path | None,
    *,
    export: bool,
    keep: int,
    as_json: bool,
) -> None:
    with read_context(
        context, environment, outputs=outputs, as_json=as_json, dry_run=True
    ) as session:
        instance = session.platform.database.instance
        existing = list(CloudSql(session).backups(instance))
        deletes = [
            expired["id"]
            for expired in _expired(existing, drill_reports.last_report(session), keep - 1)
        ]
        session.report.result = {"instance": instance, "export": export, "deletes": deletes}
        session.report.show(
            f"would back up {instance}{' and export it' if export else ''}, "
            f"and delete the backups {', '.join(deletes) or 'none'}"
        )


@contextmanager
def _kept(what: str) -> Iterator[None]:
    """Say of a failure in the block that this was made and stays."""
    try:
        yield
    except FailedError as error:
        raise IncompleteError(str(error), remaining=(what,), advice=error.advice) from error
