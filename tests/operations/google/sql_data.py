"""Cloud SQL: backups and their restore, exports and imports."""

import copy
import gzip
import re
from typing import Any

from tests.operations.google.cloud import Cloud, RefusalError, Request
from tests.operations.google.sql import Sql, SqlError, Tables
from tests.operations.google.storage import Storage

_TABLE = re.compile(r"^COPY public\.(\w+) .*\n((?:\d+\n)*)\\\.$", re.MULTILINE)
TRAILER = "-- PostgreSQL database dump complete"
_URI = re.compile(r"gs://([^/]+)/(.+)")
_Json = dict[str, Any]


class SqlData:
    """Backups by instance, and dumps in Cloud Storage."""

    def __init__(self, cloud: Cloud, sql: Sql, storage: Storage) -> None:
        self._cloud, self._sql, self._storage = cloud, sql, storage
        self.backups: dict[str, dict[str, _Json]] = {}
        """What describes each backup, by instance and id."""
        self._held: dict[str, tuple[dict[str, Tables], set[str]]] = {}
        for name, handler in {
            "backupRuns.insert": self._back_up,
            "backupRuns.get": self._get,
            "backupRuns.list": self._list,
            "backupRuns.delete": self._delete,
            "instances.restoreBackup": self._restore,
            "instances.export": self._export,
            "instances.import": self._import,
        }.items():
            cloud.answers(f"sql.{name}", handler)

    def hold(self, key: str, instance: str) -> None:
        """Let a backup hold what an instance holds now."""
        self._held[key] = copy.deepcopy((self._sql.data[instance], self._sql.users[instance]))

    def holds(self, key: str) -> dict[str, Tables]:
        """Return the content of a backup, by database."""
        return self._held[key][0]

    def _back_up(self, request: Request) -> _Json:
        name = self._sql.find(request.path["instance"])["name"]
        key = str(self._cloud.number())
        backup: _Json = {
            "kind": "sql#backupRun",
            "id": key,
            "instance": name,
            "type": "ON_DEMAND",
            "status": "ENQUEUED",
            "enqueuedTime": self._cloud.stamp,
            "description": request.body.get("description", ""),
        }

        def work() -> None:
            backup.update(status="SUCCESSFUL", endTime=self._cloud.stamp)
            self.hold(key, name)

        context = {"kind": "sql#backupContext", "backupId": key}
        begun = self._sql.begin("BACKUP_VOLUME", request, name, work, backupContext=context)
        backup.update(startTime=self._cloud.stamp)
        backup["status"] = "RUNNING"
        if request.fails:
            self._cloud.later(lambda: backup.update(status="FAILED"))
        self.backups.setdefault(name, {})[key] = backup
        return begun

    def _get(self, request: Request) -> _Json:
        found = self.backups.get(request.path["instance"], {}).get(request.path["id"])
        if found is None:
            raise RefusalError(404, "there is no such backup", "backupRunDoesNotExist")
        return copy.deepcopy(found)

    def _list(self, request: Request) -> _Json:
        found = list(self.backups.get(request.path["instance"], {}).values())
        return {"kind": "sql#backupRunsList", "items": copy.deepcopy(found[::-1])}

    def _delete(self, request: Request) -> _Json:
        found = self._get(request)

        def work() -> None:
            del self.backups[found["instance"]][found["id"]]

        return self._sql.begin("DELETE_BACKUP", request, found["instance"], work)

    def _restore(self, request: Request) -> _Json:
        """Everything that the target holds is replaced."""
        target = self._sql.find(request.path["instance"])
        context = request.body.get("restoreBackupContext", {})
        source, key = context.get("instanceId", target["name"]), context.get("backupRunId", "")
        backup = self.backups.get(source, {}).get(key)
        if backup is None or backup["status"] != "SUCCESSFUL":
            raise RefusalError(404, "there is no such backup", "backupRunDoesNotExist")
        if target.get("replicaNames"):
            raise RefusalError(400, "delete the instance's replicas first", "invalidRequest")

        def work() -> None:
            data, users = copy.deepcopy(self._held[key])
            self._sql.data[target["name"]], self._sql.users[target["name"]] = data, users

        return self._sql.begin("RESTORE_VOLUME", request, target["name"], work)

    def _export(self, request: Request) -> _Json:
        instance = self._sql.find(request.path["instance"])
        context = request.body.get("exportContext", {})
        bucket, name = _place(context)
        (database,) = context.get("databases") or ["postgres"]

        def work() -> None:
            self._allowed(instance, bucket)
            if name in self._storage.buckets.get(bucket, {}):
                raise SqlError("ERROR_RDBMS", f"the file {name} exists already")
            if database not in self._sql.data[instance["name"]]:
                raise SqlError("ERROR_RDBMS", f'database "{database}" does not exist')
            text = dump(self._sql.data[instance["name"]][database]).encode()
            packed = gzip.compress(text, mtime=0) if name.endswith(".gz") else text
            self._storage.write(bucket, name, packed)

        return self._sql.begin("EXPORT", request, instance["name"], work, exportContext=context)

    def _import(self, request: Request) -> _Json:
        instance = self._sql.find(request.path["instance"])
        context = request.body.get("importContext", {})
        bucket, name = _place(context)
        if request.fails:  # in the middle: what was read before stays
            self._sql.data[instance["name"]][context["database"]] = {"users": 0}

        def work() -> None:
            self._allowed(instance, bucket)
            content = self._storage.content.get((bucket, name))
            databases = self._sql.data[instance["name"]]
            if content is None:
                raise SqlError("ERROR_RDBMS", f"there is no file {name}")
            text = (gzip.decompress(content) if name.endswith(".gz") else content).decode()
            tables = {table: rows.count("\n") for table, rows in _TABLE.findall(text)}
            present = databases.setdefault(context["database"], {})
            if twice := sorted(set(present) & set(tables)):
                raise SqlError("ERROR_RDBMS", f'relation "{twice[0]}" already exists')
            present.update(tables)

        return self._sql.begin("IMPORT", request, instance["name"], work, importContext=context)

    def _allowed(self, instance: _Json, bucket: str) -> None:
        email = instance["serviceAccountEmailAddress"]
        if not self._storage.allows(bucket, email):
            raise SqlError("ERROR_RDBMS", f"{email} does not have access to {bucket}")


def dump(tables: Tables) -> str:
    """Return the output of pg_dump, shortened."""
    rows = "".join(
        f"COPY public.{table} (id) FROM stdin;\n{_rows(count)}\\.\n"
        for table, count in sorted(tables.items())
    )
    return f"--\n-- PostgreSQL database dump\n--\n{rows}--\n{TRAILER}\n--\n"


def _place(context: _Json) -> tuple[str, str]:
    found = _URI.fullmatch(context.get("uri", ""))
    if found is None:
        raise RefusalError(400, "the uri must be gs://bucket/object", "invalid")
    return found[1], found[2]


def _rows(count: int) -> str:
    return "".join(f"{row}\n" for row in range(count))
