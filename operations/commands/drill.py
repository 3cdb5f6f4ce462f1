"""`grid drill`: does it all come back, how long does it take, and how much would be lost?"""

from __future__ import annotations

from datetime import timedelta

import typer

from operations.backup import exports
from operations.backup.cloud_sql import CloudSql, Json, parse_time
from operations.backup.cloud_storage import Bucket
from operations.backup.comparison import compare
from operations.backup.drill_reports import PREFIX
from operations.backup.new_instance import restore
from operations.backup.origin import Origin
from operations.backup.removal import SCRATCH, delete_instance, is_scratch, scratch_name
from operations.core.errors import FailedError
from operations.core.options import AsJson, Environment, Outputs, application
from operations.core.session import WriteContext, write_context

app = application()
_STALE = timedelta(days=1)
"""A scratch instance of that age is nobody's: a drill of another machine may be about a younger."""


@app.command()
def drill(
    context: typer.Context,
    environment: Environment,
    outputs: Outputs = None,
    as_json: AsJson = False,
) -> None:
    """Restore the newest backup into a scratch instance, compare it, and remove it.

    The result has RTO, the seconds that the restore took, and RPO, the age of the data in seconds.
    """
    with write_context(
        context, environment, outputs=outputs, as_json=as_json, lease=None
    ) as session:
        _clean(session)
        backup, reference = _newest(session)
        clock, name = session.runtime.clock, scratch_name(session)
        session.journal.note("scratch", name)
        began, started = clock.now(), clock.monotonic()
        restore(session, Origin(kind="backup", value=backup["id"]), name, scratch=True)
        compared = compare(session, name, reference, exact=False)
        report = {
            "backup": backup["id"],
            "at": began.isoformat(),
            "rto_seconds": round(clock.monotonic() - started),
            "rpo_seconds": round((began - parse_time(backup["startTime"])).total_seconds()),
            **compared,
        }
        with session.report.step(f"remove {name}"):
            delete_instance(session, name)
        bucket = Bucket(session, session.platform.buckets.backups)
        bucket.put(f"{PREFIX}{session.journal.run}.json", report)
        session.steps.keep()
        session.report.result = report
        session.report.show(
            f"backup {backup['id']} comes back: RTO {report['rto_seconds']} s, "
            f"RPO {report['rpo_seconds']} s"
        )


def _clean(session: WriteContext) -> None:
    """Remove the scratch instances that nobody removed: the last run's, and those of a day ago."""
    earlier, now = session.journal.unfinished, session.runtime.clock.now()
    mine = earlier.notes.get("scratch") if earlier else None
    for instance in list(CloudSql(session).instances()):
        name, labels = instance["name"], instance["settings"].get("userLabels", {})
        if SCRATCH not in labels:
            continue
        if name != mine and now - parse_time(instance["createTime"]) <= _STALE:
            continue
        if not is_scratch(session, instance):
            session.report.log(
                f"warning: {name} has the label {SCRATCH} and stays: it serves, is protected, or "
                f"is not named as the scratch instances of {session.environment} are"
            )
            continue
        with session.report.step(f"remove {name} of an earlier drill"):
            delete_instance(session, name)


def _newest(session: WriteContext) -> tuple[Json, exports.Export]:
    instance = session.platform.database.instance
    backup = next(CloudSql(session).successful_backups(instance), None)
    reference = exports.newest(session)
    if backup is None or reference is None:
        missing = "successful backup" if backup is None else "export to compare with"
        raise FailedError(
            f"{instance} has no {missing}", advice=f"grid backup {session.environment} --export"
        )
    return backup, reference
