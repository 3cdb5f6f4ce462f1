"""Restores a backup into the instance that serves: everything in it is replaced."""

from __future__ import annotations

from operations.backup import on_demand
from operations.backup.cloud_sql import CloudSql, parse_time
from operations.core.errors import BlockedError
from operations.core.session import WriteContext
from operations.release import cloud_run

_KIND = "RESTORE_VOLUME"


def confirm_restore(session: WriteContext, confirm: str) -> None:
    """Let only through who typed the instance's name, at a time when nothing else runs.

    Raises:
        BlockedError: something forbids it; nothing was changed.
    """
    instance = session.platform.database.instance
    replicas = CloudSql(session).get_instance(instance).get("replicaNames", [])
    if replicas:
        raise BlockedError(
            f"{instance} has replicas ({', '.join(replicas)}): no restore in place",
            advice="set database.replicas: {} in the environment file, apply, and restore; "
            "then apply with the replicas again. Or restore into a new instance",
        )
    for service in cloud_run.read_services(session.platform, session.google, session.client):
        shares = sorted(target.percent for target in service.targets if target.percent)
        if service.reconciling or len(shares) > 1:
            raise BlockedError(
                f"a release of {service.service} in {service.region} is running: "
                f"traffic {', '.join(f'{share} %' for share in shares)}",
                advice="let it end, or end it with grid rollback",
            )
    if not confirm and not session.runtime.is_interactive():
        raise BlockedError(
            f"the restore replaces everything in {instance}, and standard input is not a terminal",
            advice=f"give --confirm {instance}",
        )
    question = f"Everything in {instance} is replaced. Type its name: "
    typed = confirm or session.runtime.prompt(question)
    if typed != instance:
        raise BlockedError(
            f"the restore replaces everything in {instance}, and {typed!r} is not its name",
            advice=f"type it, or give --confirm {instance}",
        )


def restore(session: WriteContext, backup: str) -> str:
    """Back up what is there, restore over it, and return the id of the backup made before.

    A failure leaves the instance as Cloud SQL left it: the message names the backup made before.
    """
    sql, instance = CloudSql(session), session.platform.database.instance
    about, earlier = f"backup {backup}", session.journal.unfinished
    if earlier and earlier.notes.get("origin") == about and "run" in earlier.notes:
        run = str(earlier.notes["run"])
    else:
        run = session.journal.run
        session.journal.note("origin", about)
        session.journal.note("run", run)
    before = on_demand.create(session, f"grid restore {run}")
    session.steps.keep()
    session.report.log(f"backup {before['id']} holds what was there before")
    context = {"backupRunId": backup, "instanceId": instance, "project": sql.project}
    request = session.google.sql.instances().restoreBackup(
        project=sql.project, instance=instance, body={"restoreBackupContext": context}
    )

    def check() -> dict[str, object] | None:
        operation = sql.running(instance, _KIND)
        newer = operation and parse_time(str(operation["insertTime"])) > parse_time(
            before["endTime"]
        )
        return operation if newer else None

    operation = session.steps.step(
        f"restore over {instance} (before: backup {before['id']})",
        check=check,
        apply=lambda: sql.begin(instance, request),
    )
    sql.wait(operation)
    return str(before["id"])
