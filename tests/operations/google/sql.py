"""Cloud SQL: instances, their databases and users, and the operations on them, one at a time."""

import copy
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.operations.google.cloud import Cloud, RefusalError, Request

Tables = dict[str, int]
"""What is in a database: rows by table."""
_Json = dict[str, Any]


_ITS_OWN = {"replicaNames", "ipAddresses", "serviceAccountEmailAddress"}
"""What a clone does not have from its source."""


class SqlError(Exception):
    """Work ended with an error; `code` is Google's word for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class Sql:
    """The instances of one project, and what is in them."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.instances: dict[str, _Json] = {}
        self.data: dict[str, dict[str, Tables]] = {}
        """What each instance holds, by database."""
        self.users: dict[str, set[str]] = {}
        self.operations: dict[str, _Json] = {}
        """By name, in the order of their beginning."""
        self.deleted: dict[str, datetime] = {}
        """When an instance was deleted, by the name that nobody may take for a week."""
        for name, handler in {
            "instances.get": self._get,
            "instances.list": self._list,
            "instances.insert": self._insert,
            "instances.clone": self._clone,
            "instances.patch": self._patch,
            "instances.delete": self._delete,
            "operations.get": self._get_operation,
            "operations.list": self._list_operations,
            "databases.insert": self._insert_database,
            "databases.list": self._list_databases,
            "users.list": self._list_users,
        }.items():
            cloud.answers(f"sql.{name}", handler)

    def create(self, name: str, data: dict[str, Tables], *, replica_of: str = "") -> None:
        """Create an instance that runs, with what it holds."""
        self._add(name, {"region": "us-central1", "databaseVersion": "POSTGRES_15"})
        self.instances[name]["state"] = "RUNNABLE"
        self.data[name] = copy.deepcopy(data)
        self.users[name] = {"postgres"}
        if replica_of:
            self.instances[name]["masterInstanceName"] = replica_of
            self.instances[replica_of].setdefault("replicaNames", []).append(name)

    def find(self, name: str) -> _Json:
        """Return an instance, or raise RefusalError if there is none."""
        if name not in self.instances:
            raise RefusalError(
                404, "The Cloud SQL instance does not exist.", "instanceDoesNotExist"
            )
        return self.instances[name]

    def begin(
        self, kind: str, request: Request, name: str, work: Callable[[], None], **more: Any
    ) -> _Json:
        """Begin work on an instance, unless other work on it goes on."""
        for one in self.operations.values():
            if one["targetId"] == name and one["status"] != "DONE":
                raise RefusalError(
                    409,
                    "Operation failed because another operation was already in progress.",
                    "operationInProgress",
                )
        operation: _Json = {
            "kind": "sql#operation",
            "name": f"operation-{self._cloud.number():08x}",
            "operationType": kind,
            "status": "PENDING",
            "targetId": name,
            "targetProject": request.path["project"],
            "insertTime": self._cloud.stamp,
            **more,
        }
        self.operations[operation["name"]] = operation

        def end() -> None:
            operation.update(status="DONE", endTime=self._cloud.stamp)
            try:
                if request.fails:
                    raise SqlError("INTERNAL_ERROR", "internal error")
                work()
            except SqlError as error:
                errors = [{"code": error.code, "message": error.message}]
                operation["error"] = {"errors": errors}

        self._cloud.later(end)
        return copy.deepcopy(operation)

    def _add(self, name: str, described: _Json) -> None:
        self.instances[name] = {
            "kind": "sql#instance",
            "instanceType": "CLOUD_SQL_INSTANCE",
            "backendType": "SECOND_GEN",
            "settings": {"tier": "db-custom-2-7680"},
            **copy.deepcopy(described),
            "name": name,
            "state": "PENDING_CREATE",
            "createTime": self._cloud.stamp,
            "serviceAccountEmailAddress": f"{name}@gcp-sa-cloud-sql.iam.gserviceaccount.com",
            "ipAddresses": [{"type": "PRIVATE", "ipAddress": f"10.0.0.{self._cloud.number()}"}],
        }

    def _start(self, request: Request, name: str, described: _Json, kind: str, data: Any) -> _Json:
        """Begin to create an instance; `data` gives what it holds when it runs."""
        gone = self.deleted.get(name)
        if name in self.instances or (gone and (self._cloud.now - gone).days < 7):
            raise RefusalError(
                409,
                "The Cloud SQL instance already exists, or its name was used in the last week.",
                "instanceAlreadyExists",
            )
        self._add(name, described)
        self.data[name], self.users[name] = {}, {"postgres"}

        def work() -> None:
            self.data[name] = copy.deepcopy(data())
            self.instances[name]["state"] = "RUNNABLE"

        operation = self.begin(kind, request, name, work)
        if request.fails:
            self.instances[name]["state"] = "FAILED"
        return operation

    def _insert(self, request: Request) -> _Json:
        if not request.body.get("name") or not request.body.get("settings", {}).get("tier"):
            raise RefusalError(400, "an instance needs a name and settings.tier", "required")
        return self._start(request, request.body["name"], request.body, "CREATE", dict)

    def _clone(self, request: Request) -> _Json:
        source = self.find(request.path["instance"])
        context = request.body.get("cloneContext", {})
        if not context.get("destinationInstanceName"):
            raise RefusalError(400, "cloneContext.destinationInstanceName is required", "required")
        described = {k: v for k, v in source.items() if k not in _ITS_OWN}
        if context.get("pointInTime", "") > self._cloud.now.isoformat():
            raise RefusalError(400, "The point in time is in the future.", "invalid")
        held = copy.deepcopy(self.data[source["name"]])
        users = set(self.users[source["name"]])
        name = context["destinationInstanceName"]
        operation = self._start(request, name, described, "CLONE", lambda: held)
        self.users[name] = users
        return operation

    def _patch(self, request: Request) -> _Json:
        instance = self.find(request.path["instance"])

        def work() -> None:
            settings = {**instance["settings"], **request.body.get("settings", {})}
            instance.update({**request.body, "settings": settings})

        return self.begin("UPDATE", request, instance["name"], work)

    def _delete(self, request: Request) -> _Json:
        name = request.path["instance"]
        instance = self.find(name)
        if instance["settings"].get("deletionProtectionEnabled"):
            raise RefusalError(400, "The instance is protected against deletion.", "invalidRequest")
        if instance.get("replicaNames"):
            raise RefusalError(400, "The instance has replicas.", "invalidRequest")

        def work() -> None:
            self.deleted[name] = self._cloud.now
            del self.instances[name], self.data[name]

        return self.begin("DELETE", request, name, work)

    def _get(self, request: Request) -> _Json:
        return copy.deepcopy(self.find(request.path["instance"]))

    def _list(self, request: Request) -> _Json:  # noqa: ARG002
        return {"kind": "sql#instancesList", "items": copy.deepcopy(list(self.instances.values()))}

    def _get_operation(self, request: Request) -> _Json:
        found = self.operations.get(request.path["operation"])
        if found is None:
            raise RefusalError(404, "there is no such operation", "operationDoesNotExist")
        return copy.deepcopy(found)

    def _list_operations(self, request: Request) -> _Json:
        wanted = request.query.get("instance")
        found = [one for one in self.operations.values() if wanted in {None, one["targetId"]}]
        return {"kind": "sql#operationsList", "items": copy.deepcopy(found[::-1])}

    def _insert_database(self, request: Request) -> _Json:
        instance, name = request.path["instance"], request.body["name"]
        if name in self.data[self.find(instance)["name"]]:
            raise RefusalError(409, f"database {name} already exists", "databaseAlreadyExists")

        def work() -> None:
            self.data[instance][name] = {}

        return self.begin("CREATE_DATABASE", request, instance, work)

    def _list_databases(self, request: Request) -> _Json:
        name = self.find(request.path["instance"])["name"]
        found = [{"kind": "sql#database", "name": one, "instance": name} for one in self.data[name]]
        return {"kind": "sql#databasesList", "items": found}

    def _list_users(self, request: Request) -> _Json:
        name = self.find(request.path["instance"])["name"]
        found = [{"kind": "sql#user", "name": one} for one in sorted(self.users[name])]
        return {"kind": "sql#usersList", "items": found}
