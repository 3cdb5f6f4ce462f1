"""The instance that a restore is like, also after its deletion.

Its backups outlive it (docs/architecture.md, "Protection"), and so does its description: in the
state bucket, where `grid apply` and `grid backup` leave it, and in each backup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from operations.backup.cloud_sql import CloudSql, Json
from operations.core.errors import FailedError, UsageError
from operations.core.session import ReadContext
from operations.core.shared_objects import ABSENT

RECORD = "database.json"
"""Object next to the state: how Cloud SQL describes the instance."""
_RECORDED = ("name", "region", "databaseVersion", "diskEncryptionConfiguration", "settings")
_GOOD = "SUCCESSFUL"


@dataclass(frozen=True, kw_only=True)
class Source:
    """An instance, or what is left of it."""

    described: Json
    """Name, region, version and settings, as the API has them."""
    exists: bool
    backups: tuple[Json, ...] = ()
    """Its good backups after its deletion, as resources of the project, the newest first."""

    @property
    def name(self) -> str:
        """Name of the instance."""
        return str(self.described["name"])

    @property
    def is_protected(self) -> bool:
        """Whether Cloud SQL rejects or rejected its deletion."""
        return bool(self.described["settings"].get("deletionProtectionEnabled"))

    @property
    def deletion(self) -> str:
        """Time of the deletion; empty while it exists."""
        return str(self.backups[0].get("instanceDeletionTime", "")) if self.backups else ""

    def backup(self, id_: str) -> Json | None:
        """Return a backup of the deleted instance by the id of its run, or of the project."""
        return next((each for each in self.backups if id_ in backup_ids(each)), None)


def find_source(session: ReadContext) -> Source:
    """Return the instance that the outputs name, or what is left of it.

    Raises:
        FailedError: it was deleted, and nothing says how it was.
    """
    sql, name = CloudSql(session), session.platform.database.instance
    if instance := sql.instance(name):
        return Source(described=instance, exists=True)
    backups = tuple(each for each in sql.project_backups(name) if each.get("state") == _GOOD)
    recorded = _recorded(session, name)
    settings = (each["instanceSettings"] for each in backups if "instanceSettings" in each)
    described = recorded or next(settings, None)
    if described is None:
        raise FailedError(
            f"{name} was deleted, and nothing says how it was: it has no backup, and "
            f"{session.shared.uri(RECORD)} does not describe it",
            advice="apply the environment, which creates an empty database, and import an export",
        )
    return Source(described={**described, "name": name}, exists=False, backups=backups)


def backup_ids(backup: Json) -> tuple[str, str]:
    """Return the id of a backup's run, and the last part of its name in the project."""
    return backup.get("backupRun", "").rpartition("/")[2], backup["name"].rpartition("/")[2]


def record(session: ReadContext) -> None:
    """Leave the description of the instance in the state bucket, where it changed.

    Raises:
        FailedError: the instance or the bucket cannot be read, or the bucket cannot be written.
    """
    name, shared = session.platform.database.instance, session.shared
    instance = CloudSql(session).get_instance(name)
    described: dict[str, Any] = {key: instance[key] for key in _RECORDED if key in instance}
    described["settings"] = {
        key: value for key, value in described["settings"].items() if key != "settingsVersion"
    }
    content, current = {"version": 1, "instance": described}, shared.read(RECORD)
    if current is None or current.content != content:
        shared.write(RECORD, content, replaces=current.generation if current else ABSENT)


def try_to_record(session: ReadContext) -> None:
    """Leave the description, or a warning: a command that did its work does not fail over it."""
    try:
        record(session)
    except (FailedError, UsageError) as error:
        session.report.log(f"warning: the database instance was not described: {error}")


def _recorded(session: ReadContext, name: str) -> Json | None:
    """Return the description in the state bucket, if it is of this instance and can be read."""
    try:
        found = session.shared.read(RECORD)
    except (FailedError, UsageError) as error:
        session.report.log(f"warning: {RECORD} in the state bucket was not read: {error}")
        return None
    instance: Json = dict(found.content).get("instance", {}) if found else {}
    return instance if instance.get("name") == name and "settings" in instance else None
