"""Removes instances that restores and drills made, and never one that serves."""

from __future__ import annotations

import re

from operations.backup.cloud_sql import CloudSql, Json
from operations.backup.cloud_storage import Bucket
from operations.core.errors import BlockedError
from operations.core.session import ReadContext, WriteContext

SCRATCH = "grid-scratch"
"""Label of instances that a drill made and may remove."""
_RUN = r"\d{8}t\d{6}-[0-9a-f]{6}"
"""Name of a run in lower case (`operations.core.journal.Journal.run`)."""


def serving_instances(session: ReadContext) -> set[str]:
    """Return the names of the instances that the outputs name: the database and its replicas."""
    database = session.platform.database
    return {database.instance, *(replica.instance for replica in database.replicas.values())}


def scratch_name(session: WriteContext) -> str:
    """Return the name of the instance of this drill."""
    return f"{session.platform.database.instance}-drill-{session.journal.run.lower()}"


def is_scratch(session: ReadContext, instance: Json) -> bool:
    """Report whether a drill of this environment made an instance, and nobody protected it.

    The label alone does not say so: a clone has the labels of its source. The random suffix in the
    name is another where the database was restored since.
    """
    base = re.escape(session.platform.database.instance.rpartition("-")[0])
    settings = instance["settings"]
    return (
        SCRATCH in settings.get("userLabels", {})
        and re.fullmatch(rf"{base}-[^-]+-drill-{_RUN}", instance["name"]) is not None
        and instance["name"] not in serving_instances(session)
        and not is_protected(instance)
    )


def is_protected(instance: Json) -> bool:
    """Report whether Cloud SQL rejects the deletion of an instance."""
    return bool(instance["settings"].get("deletionProtectionEnabled"))


def delete_instance(session: WriteContext, name: str) -> None:
    """Remove an instance and its access to the bucket; nothing where there is none.

    A clone is protected as its source is: the protection is taken off first, except from an
    instance of a drill, which has none unless somebody wants to keep it.

    Raises:
        BlockedError: the outputs name the instance.
    """
    if name in serving_instances(session):
        raise BlockedError(
            f"{name} is not deleted: the outputs of {session.environment} name it, so it serves",
            advice="where it does not serve any more, run grid apply, then delete it manually",
        )
    sql = CloudSql(session)
    if instance := sql.instance(name):
        if email := instance.get("serviceAccountEmailAddress"):
            Bucket(session, session.platform.buckets.backups).revoke_access(email)
        if is_protected(instance) and SCRATCH not in instance["settings"].get("userLabels", {}):
            protect(session, name, on=False)
        sql.delete(name)


def protect(session: WriteContext, name: str, *, on: bool) -> None:
    """Put deletion protection on an instance, or take it off, and wait."""
    sql = CloudSql(session)
    request = session.google.sql.instances().patch(
        project=sql.project, instance=name, body={"settings": {"deletionProtectionEnabled": on}}
    )
    session.client.ensure(
        f"protection of {name}",
        lambda: (is_protected(sql.get_instance(name)) == on) or None,
        lambda: sql.wait(sql.begin(name, request)),
    )
