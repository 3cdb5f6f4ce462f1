"""Backups on demand of the database, and which of them may go."""

from __future__ import annotations

from operations.backup.cloud_sql import ENDED_BADLY, LONGEST, Json, Sql
from operations.core.errors import FailedError
from operations.core.session import WriteContext

OURS = "grid backup "
"""How the description of a backup begins that `grid backup` made, and that it may delete."""


def make(session: WriteContext, description: str) -> Json:
    """Back the instance up, as one step, and wait; returns the backup, which is good.

    The description tells this backup from all others, so that one whose answer got lost is found.

    Raises:
        FailedError: Cloud SQL could not make it.
        StillRunningError: it takes longer than that.
    """
    sql, instance = Sql(session), session.platform.database.instance
    request = session.google.sql.backupRuns().insert(
        project=sql.project, instance=instance, body={"description": description}
    )

    def check() -> Json | None:
        fitting = (one for one in sql.backups(instance) if one.get("description") == description)
        return next((one for one in fitting if one["status"] not in ENDED_BADLY), None)

    def revert() -> None:
        if found := check():
            delete(session, found["id"])

    begun = session.steps.step(
        "backup", check=check, apply=lambda: session.client.send(request), revert=revert
    )
    one = session.google.sql.backupRuns().get(
        project=sql.project, instance=instance, id=begun["id"]
    )

    def ended() -> Json | None:
        found: Json = session.client.send(one)
        return found if found["status"] in {"SUCCESSFUL", *ENDED_BADLY} else None

    done = session.poller.until(f"backup {begun['id']} of {instance}", ended, seconds=LONGEST)
    if done["status"] != "SUCCESSFUL":
        said = done.get("error", {}).get("message", "Cloud SQL gives no reason")
        raise FailedError(f"backup {done['id']} of {instance} is {done['status']}: {said}")
    return done


def delete(session: WriteContext, backup: str) -> None:
    """Delete a backup of the instance and wait; nothing where there is none."""
    sql, place = Sql(session), {"instance": session.platform.database.instance, "id": backup}
    runs = session.google.sql.backupRuns()

    def gone() -> bool | None:
        found = session.client.find(runs.get(project=sql.project, **place))
        return True if found is None or found["status"] == "DELETED" else None

    def apply() -> None:
        sql.wait(session.client.send(runs.delete(project=sql.project, **place)))

    session.client.ensure(f"no backup {backup}", gone, apply)


def surplus(found: list[Json], *, keep: int, proven: str) -> list[Json]:
    """Return what retention deletes of the backups of an instance, given the newest first.

    All but the newest `keep` good ones that `grid backup` made, and what failed of them; never
    another's, and never the `proven` one, the last that a drill restored.
    """
    ours = [one for one in found if one.get("description", "").startswith(OURS)]
    good = [one for one in ours if one["status"] == "SUCCESSFUL"]
    return [one for one in good[keep:] if one["id"] != proven]
