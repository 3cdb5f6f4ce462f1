"""Cloud SQL: instances with their databases, users and backups; operations one at a time.

Names of deleted instances stay reserved for a week (page "Delete instances",
https://cloud.google.com/sql/docs/postgres/delete-instance).
"""

from __future__ import annotations

import copy
import gzip
import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from offline.serve import resources
from offline.serve.errors import ApiError
from offline.serve.operations import WorkFailedError

if TYPE_CHECKING:
    from offline.serve.google import Google, Request
    from offline.serve.store import Resource

Tables = dict[str, int]
"""What is in a database: rows by table."""
TRAILER = "-- PostgreSQL database dump complete"
_TABLE = re.compile(r"^COPY public\.(\w+) .*\n((?:\d+\n)*)\\\.$", re.MULTILINE)
_URI = re.compile(r"gs://([^/]+)/(.+)")
_ITS_OWN = {"connectionName", "ipAddresses", "replicaNames", "serviceAccountEmailAddress"}
"""What a clone does not have from its source."""


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: FBT001
    """Fill in what depends on the place of an instance, and on what it belongs to."""
    kind, name = path.split("/")[-2:]
    if kind != "instances":
        resource["instance"] = path.split("/")[3]
        return
    region = resource.get("region", "")
    resource.setdefault("connectionName", f"{resource['project']}:{region}:{name}")
    resource.setdefault("gceZone", f"{region}-a")
    version = resource.get("databaseVersion", "")
    resource.setdefault("databaseInstalledVersion", f"{version}_1")
    is_replica = "masterInstanceName" in resource
    resource["instanceType"] = "READ_REPLICA_INSTANCE" if is_replica else "CLOUD_SQL_INSTANCE"
    resource["selfLink"] = f"https://sqladmin.googleapis.com/sql/v1beta4/{path}"
    settings = resource["settings"]
    settings["settingsVersion"] = str(google.store.serial())
    settings.setdefault(
        "locationPreference", {"kind": "sql#locationPreference", "zone": resource["gceZone"]}
    )
    if created:
        network = settings.get("ipConfiguration", {})
        address = f"10.64.0.{google.store.serial() % 250 + 2}"
        private = {"type": "PRIVATE", "ipAddress": address}
        public = {"type": "PRIMARY", "ipAddress": f"203.0.113.{google.store.serial() % 250 + 2}"}
        has_both = network.get("ipv4Enabled") and network.get("privateNetwork")
        only = private if network.get("privateNetwork") else public
        resource.setdefault("ipAddresses", [public, private] if has_both else [only])


