"""Restores the database into an instance of its own; the serving instance does not change."""

from __future__ import annotations

import base64
import copy
import secrets

from operations.backup.cloud_sql import CloudSql, Json
from operations.backup.cloud_storage import Bucket, split
from operations.backup.origin import Origin
from operations.backup.removal import SCRATCH, delete_instance, protect, serving_instances
from operations.backup.source import Source, find_source
from operations.core.errors import BlockedError, FailedError, IncompleteError
from operations.core.session import WriteContext

_SUFFIX_BYTES = 2
"""Of `random_id.db_suffix`."""
_KINDS = {"backup": "RESTORE_VOLUME", "export": "IMPORT"}
_TO_COPY = ("region", "databaseVersion", "diskEncryptionConfiguration")
_NOT_TO_COPY = ("settingsVersion", "kind", "deletionProtectionEnabled", "locationPreference")


def block_unfinished_restore(session: WriteContext, origin: Origin | None) -> None:
    """Let no other restore make the last one forgotten, while its instance is there.

    `origin` is what goes into a new instance now; None where nothing does.

    Raises:
        BlockedError: the last restore was about something else, and its instance is still there.
    """
    earlier = session.journal.unfinished
    if earlier is None or "target" not in earlier.notes:
        return
    name, about = str(earlier.notes["target"]), earlier.notes["origin"]
    is_other = origin is None or about != str(origin)
    is_left = name not in serving_instances(session) and CloudSql(session).instance(name)
    if is_other and is_left:
        raise BlockedError(
            f"the last restore, of {about} into {name}, was interrupted",
            advice=f"run it again, or delete it: gcloud sql instances delete {name} "
            f"--project={session.platform.project_id}",
        )


def choose_name(session: WriteContext, origin: Origin) -> str:
    """Return the name of the new instance: that of the last run, when this one takes it up.

    It differs from the present one's in the random suffix alone, as Terraform itself would name
    the next one, so that Terraform can adopt it.
    """
    earlier, sql = session.journal.unfinished, CloudSql(session)
    name = str(earlier.notes.get("target", "")) if earlier else ""
    if name and name not in serving_instances(session):
        instance = sql.instance(name)
        if instance and not _is_failed(sql, instance, origin):
            return name
        delete_instance(session, name)
    base = session.platform.database.instance.rpartition("-")[0]
    name = f"{base}-{secrets.token_hex(_SUFFIX_BYTES)}"
    session.journal.note("origin", str(origin))
    session.journal.note("target", name)
    return name


def suffix_id(instance: str) -> str:
    """Return what `terraform import random_id.db_suffix` takes for an instance's suffix."""
    suffix = bytes.fromhex(instance.rpartition("-")[2])
    return base64.urlsafe_b64encode(suffix).decode().rstrip("=")


def restore(session: WriteContext, origin: Origin, name: str, *, scratch: bool = False) -> Json:
    """Make the instance and fill it; returns it, ready. A failure removes it.

    It is as the source is, or was: network, version, tier, flags, and protected where the source
    is. A `scratch` one has a label, one zone, no backups and no protection.

    Raises:
        FailedError: it cannot be made, or not be filled.
        StillRunningError: it takes too long.
    """
    sql, source = CloudSql(session), find_source(session)
    session.steps.step(
        f"instance {name}",
        check=lambda: sql.instance(name),
        apply=lambda: _create(session, source, origin, name, scratch=scratch),
        revert=lambda: delete_instance(session, name),
    )
    ready = sql.ready(name)
    if origin.kind == "backup":
        _restore_backup(session, source, origin, name)
    elif origin.kind == "export":
        _import_export(session, origin, ready)
    if source.is_protected and not scratch:
        session.steps.keep()
        _protect(session, origin, name)
    return sql.ready(name)


