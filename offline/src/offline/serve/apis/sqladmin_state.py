"""Cloud SQL: what the instances hold, and operations on them, one at a time."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from offline.serve.errors import ApiError

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

Tables = dict[str, int]
"""What is in a database: rows by table."""


@dataclass(frozen=True)
class Snapshot:
    """What an instance is and holds at some time."""

    described: Resource
    data: dict[str, Tables]
    """Tables by database."""
    users: set[str]
    below: dict[str, Resource]
    """Databases and users that were created by requests, by their paths below the instance."""


@dataclass
class Contents:
    """What the instances of one project hold, by their short names."""

    data: dict[str, dict[str, Tables]] = field(default_factory=dict)
    """Tables by database."""
    users: dict[str, set[str]] = field(default_factory=dict)
    runs: dict[str, dict[str, Resource]] = field(default_factory=dict)
    """Backups of existing instances, by id."""
    retained: dict[str, dict[str, Resource]] = field(default_factory=dict)
    """Backups that outlive their instance, by id."""
    deletions: dict[str, str] = field(default_factory=dict)
    """Times of deletions."""


class SqlState:
    """The instances, what they hold, and their operations."""

    def __init__(self, google: Google) -> None:
        self._google = google
        self._contents: dict[str, Contents] = defaultdict(Contents)
        self.operations: dict[str, Resource] = {}
        """By name, in the order of their beginning."""

    def contents(self, project: str = "") -> Contents:
        """Return what the instances of a project hold; without one, that of the request or the
        first.
        """
        numbers = self._google.store.numbers
        return self._contents[project or self._google.project or next(iter(numbers), "")]

    @property
    def data(self) -> dict[str, dict[str, Tables]]:
        """What each instance holds, by database."""
        return self.contents().data

    @property
    def users(self) -> dict[str, set[str]]:
        """The names of the users of each instance."""
        return self.contents().users

    @property
    def instances(self) -> dict[str, Resource]:
        """The instances by their short names: those of the project of a request, else all."""
        project = self._google.project
        within = f"projects/{project}/" if project else ""
        return {
            path.rpartition("/")[2]: one
            for (api, path), one in self._google.store.resources.items()
            if api == "sqladmin" and path.split("/")[-2] == "instances" and path.startswith(within)
        }

    def find(self, name: str) -> Resource:
        """Return an instance. Raises ApiError (404)."""
        found = self.instances.get(name)
        if found is None:
            message = "The Cloud SQL instance does not exist."
            raise ApiError(404, message, "instanceDoesNotExist")
        return found

    def snapshot(self, name: str) -> Snapshot:
        """Return what an instance is and holds now. Raises ApiError (404)."""
        described, start = self.find(name), f"{self.path(name)}/"
        below = {
            path.removeprefix(start): one
            for (api, path), one in self._google.store.resources.items()
            if api == "sqladmin" and path.startswith(start)
        }
        held = Snapshot(described, self.data.get(name, {}), self.users.get(name, set()), below)
        return copy.deepcopy(held)

    def load(self, name: str, snapshot: Snapshot) -> None:
        """Let an instance hold what a snapshot holds, and nothing else."""
        held, path = copy.deepcopy(snapshot), self.path(name)
        self.data[name], self.users[name] = held.data, held.users
        for kind in ("databases", "users"):
            self._google.store.remove("sqladmin", f"{path}/{kind}")
        for below, resource in held.below.items():
            self._google.store.resources["sqladmin", f"{path}/{below}"] = resource
            resource["instance"] = name

    def path(self, name: str) -> str:
        """Return the path of an instance. Raises ApiError (404)."""
        return f"projects/{self.find(name)['project']}/instances/{name}"

    def operations_of(self, name: str | None) -> list[Resource]:
        """Return the operations on an instance of the project, or on all without a name."""
        return [
            one
            for one in self.operations.values()
            if name in {None, one["targetId"]} and one["targetProject"] == self._google.project
        ]

    def begin(
        self, kind: str, request: Request, name: str, work: Callable[[], None], **more: Any
    ) -> Resource:
        """Begin work on an instance: one operation at a time. Raises ApiError (409)."""
        project = self._google.project
        if any(one["status"] != "DONE" for one in self.operations_of(name)):
            message = "Operation failed because another operation was already in progress."
            raise ApiError(409, message, "operationInProgress")

        def done() -> None:
            before, self._google.project = self._google.project, project
            try:
                work()
            finally:
                self._google.project = before

        begun = self._google.operations.begin(
            request, done, operationType=kind, targetId=name, **more
        )
        held = self._google.operations.held[begun["name"]]
        self.operations[begun["name"]] = held
        return begun
