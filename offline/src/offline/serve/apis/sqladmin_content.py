"""Cloud SQL: the databases and users of an instance."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from offline.serve.apis.sqladmin_state import SqlState
from offline.serve.changes import fill
from offline.serve.errors import ApiError

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource


class Content:
    """Databases and users; what is in them is `Sql.data` and `Sql.users`."""

    def __init__(self, google: Google, sql: SqlState) -> None:
        self._google, self._sql = google, sql
        for name, handler in {
            "databases.insert": self._insert_database,
            "databases.list": self._list_databases,
            "databases.patch": self._update_database,
            "databases.update": self._update_database,
            "databases.delete": self._delete_database,
            "users.list": self._list_users,
            "users.insert": self._insert_user,
            "users.update": self._update_user,
            "users.delete": self._delete_user,
        }.items():
            google.answers(f"sql.{name}", handler)

    def _insert_database(self, request: Request) -> Resource:
        instance, name = request.parameters["instance"], request.body["name"]
        path = f"{request.path}/{name}"
        if ("sqladmin", path) in self._google.store.resources:
            raise ApiError(409, f"database {name} already exists", "databaseAlreadyExists")

        def work() -> None:
            database = copy.deepcopy(request.body)
            self._google.store.resources["sqladmin", path] = database
            fill(self._google, request.method, path, database, created=True)
            self._sql.data.setdefault(instance, {}).setdefault(name, {})

        return self._sql.begin("CREATE_DATABASE", request, instance, work)

    def _list_databases(self, request: Request) -> Resource:
        name = self._sql.find(request.parameters["instance"])["name"]
        made = self._google.store.children("sqladmin", request.path)
        given = sorted(self._sql.data.get(name, {}).keys() - {one["name"] for one in made})
        others = [{"kind": "sql#database", "name": one, "instance": name} for one in given]
        return {"kind": "sql#databasesList", "items": [*made, *others]}

    def _update_database(self, request: Request) -> Resource:
        database = self._google.find("sqladmin", request.path)
        instance = request.parameters["instance"]
        return self._sql.begin(
            "UPDATE_DATABASE", request, instance, lambda: database.update(request.body)
        )

    def _delete_database(self, request: Request) -> Resource:
        self._google.find("sqladmin", request.path)
        instance = request.parameters["instance"]

        def work() -> None:
            self._google.store.remove("sqladmin", request.path)
            self._sql.data.get(instance, {}).pop(request.parameters["database"], None)

        return self._sql.begin("DELETE_DATABASE", request, instance, work)

    def _list_users(self, request: Request) -> Resource:
        name = self._sql.find(request.parameters["instance"])["name"]
        made = self._google.store.children("sqladmin", request.path)
        named = {one["name"] for one in made}
        given = [
            {"kind": "sql#user", "name": one, "instance": name, "host": ""}
            for one in sorted(self._sql.users.get(name, set()) - named)
        ]
        return {"kind": "sql#usersList", "items": [*made, *given]}

    def _insert_user(self, request: Request) -> Resource:
        instance, user = request.parameters["instance"], request.body
        held_by = self._sql.find(instance)
        name = _stored_name(held_by, user)
        host = user.get("host", "").replace("/", "%2F")
        path = f"{request.path}/{user['name']}" + (f"@{host}" if host else "")

        def work() -> None:
            held = self._google.store.resources["sqladmin", path] = copy.deepcopy(user)
            fill(self._google, request.method, path, held, created=True)
            held["instance"], held["name"] = instance, name
            self._sql.users.setdefault(instance, {"postgres"}).add(name)

        return self._sql.begin("CREATE_USER", request, instance, work)

    def _update_user(self, request: Request) -> Resource:
        held = self._google.find("sqladmin", self._user(request))

        def work() -> None:
            kept = {"name", "password", "etag"}
            held.update(copy.deepcopy({k: v for k, v in request.body.items() if k not in kept}))

        return self._sql.begin("UPDATE_USER", request, request.parameters["instance"], work)

    def _delete_user(self, request: Request) -> Resource:
        instance, path = request.parameters["instance"], self._user(request)

        def work() -> None:
            self._google.store.remove("sqladmin", path)
            others = self._google.store.children("sqladmin", request.path)
            name = request.query.get("name", "")
            if all(other["name"] != name for other in others):
                self._sql.users.get(instance, set()).discard(name)

        return self._sql.begin("DELETE_USER", request, instance, work)

    def _user(self, request: Request) -> str:
        """Return the path of the user that a request names; any host without one."""
        name, host = request.query.get("name", ""), request.query.get("host", "")
        for (api, path), held in self._google.store.resources.items():
            if (api, path.rpartition("/")[0]) == ("sqladmin", request.path) and (
                name in (held["name"], path.rpartition("/")[2])
                and host in ("", held.get("host", ""))
            ):
                return path
        return f"{request.path}/{name}"


def _stored_name(instance: Resource, user: Resource) -> str:
    """Return the name of a new user. MySQL has that of an IAM principal without its domain, but
    for groups (resourceSqlUserRead of the provider, 6.50.0).
    """
    name: str = user["name"]
    is_iam = user.get("type", "") in ("CLOUD_IAM_USER", "CLOUD_IAM_SERVICE_ACCOUNT")
    is_mysql = instance["databaseVersion"].startswith("MYSQL")
    return name.partition("@")[0] if is_iam and is_mysql else name