class Sql:
    """What the instances hold, and the operations on them."""

    def __init__(self, google: Google) -> None:
        self._google = google
        self.data: dict[str, dict[str, Tables]] = {}
        """What each instance holds, by database."""
        self.users: dict[str, set[str]] = {}
        self.operations: dict[str, Resource] = {}
        """By name, in the order of their beginning."""
        self.deleted: dict[str, datetime] = {}
        """When an instance was deleted, by the name that nobody may take for a week."""
        self.backups = Backups(google, self)
        for name, handler in {
            "instances.get": self._get,
            "instances.insert": self._insert,
            "instances.clone": self._clone,
            "instances.patch": self._patch,
            "instances.update": self._patch,
            "instances.delete": self._delete,
            "operations.get": self._get_operation,
            "operations.list": self._list_operations,
            "databases.insert": self._insert_database,
            "databases.list": self._list_databases,
            "databases.delete": self._delete_database,
            "users.list": self._list_users,
            "users.insert": self._insert_user,
            "users.update": self._update_user,
            "users.delete": self._delete_user,
        }.items():
            google.answers(f"sql.{name}", handler)

    @property
    def instances(self) -> dict[str, Resource]:
        """The instances by their short names."""
        return {
            path.rpartition("/")[2]: one
            for (api, path), one in self._google.store.resources.items()
            if api == "sqladmin" and path.split("/")[-2] == "instances"
        }

    def create(
        self, name: str, data: dict[str, Tables], *, project: str = "", replica_of: str = ""
    ) -> None:
        """Create an instance that runs, with what it holds, in the first project by default."""
        project = project or next(iter(self._google.store.numbers))
        network = f"projects/{project}/global/networks/default"
        described: Resource = {
            "region": "us-central1",
            "databaseVersion": "POSTGRES_15",
            "settings": {"ipConfiguration": {"ipv4Enabled": False, "privateNetwork": network}},
        }
        if replica_of:
            described["masterInstanceName"] = replica_of
        self._add(f"projects/{project}/instances/{name}", described)
        self.data[name] = copy.deepcopy(data)
        self.users[name] = {"postgres"}

    def find(self, name: str) -> Resource:
        """Return an instance. Raises ApiError (404)."""
        found = self.instances.get(name)
        if found is None:
            message = "The Cloud SQL instance does not exist."
            raise ApiError(404, message, "instanceDoesNotExist")
        return found

    def begin(
        self, kind: str, request: Request, name: str, work: Callable[[], None], **more: Any
    ) -> Resource:
        """Begin work on an instance: one operation at a time. Raises ApiError (409)."""
        busy = [one for one in self.operations.values() if one["targetId"] == name]
        if any(one["status"] != "DONE" for one in busy):
            message = "Operation failed because another operation was already in progress."
            raise ApiError(409, message, "operationInProgress")

        def done() -> None:
            work()

        begun = self._google.operations.begin(
            request, done, operationType=kind, targetId=name, **more
        )
        held = self._google.operations.held[begun["name"]]
        self.operations[begun["name"]] = held
        return begun

    def _add(self, path: str, described: Resource) -> Resource:
        instance = copy.deepcopy(described) | {"name": path.rpartition("/")[2]}
        instance.setdefault("settings", {}).setdefault("tier", "db-custom-2-7680")
        self._google.store.resources["sqladmin", path] = instance
        document = _document()
        resources.fill(
            self._google, document.by_id["sql.instances.insert"], path, instance, created=True
        )
        if source := instance.get("masterInstanceName"):
            replicas = self.find(source.rpartition(":")[2]).setdefault("replicaNames", [])
            replicas += [instance["name"]] if instance["name"] not in replicas else []
        return instance

    def _start(
        self, request: Request, name: str, described: Resource, kind: str, data: Callable[[], Any]
    ) -> Resource:
        """Begin to create an instance; `data` gives what it holds when it runs."""
        gone = self.deleted.get(name)
        if name in self.instances or (gone and (self._google.now - gone).days < 7):
            raise ApiError(
                409,
                "The Cloud SQL instance already exists, or its name was used in the last week.",
                "instanceAlreadyExists",
            )
        project = request.parameters["project"]
        instance = self._add(f"projects/{project}/instances/{name}", described)
        instance["state"] = "PENDING_CREATE"
        self.data[name], self.users[name] = {}, {"postgres"}

        def work() -> None:
            self.data[name] = copy.deepcopy(data())
            instance["state"] = "RUNNABLE"

        operation = self.begin(kind, request, name, work)
        if request.fails:
            instance["state"] = "FAILED"
        return operation

    def _insert(self, request: Request) -> Resource:
        if not request.body.get("name") or not request.body.get("settings", {}).get("tier"):
            raise ApiError(400, "an instance needs a name and settings.tier", "required")
        return self._start(request, request.body["name"], request.body, "CREATE", dict)

    def _clone(self, request: Request) -> Resource:
        source = self.find(request.parameters["instance"])
        context = request.body.get("cloneContext", {})
        if not context.get("destinationInstanceName"):
            raise ApiError(400, "cloneContext.destinationInstanceName is required", "required")
        described = {k: v for k, v in source.items() if k not in _ITS_OWN}
        if context.get("pointInTime", "") > self._google.now.isoformat():
            raise ApiError(400, "The point in time is in the future.", "invalid")
        held = copy.deepcopy(self.data[source["name"]])
        users = set(self.users[source["name"]])
        name = context["destinationInstanceName"]
        operation = self._start(request, name, described, "CLONE", lambda: held)
        self.users[name] = users
        return operation

    def _patch(self, request: Request) -> Resource:
        instance = self.find(request.parameters["instance"])
        is_whole = request.method.verb == "PUT"

        def work() -> None:
            settings = {
                **({} if is_whole else instance["settings"]),
                **request.body.get("settings", {}),
            }
            instance.update({**request.body, "settings": settings})
            path = f"projects/{request.parameters['project']}/instances/{instance['name']}"
            resources.fill(self._google, request.method, path, instance, created=False)

        return self.begin("UPDATE", request, instance["name"], work)

    def _delete(self, request: Request) -> Resource:
        name = request.parameters["instance"]
        instance = self.find(name)
        if instance["settings"].get("deletionProtectionEnabled"):
            raise ApiError(400, "The instance is protected against deletion.", "invalidRequest")
        if instance.get("replicaNames"):
            raise ApiError(400, "The instance has replicas.", "invalidRequest")

        def work() -> None:
            self.deleted[name] = self._google.now
            self._google.store.remove("sqladmin", request.path)
            self.data.pop(name, None)
            source = self.instances.get(str(instance.get("masterInstanceName")).rpartition(":")[2])
            if source:
                left = [one for one in source.get("replicaNames", []) if one != name]
                source["replicaNames"] = left

        return self.begin("DELETE", request, name, work)

    def _get(self, request: Request) -> Resource:
        return copy.deepcopy(self.find(request.parameters["instance"]))

    def _get_operation(self, request: Request) -> Resource:
        found = self.operations.get(request.parameters["operation"])
        if found is None:
            raise ApiError(404, "there is no such operation", "operationDoesNotExist")
        return copy.deepcopy(found)

    def _list_operations(self, request: Request) -> Resource:
        wanted = request.query.get("instance")
        found = [one for one in self.operations.values() if wanted in {None, one["targetId"]}]
        return {"kind": "sql#operationsList", "items": copy.deepcopy(found[::-1])}

    def _insert_database(self, request: Request) -> Resource:
        instance, name = request.parameters["instance"], request.body["name"]
        path = f"{request.path}/{name}"
        if path in self._paths(f"{request.path}/"):
            raise ApiError(409, f"database {name} already exists", "databaseAlreadyExists")
        self.find(instance)

        def work() -> None:
            database = copy.deepcopy(request.body)
            self._google.store.resources["sqladmin", path] = database
            resources.fill(self._google, request.method, path, database, created=True)
            self.data.setdefault(instance, {}).setdefault(name, {})

        return self.begin("CREATE_DATABASE", request, instance, work)

    def _list_databases(self, request: Request) -> Resource:
        name = self.find(request.parameters["instance"])["name"]
        made = self._google.store.children("sqladmin", request.path)
        given = sorted(self.data.get(name, {}).keys() - {one["name"] for one in made})
        others = [{"kind": "sql#database", "name": one, "instance": name} for one in given]
        return {"kind": "sql#databasesList", "items": [*made, *others]}

    def _delete_database(self, request: Request) -> Resource:
        self._google.find("sqladmin", request.path)
        instance = request.parameters["instance"]

        def work() -> None:
            self._google.store.remove("sqladmin", request.path)
            self.data.get(instance, {}).pop(request.parameters["database"], None)

        return self.begin("DELETE_DATABASE", request, instance, work)

    def _list_users(self, request: Request) -> Resource:
        name = self.find(request.parameters["instance"])["name"]
        made = self._google.store.children("sqladmin", request.path)
        named = {one["name"] for one in made}
        given = [
            {"kind": "sql#user", "name": one, "instance": name, "host": ""}
            for one in sorted(self.users.get(name, set()) - named)
        ]
        return {"kind": "sql#usersList", "items": [*made, *given]}

    def _insert_user(self, request: Request) -> Resource:
        instance, user = request.parameters["instance"], request.body
        self.find(instance)
        path = f"{request.path}/{user['name']}"

        def work() -> None:
            held = self._google.store.resources["sqladmin", path] = copy.deepcopy(user)
            resources.fill(self._google, request.method, path, held, created=True)
            held["instance"], held["name"] = instance, user["name"]
            self.users.setdefault(instance, {"postgres"}).add(user["name"])

        return self.begin("CREATE_USER", request, instance, work)

    def _update_user(self, request: Request) -> Resource:
        instance, name = request.parameters["instance"], request.query.get("name", "")
        held = self._google.find("sqladmin", f"{request.path}/{name}")

        def work() -> None:
            changes = {k: v for k, v in request.body.items() if k not in {"password", "etag"}}
            held.update(copy.deepcopy(changes))

        return self.begin("UPDATE_USER", request, instance, work)

    def _delete_user(self, request: Request) -> Resource:
        instance, name = request.parameters["instance"], request.query.get("name", "")

        def work() -> None:
            self._google.store.remove("sqladmin", f"{request.path}/{name}")
            self.users.get(instance, set()).discard(name)

        return self.begin("DELETE_USER", request, instance, work)

    def _paths(self, prefix: str) -> set[str]:
        held = self._google.store.resources
        return {path for api, path in held if api == "sqladmin" and path.startswith(prefix)}


