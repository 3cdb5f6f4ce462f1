"""Cloud SQL: backups of a project, which outlive their instance.

A deletion keeps the backups of an instance that has settings.retainBackupsOnDelete, and makes a
final one where it is asked for (page "Manage backups of deleted instances",
https://cloud.google.com/sql/docs/postgres/backup-recovery/manage-backups-deleted-instance).
"""

from __future__ import annotations

import copy
import re
import uuid
from typing import TYPE_CHECKING

from offline.serve.errors import ApiError

if TYPE_CHECKING:
    from offline.serve.apis.sqladmin_state import Snapshot, SqlState
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_CONDITION = re.compile(r"(instance|type|location)\s*[:=]\s*\"?([\w-]+)\"?")
_KEPT = ("description", "instance", "type")


class ProjectBackups:
    """The backups of all instances, those of deleted ones too."""

    def __init__(
        self,
        google: Google,
        sql: SqlState,
        held: dict[str, Snapshot],
    ) -> None:
        """Create them; `held` has what each one holds."""
        self._google, self._sql, self._held = google, sql, held
        for name, handler in {
            "Backups.ListBackups": self._list,
            "Backups.GetBackup": self._get,
            "Backups.DeleteBackup": self._delete,
        }.items():
            google.answers(f"sql.{name}", handler)

    def retire(self, instance: Resource, request: Request) -> None:
        """Keep or drop the backups of an instance that is being deleted."""
        name, settings, contents = instance["name"], instance["settings"], self._sql.contents()
        runs = contents.runs.pop(name, {})
        kept = dict(runs) if settings.get("retainBackupsOnDelete") else {}
        config = settings.get("finalBackupConfig", {})
        if request.query.get("enableFinalBackup") or config.get("enabled"):
            description = request.query.get("finalBackupDescription", "")
            final = self._final(name, description)
            kept[final["id"]] = final
        contents.retained[name] = kept
        contents.deletions[name] = self._google.stamp

    def _final(self, instance: str, description: str) -> Resource:
        key, now = str(self._google.store.serial()), self._google.stamp
        self._held[key] = self._sql.snapshot(instance)
        return {
            "id": key,
            "instance": instance,
            "type": "FINAL",
            "status": "SUCCESSFUL",
            "startTime": now,
            "endTime": now,
            "description": description,
        }

    def find(self, name: str) -> tuple[str, Resource]:
        """Return the id of a backup's content, and the backup. Raises ApiError (404)."""
        for key, backup in self._all(name.split("/")[1]):
            if backup["name"] == name:
                return key, backup
        raise ApiError(404, "The backup does not exist.", "backupDoesNotExist")

    def deletion_of(self, instance: str) -> str:
        """Return when an instance was deleted, if backups of it were kept; else an empty text."""
        contents = self._sql.contents()
        return contents.deletions.get(instance, "") if contents.retained.get(instance) else ""

    def newest_of(self, instance: str) -> Snapshot:
        """Return what the newest backup of a deleted instance holds."""
        return self._held[list(self._sql.contents().retained[instance])[-1]]

    def _all(self, project: str) -> list[tuple[str, Resource]]:
        existing, contents = self._sql.instances, self._sql.contents(project)
        live = [runs for name, runs in contents.runs.items() if name in existing]
        return [
            (key, self._describe(project, run))
            for runs in (*live, *contents.retained.values())
            for key, run in runs.items()
        ]

    def _describe(self, project: str, run: Resource) -> Resource:
        instance = run["instance"]
        uid = uuid.uuid5(uuid.NAMESPACE_URL, f"{project}/{instance}/{run['id']}")
        described: Resource = {
            **{name: run[name] for name in _KEPT if name in run},
            "kind": "sql#backup",
            "name": f"projects/{project}/backups/{uid}",
            "backupRun": f"projects/{project}/instances/{instance}/backupRuns/{run['id']}",
            "state": run["status"],
        }
        if "endTime" in run:
            described["backupInterval"] = {"startTime": run["startTime"], "endTime": run["endTime"]}
        if held := self._held.get(run["id"]):
            described["instanceSettings"] = copy.deepcopy(held.described)
            described["databaseVersion"] = held.described["databaseVersion"]
        deleted = self._sql.contents(project).deletions.get(instance)
        if deleted and instance not in self._sql.instances:
            described["instanceDeletionTime"] = deleted
        return described

    def _list(self, request: Request) -> Resource:
        wanted = dict(_CONDITION.findall(request.query.get("filter", "")))
        found = [backup for _, backup in self._all(request.parameters["parent"].split("/")[1])]
        fitting = [
            one for one in found if all(one.get(name) == value for name, value in wanted.items())
        ]
        return {"backups": fitting[::-1]}

    def _get(self, request: Request) -> Resource:
        return self.find(request.parameters["name"])[1]

    def _delete(self, request: Request) -> Resource:
        key, backup = self.find(request.parameters["name"])
        name, contents = backup["instance"], self._sql.contents()

        def work() -> None:
            for runs in (contents.runs.get(name, {}), contents.retained.get(name, {})):
                runs.pop(key, None)

        return self._sql.begin("DELETE_BACKUP", request, name, work)
