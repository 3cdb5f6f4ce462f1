"""Cloud SQL: instances with their databases, users and backups; operations one at a time.

The name of a deleted instance is free at once (page "Delete instances",
https://cloud.google.com/sql/docs/postgres/delete-instance).
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from offline.serve.apis.sqladmin_backups import Backups
from offline.serve.apis.sqladmin_content import Content
from offline.serve.apis.sqladmin_state import Snapshot, SqlState, Tables
from offline.serve.changes import fill as fill_in
from offline.serve.errors import ApiError

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

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
    resource.setdefault("maintenanceVersion", f"{version}.R20250101.00_00")
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


class Sql(SqlState):
    """What the instances hold, and the operations on them."""

    def __init__(self, google: Google) -> None:
        super().__init__(google)
        self.backups = Backups(google, self)
        self.content = Content(google, self)
        for name, handler in {
            "instances.get": self._get,
            "instances.insert": self._insert,
            "instances.clone": self._clone,
            "instances.patch": self._patch,
            "instances.update": self._patch,
            "instances.delete": self._delete,
            "instances.promoteReplica": self._promote,
            "instances.restoreBackup": self._restore,
            "operations.get": self._get_operation,
            "operations.list": self._list_operations,
        }.items():
            google.answers(f"sql.{name}", handler)

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
        contents = self.contents(project)
        contents.data[name] = copy.deepcopy(data)
        contents.users[name] = {"postgres"}

    def _add(self, path: str, described: Resource) -> Resource:
        instance = copy.deepcopy(described) | {"name": path.rpartition("/")[2]}
        instance.setdefault("settings", {}).setdefault("tier", "db-custom-2-7680")
        self._google.store.resources["sqladmin", path] = instance
        document = _document()
        fill_in(self._google, document.by_id["sql.instances.insert"], path, instance, created=True)
        if source := instance.get("masterInstanceName"):
            replicas = self.find(source.rpartition(":")[2]).setdefault("replicaNames", [])
            replicas += [instance["name"]] if instance["name"] not in replicas else []
        return instance

    def _start(
        self,
        request: Request,
        name: str,
        described: Resource,
        kind: str,
        snapshot: Snapshot | None = None,
    ) -> Resource:
        """Begin to create an instance; it holds what the snapshot holds when it runs."""
        if name in self.instances:
            message = "The Cloud SQL instance already exists."
            raise ApiError(409, message, "instanceAlreadyExists")
        project = request.parameters["project"]
        instance = self._add(f"projects/{project}/instances/{name}", described)
        instance["state"] = "PENDING_CREATE"
        self.data[name], self.users[name] = {}, {"postgres"}

        def work() -> None:
            if snapshot:
                self.load(name, snapshot)
            instance["state"] = "RUNNABLE"

        operation = self.begin(kind, request, name, work)
        if request.fails:
            instance["state"] = "FAILED"
        return operation

    def _insert(self, request: Request) -> Resource:
        if not request.body.get("name") or not request.body.get("settings", {}).get("tier"):
            raise ApiError(400, "an instance needs a name and settings.tier", "required")
        return self._start(request, request.body["name"], request.body, "CREATE")

    def _restore(self, request: Request) -> Resource:
        """Restore a backup; one of the project creates an instance that is not there, with the
        settings of the backup or those of the request.
        """
        name, backup = request.parameters["instance"], request.body.get("backup")
        if name in self.instances or not backup:
            return self.backups.restore(request)
        key, _ = self.backups.of_project.find(backup)
        given, snapshot = request.body.get("restoreInstanceSettings", {}), self.backups.held[key]
        settings = {**snapshot.described["settings"], **given.get("settings", {})}
        described = {**_like(snapshot.described), **given, "settings": settings}
        return self._start(request, name, described, "CREATE", snapshot)

    def _clone(self, request: Request) -> Resource:
        context = request.body.get("cloneContext", {})
        snapshot = self._source(request.parameters["instance"], context)
        if not context.get("destinationInstanceName"):
            raise ApiError(400, "cloneContext.destinationInstanceName is required", "required")
        if context.get("pointInTime", "") > self._google.now.isoformat():
            raise ApiError(400, "The point in time is in the future.", "invalid")
        name, described = context["destinationInstanceName"], _like(snapshot.described)
        return self._start(request, name, described, "CLONE", snapshot)

    def _source(self, name: str, context: Resource) -> Snapshot:
        """Return what is cloned; of a deleted instance, the time of its deletion names it."""
        deletion = context.get("sourceInstanceDeletionTime")
        if deletion and deletion == self.backups.of_project.deletion_of(name):
            return self.backups.of_project.newest_of(name)
        return self.snapshot(name)

    def _promote(self, request: Request) -> Resource:
        replica = self.find(request.parameters["instance"])
        if "masterInstanceName" not in replica:
            raise ApiError(400, "The instance is not a read replica.", "invalidRequest")

        def work() -> None:
            source = self.instances.get(replica.pop("masterInstanceName").rpartition(":")[2])
            if source:
                names = source.get("replicaNames", [])
                left = [one for one in names if one != replica["name"]]
                source["replicaNames"] = left
                if not self.data.get(replica["name"]):
                    self.load(replica["name"], self.snapshot(source["name"]))
            replica["instanceType"] = "CLOUD_SQL_INSTANCE"

        return self.begin("PROMOTE_REPLICA", request, replica["name"], work)

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
            fill_in(self._google, request.method, path, instance, created=False)

        return self.begin("UPDATE", request, instance["name"], work)

    def _delete(self, request: Request) -> Resource:
        name = request.parameters["instance"]
        instance = self.find(name)
        if instance["settings"].get("deletionProtectionEnabled"):
            raise ApiError(400, "The instance is protected against deletion.", "invalidRequest")
        if instance.get("replicaNames"):
            raise ApiError(400, "The instance has replicas.", "invalidRequest")

        def work() -> None:
            self.backups.of_project.retire(instance, request)
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
        found = self.operations_of(request.query.get("instance"))
        return {"kind": "sql#operationsList", "items": copy.deepcopy(found[::-1])}


def _like(source: Resource) -> Resource:
    """Return what a new instance has of another one."""
    return {k: v for k, v in source.items() if k not in _ITS_OWN}


def _document() -> Any:
    from offline.serve.discovery import documents  # noqa: PLC0415

    return next(one for one in documents("sqladmin") if one.version == "v1")


attach = Sql
