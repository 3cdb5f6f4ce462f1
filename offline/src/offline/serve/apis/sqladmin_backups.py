"""Cloud SQL: backups by instance and their restore, exports and imports."""

from __future__ import annotations

import copy
import gzip
import re
from typing import TYPE_CHECKING

from offline.serve.apis.sqladmin_retained import ProjectBackups
from offline.serve.apis.sqladmin_state import Snapshot, SqlState, Tables
from offline.serve.errors import ApiError
from offline.serve.operations import WorkFailedError

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

TRAILER = "-- PostgreSQL database dump complete"
_TABLE = re.compile(r"^COPY (?:public\.)?([\w.]+) .*\n((?:\d+\n)*)\\\.$", re.MULTILINE)
_URI = re.compile(r"gs://([^/]+)/(.+)")


class Backups:
    """Backups by instance, and dumps in Cloud Storage."""

    def __init__(self, google: Google, sql: SqlState) -> None:
        self._google, self._sql = google, sql
        self.held: dict[str, Snapshot] = {}
        """What each backup holds, by its id."""
        self.of_project = ProjectBackups(google, sql, self.held)
        for name, handler in {
            "backupRuns.insert": self._back_up,
            "backupRuns.get": self._get,
            "backupRuns.list": self._list,
            "backupRuns.delete": self._delete,
            "instances.export": self._export,
            "instances.import": self._import,
        }.items():
            google.answers(f"sql.{name}", handler)

    @property
    def backups(self) -> dict[str, dict[str, Resource]]:
        """What describes each backup, by instance and id."""
        return self._sql.contents().runs

    def hold(self, key: str, instance: str) -> None:
        """Let a backup hold what an instance holds now."""
        self.held[key] = self._sql.snapshot(instance)

    def holds(self, key: str) -> dict[str, Tables]:
        """Return the content of a backup, by database."""
        return self.held[key].data

    def _back_up(self, request: Request) -> Resource:
        name = self._sql.find(request.parameters["instance"])["name"]
        key = str(self._google.store.serial())
        backup: Resource = {
            "kind": "sql#backupRun",
            "id": key,
            "instance": name,
            "type": "ON_DEMAND",
            "status": "ENQUEUED",
            "enqueuedTime": self._google.stamp,
            "description": request.body.get("description", ""),
        }

        def work() -> None:
            backup.update(status="SUCCESSFUL", endTime=self._google.stamp)
            self.hold(key, name)

        context = {"kind": "sql#backupContext", "backupId": key}
        begun = self._sql.begin("BACKUP_VOLUME", request, name, work, backupContext=context)
        backup.update(startTime=self._google.stamp)
        if backup["status"] == "ENQUEUED":
            backup["status"] = "RUNNING"
        if request.fails:
            self._google.operations.later(lambda: backup.update(status="FAILED"))
        self.backups.setdefault(name, {})[key] = backup
        return begun

    def _get(self, request: Request) -> Resource:
        instance, key = request.parameters["instance"], request.parameters["id"]
        found = self.backups.get(instance, {}).get(key)
        if found is None:
            raise ApiError(404, "there is no such backup", "backupRunDoesNotExist")
        return copy.deepcopy(found)

    def _list(self, request: Request) -> Resource:
        """List the backups of an instance that exists: others are backups of the project."""
        name = self._sql.find(request.parameters["instance"])["name"]
        found = list(self.backups.get(name, {}).values())
        return {"kind": "sql#backupRunsList", "items": copy.deepcopy(found[::-1])}

    def _delete(self, request: Request) -> Resource:
        found = self._get(request)

        def work() -> None:
            del self.backups[found["instance"]][found["id"]]

        return self._sql.begin("DELETE_BACKUP", request, found["instance"], work)

    def restore(self, request: Request) -> Resource:
        """Replace everything that the target holds."""
        name = request.parameters["instance"]
        if named := request.body.get("backup"):
            key, _ = self.of_project.find(named)
        else:
            context = request.body.get("restoreBackupContext", {})
            key = context.get("backupRunId", "")
            runs = self._sql.contents(context.get("project", "")).runs
            found = runs.get(context.get("instanceId", name), {}).get(key)
            if found is None or found["status"] != "SUCCESSFUL":
                raise ApiError(404, "there is no such backup", "backupRunDoesNotExist")
        target = self._sql.find(name)
        if target.get("replicaNames"):
            raise ApiError(400, "delete the instance's replicas first", "invalidRequest")

        return self._sql.begin(
            "RESTORE_VOLUME", request, name, lambda: self._sql.load(name, self.held[key])
        )

    def _export(self, request: Request) -> Resource:
        instance = self._sql.find(request.parameters["instance"])
        context = request.body.get("exportContext", {})
        bucket, name = _place(context)
        (database,) = context.get("databases") or ["postgres"]
        storage = self._google.service("storage")

        def work() -> None:
            self._allowed(instance, bucket)
            if storage.find(bucket, name):
                raise WorkFailedError(f"the file {name} exists already", "ERROR_RDBMS")
            if database not in self._sql.data[instance["name"]]:
                message = f'database "{database}" does not exist'
                raise WorkFailedError(message, "ERROR_RDBMS")
            text = dump(self._sql.data[instance["name"]][database]).encode()
            packed = gzip.compress(text, mtime=0) if name.endswith(".gz") else text
            storage.write(bucket, name, packed)

        return self._sql.begin("EXPORT", request, instance["name"], work, exportContext=context)

    def _import(self, request: Request) -> Resource:
        instance = self._sql.find(request.parameters["instance"])
        context = request.body.get("importContext", {})
        bucket, name = _place(context)
        storage = self._google.service("storage")
        if request.fails:  # in the middle: what was read before stays
            self._sql.data[instance["name"]][context["database"]] = {"users": 0}

        def work() -> None:
            self._allowed(instance, bucket)
            if not storage.find(bucket, name):
                raise WorkFailedError(f"there is no file {name}", "ERROR_RDBMS")
            content = storage.read(bucket, name)
            text = (gzip.decompress(content) if name.endswith(".gz") else content).decode()
            tables = {table: rows.count("\n") for table, rows in _TABLE.findall(text)}
            present = self._sql.data[instance["name"]].setdefault(context["database"], {})
            if twice := sorted(set(present) & set(tables)):
                raise WorkFailedError(f'relation "{twice[0]}" already exists', "ERROR_RDBMS")
            present.update(tables)

        return self._sql.begin("IMPORT", request, instance["name"], work, importContext=context)

    def _allowed(self, instance: Resource, bucket: str) -> None:
        email = instance["serviceAccountEmailAddress"]
        if not self._google.service("storage").allows(bucket, email):
            raise WorkFailedError(f"{email} does not have access to {bucket}", "ERROR_RDBMS")


def dump(tables: Tables) -> str:
    """Return the output of pg_dump, shortened; a table without a schema is in `public`."""
    rows = "".join(
        f"COPY {table if '.' in table else f'public.{table}'} (id) FROM stdin;\n{_rows(count)}\\.\n"
        for table, count in sorted(tables.items())
    )
    return f"--\n-- PostgreSQL database dump\n--\n{rows}--\n{TRAILER}\n--\n"


def _place(context: Resource) -> tuple[str, str]:
    found = _URI.fullmatch(context.get("uri", ""))
    if found is None:
        raise ApiError(400, "the uri must be gs://bucket/object", "invalid")
    return found[1], found[2]


def _rows(count: int) -> str:
    return "".join(f"{row}\n" for row in range(count))
