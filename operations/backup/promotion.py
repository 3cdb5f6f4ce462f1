"""A read replica that becomes the primary, and what is left of the old primary."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contract.outputs import Replica
from operations.backup.cloud_sql import CloudSql, Json
from operations.backup.source import find_source
from operations.core.errors import BlockedError, FailedError, UsageError
from operations.core.session import ReadContext, WriteContext

_LAG = "cloudsql.googleapis.com/database/replication/replica_lag"
_LAG_WINDOW = timedelta(minutes=30)
"""Metrics of a region that is out end with it; the last value before that counts."""
_OF_PRIMARY = ("availabilityType", "backupConfiguration", "retainBackupsOnDelete")
"""Settings of a primary that its replicas do not have."""


def choose_replica(session: ReadContext, name: str) -> Replica:
    """Return the replica with a name of the environment file; the only one, if none is given.

    Raises:
        UsageError: there is no such replica, or there are several.
    """
    replicas = session.platform.database.replicas
    if name in replicas:
        return replicas[name]
    if not name and len(replicas) == 1:
        return next(iter(replicas.values()))
    listed = ", ".join(f"{key} in {each.region}" for key, each in replicas.items()) or "none"
    raise UsageError(
        f"{f'{name} is not a replica' if name else 'no replica is named'}: there is {listed}",
        advice="without a replica, restore a backup: grid restore --backup latest --region REGION"
        if not replicas
        else "name one with --replica",
    )


def check_promotion(session: ReadContext, replica: Replica, *, force: bool) -> Json:
    """Check that a replica can be promoted, or is already, and return it.

    Raises:
        BlockedError: the primary serves.
        FailedError: the replica does not run.
    """
    sql, primary = CloudSql(session), session.platform.database.instance
    described = sql.get_instance(replica.instance)
    if described["state"] != "RUNNABLE":
        raise FailedError(
            f"{replica.instance} is {described['state']}, and cannot be promoted",
            advice="promote another replica, or restore elsewhere: docs/runbooks/region.md",
        )
    if is_replica(described) and not force:
        instance = sql.instance(primary)
        if instance and instance["state"] == "RUNNABLE" and _is_on(instance):
            raise BlockedError(
                f"{primary} in {instance['region']} is RUNNABLE: whatever it takes from now on "
                "would be lost",
                advice="if users cannot reach it, Cloud SQL may be late to say so: --force",
            )
    return described


def replica_lag(session: ReadContext, replica: Replica) -> float | None:
    """Return the seconds by which a replica was behind, as last measured; None if nobody knows."""
    now = session.google.server_time.now()
    request = (
        session.google.monitoring.projects()
        .timeSeries()
        .list(
            name=f"projects/{session.platform.project_id}",
            filter=f'metric.type = "{_LAG}" AND resource.type = "cloudsql_database" AND '
            f'resource.labels.database_id = "{session.platform.project_id}:{replica.instance}"',
            interval_startTime=(now - _LAG_WINDOW).isoformat(),
            interval_endTime=now.isoformat(),
        )
    )
    try:
        series = session.client.send(request).get("timeSeries", [])
    except FailedError as error:
        session.report.log(f"warning: the lag of {replica.instance} is not known: {error}")
        return None
    points: list[Any] = [point for each in series for point in each["points"]]
    values = [value for point in points[:1] for value in point["value"].values()]
    return float(values[0]) if values else None


def promote(session: WriteContext, replica: Replica) -> Json:
    """Promote a replica, as a step, and return it as a primary. Nothing reverts that."""
    sql, name = CloudSql(session), replica.instance
    request = session.google.sql.instances().promoteReplica(project=sql.project, instance=name)

    def promoted() -> Json | None:
        instance = sql.get_instance(name)
        return None if is_replica(instance) else instance

    session.steps.step(
        f"promote {name}", check=promoted, apply=lambda: sql.wait(sql.begin(name, request))
    )
    session.steps.keep()
    return sql.ready(name)


def configure(session: WriteContext, replica: Replica) -> None:
    """Give a promoted instance the backups and the standby of the old primary.

    Raises:
        FailedError: Cloud SQL does not take them, or nothing says how the old primary was.
    """
    sql, name, settings = CloudSql(session), replica.instance, {}
    old = find_source(session).described["settings"]
    for key in _OF_PRIMARY:
        if key in old:
            settings[key] = old[key]
    request = session.google.sql.instances().patch(
        project=sql.project, instance=name, body={"settings": settings}
    )
    session.client.ensure(
        f"the settings of {name}",
        lambda: _includes(sql.get_instance(name)["settings"], settings) or None,
        lambda: sql.wait(sql.begin(name, request)),
    )


def stop_old_primary(session: WriteContext) -> None:
    """Stop the old primary, so that nothing writes to it when its region returns.

    Raises:
        FailedError: Cloud SQL does not do it now, as while the region is out.
    """
    sql, name = CloudSql(session), session.platform.database.instance
    if sql.instance(name) is None:
        return
    request = session.google.sql.instances().patch(
        project=sql.project, instance=name, body={"settings": {"activationPolicy": "NEVER"}}
    )
    session.client.ensure(
        f"the stop of {name}",
        lambda: None if _is_on(sql.get_instance(name)) else True,
        lambda: sql.wait(sql.begin(name, request)),
    )


def is_replica(instance: Json) -> bool:
    """Return whether an instance is a read replica."""
    return bool(instance.get("masterInstanceName"))


def _is_on(instance: Json) -> bool:
    return bool(instance["settings"].get("activationPolicy") != "NEVER")


def _includes(present: Any, wanted: Any) -> bool:
    """Return whether settings have all that is wanted, and perhaps more."""
    if isinstance(wanted, dict):
        return isinstance(present, dict) and all(
            _includes(present.get(key), value) for key, value in wanted.items()
        )
    return bool(present == wanted)