class Backups:
    """Backups by instance, and dumps in Cloud Storage."""

    def __init__(self, google: Google, sql: Sql) -> None:
        self._google, self._sql = google, sql
        self.backups: dict[str, dict[str, Resource]] = {}
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
            google.answers(f"sql.{name}", handler)

    def hold(self, key: str, instance: str) -> None:
        """Let a backup hold what an instance holds now."""
        self._held[key] = copy.deepcopy((self._sql.data[instance], self._sql.users[instance]))

    def holds(self, key: str) -> dict[str, Tables]:
        """Return the content of a backup, by database."""
        return self._held[key][0]

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
        found = list(self.backups.get(request.parameters["instance"], {}).values())
        return {"kind": "sql#backupRunsList", "items": copy.deepcopy(found[::-1])}

    def _delete(self, request: Request) -> Resource:
        found = self._get(request)

        def work() -> None:
            del self.backups[found["instance"]][found["id"]]

        return self._sql.begin("DELETE_BACKUP", request, found["instance"], work)

    def _restore(self, request: Request) -> Resource:
        """Everything that the target holds is replaced."""
        target = self._sql.find(request.parameters["instance"])
        context = request.body.get("restoreBackupContext", {})
        source, key = context.get("instanceId", target["name"]), context.get("backupRunId", "")
        backup = self.backups.get(source, {}).get(key)
        if backup is None or backup["status"] != "SUCCESSFUL":
            raise ApiError(404, "there is no such backup", "backupRunDoesNotExist")
        if target.get("replicaNames"):
            raise ApiError(400, "delete the instance's replicas first", "invalidRequest")

        def work() -> None:
            data, users = copy.deepcopy(self._held[key])
            self._sql.data[target["name"]], self._sql.users[target["name"]] = data, users

        return self._sql.begin("RESTORE_VOLUME", request, target["name"], work)

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
    """Return the output of pg_dump, shortened."""
    rows = "".join(
        f"COPY public.{table} (id) FROM stdin;\n{_rows(count)}\\.\n"
        for table, count in sorted(tables.items())
    )
    return f"--\n-- PostgreSQL database dump\n--\n{rows}--\n{TRAILER}\n--\n"


def _document() -> Any:
    from offline.serve.discovery import documents  # noqa: PLC0415

    return next(one for one in documents("sqladmin") if one.version == "v1")


def _place(context: Resource) -> tuple[str, str]:
    found = _URI.fullmatch(context.get("uri", ""))
    if found is None:
        raise ApiError(400, "the uri must be gs://bucket/object", "invalid")
    return found[1], found[2]


def _rows(count: int) -> str:
    return "".join(f"{row}\n" for row in range(count))


attach = Sql
