"""Backups on demand of the database, and which of them may go."""

from __future__ import annotations

from operations.backup.cloud_sql import FAILED_STATUSES, TIMEOUT_SECONDS, CloudSql, Json
from operations.core.errors import FailedError
from operations.core.session import WriteContext

DESCRIPTION_PREFIX = "grid backup "
"""How the description of a backup begins that `grid backup` made, and that it may delete."""


def create(session: WriteContext, description: str) -> Json:
    """Back the instance up, as one step, and wait; returns the backup, which is good.

    The description identifies this backup, so that one whose answer got lost is found.

    Raises:
        FailedError: Cloud SQL could not make it.
        StillRunningError: it takes longer than that.
    """
    sql, instance = CloudSql(session), session.platform.database.instance
    request = session.google.sql.backupRuns().insert(
        project=sql.project, instance=instance, body={"description": description}
    )

    def check() -> Json | None:
        backups = (
            backup for backup in sql.backups(instance) if backup.get("description") == description
        )
        return next((backup for backup in backups if backup["status"] not in FAILED_STATUSES), None)

    def revert() -> None:
        if backup := check():
            delete(session, backup["id"])

    backup_run = session.steps.step(
        "backup", check=check, apply=lambda: sql.begin(instance, request), revert=revert
    )
    status_request = session.google.sql.backupRuns().get(
        project=sql.project, instance=instance, id=backup_run["id"]
    )

    def completed() -> Json | None:
        backup: Json = session.client.send(status_request)
        return backup if backup["status"] in {"SUCCESSFUL", *FAILED_STATUSES} else None

    backup = session.poller.until(
        f"backup {backup_run['id']} of {instance}", completed, seconds=TIMEOUT_SECONDS
    )
    if backup["status"] != "SUCCESSFUL":
        reason = backup.get("error", {}).get("message", "Cloud SQL gives no reason")
        raise FailedError(
            f"backup {backup['id']} of {instance} is {backup['status']}: {reason}",
            advice="correct the cause, and run grid backup again",
        )
    return backup


def delete(session: WriteContext, backup: str) -> None:
    """Delete a backup of the instance and wait; nothing where there is none."""
    sql, place = CloudSql(session), {"instance": session.platform.database.instance, "id": backup}
    runs = session.google.sql.backupRuns()

    def deleted() -> bool | None:
        backup_run = session.client.find(runs.get(project=sql.project, **place))
        return True if backup_run is None or backup_run["status"] == "DELETED" else None

    def apply() -> None:
        sql.wait(sql.begin(place["instance"], runs.delete(project=sql.project, **place)))

    session.client.ensure(f"no backup {backup}", deleted, apply)


def expired(backups: list[Json], *, keep: int, proven: str) -> list[Json]:
    """Return what retention deletes of the backups of an instance, given the newest first.

    All but the newest `keep` good ones that `grid backup` made, and what failed of them; never
    another's, and never the `proven` one, the last that a drill restored.
    """
    ours = [
        backup for backup in backups if backup.get("description", "").startswith(DESCRIPTION_PREFIX)
    ]
    successful = [backup for backup in ours if backup["status"] == "SUCCESSFUL"]
    return [backup for backup in successful[keep:] if backup["id"] != proven]