def _protect(session: WriteContext, origin: Origin, name: str) -> None:
    try:
        with session.report.step("protection"):
            protect(session, name, on=True)
    except FailedError as error:
        raise IncompleteError(
            str(error),
            remaining=(f"instance {name} holds {origin}, and may not be protected",),
            advice="run the command again: it protects the instance",
        ) from error


def _is_failed(sql: CloudSql, instance: Json, origin: Origin) -> bool:
    kind = _KINDS.get(origin.kind)
    last = sql.operation(instance["name"], kind) if kind else None
    return instance["state"] == "FAILED" or bool(last and last.get("error"))


def _create(
    session: WriteContext, source: Source, origin: Origin, name: str, *, scratch: bool
) -> None:
    instances, project = session.google.sql.instances(), session.platform.project_id
    if origin.kind == "time":
        context = {"destinationInstanceName": name, "pointInTime": origin.value}
        if not source.exists:
            context["sourceInstanceDeletionTime"] = source.deletion
        body = {"cloneContext": context}
        request = instances.clone(project=project, instance=source.name, body=body)
    else:
        body = _instance_body(source.described, origin, name, scratch=scratch)
        request = instances.insert(project=project, body=body)
    CloudSql(session).begin(source.name, request)


def _instance_body(source: Json, origin: Origin, name: str, *, scratch: bool) -> Json:
    """Describe an instance like the source; protected later, or a failure could not remove it."""
    settings = copy.deepcopy(source["settings"])
    for member in _NOT_TO_COPY:
        settings.pop(member, None)
    settings["deletionProtectionEnabled"] = False
    if scratch:
        settings |= {
            "availabilityType": "ZONAL",
            "backupConfiguration": {"enabled": False},
            "userLabels": {**settings.get("userLabels", {}), SCRATCH: "drill"},
        }
    like = {member: source[member] for member in _TO_COPY if member in source}
    if origin.region:
        like["region"] = origin.region
    return {**like, "name": name, "settings": settings}


def _restore_backup(session: WriteContext, source: Source, origin: Origin, name: str) -> None:
    sql, retained = CloudSql(session), source.backup(origin.value)
    context = {
        "kind": "sql#restoreBackupContext",
        "backupRunId": origin.value,
        "instanceId": source.name,
        "project": sql.project,
    }
    request = session.google.sql.instances().restoreBackup(
        project=sql.project,
        instance=name,
        body={"backup": retained["name"]} if retained else {"restoreBackupContext": context},
    )
    operation = session.steps.step(
        "data",
        check=lambda: sql.running(name, _KINDS["backup"]),
        apply=lambda: sql.begin(name, request),
        revert=lambda: None,  # it goes with the instance
    )
    sql.wait(operation)


def _import_export(session: WriteContext, origin: Origin, instance: Json) -> None:
    sql, name, database = CloudSql(session), instance["name"], session.platform.database.name
    bucket, email = Bucket(session, split(origin.value)[0]), instance["serviceAccountEmailAddress"]
    session.steps.step(
        "access to the export",
        check=lambda: bucket.has_access(email) or None,
        apply=lambda: bucket.grant_access(email),
        revert=lambda: bucket.revoke_access(email),
    )
    api = session.google.sql
    empty = api.databases().insert(
        project=sql.project, instance=name, body={"name": database, "project": sql.project}
    )

    def make_database() -> None:
        sql.wait(sql.begin(name, empty))

    session.steps.step(
        "database",
        check=lambda: database in sql.names("databases", name) or None,
        apply=make_database,
        revert=lambda: None,  # it goes with the instance
    )
    context = {"fileType": "SQL", "uri": origin.value, "database": database}
    request = api.instances().import_(
        project=sql.project, instance=name, body={"importContext": context}
    )
    operation = session.steps.step(
        "data",
        check=lambda: sql.running(name, _KINDS["export"]),
        apply=lambda: sql.begin(name, request),
        revert=lambda: None,  # it goes with the instance
    )
    sql.wait(operation)
    bucket.revoke_access(email)
