"""What every part of a served Google knows: resources, time, and the numbers of projects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from offline.bucket.store import Store as Objects
from offline.provider_facts.ids import project_number
from offline.serve.errors import NotFoundError
from offline.serve.store import Resource, Store


class State:
    """Resources, time, and projects."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        store: Store | None = None,
        objects: Objects | None = None,
    ) -> None:
        """With a folder, everything is kept in it; `store` and `objects` are its own without."""
        self.folder = folder
        self.store = store or Store(folder and folder / "google.json")
        self.objects = objects
        """What Cloud Storage holds, where that is also somebody else's."""
        self.url = ""
        """Address of the server; what is made knows its own."""
        self.project = ""
        """Project of the request that is handled; empty between requests."""

    @property
    def now(self) -> datetime:
        """The time."""
        return datetime.now(UTC)

    @property
    def stamp(self) -> str:
        """The time as Google writes it."""
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def number(self, project: str) -> str:
        """Return the number of a project by its id or number."""
        if project.isdigit():
            return project
        return self.store.numbers.setdefault(project, project_number(project))

    def canonical(self, path: str) -> str:
        """Return a path with ids of projects where it has numbers.

        `projects/-/serviceAccounts/NAME@PROJECT...` gets the project of its service account, and
        numbers become known when their project is first named.
        """
        for project in re.findall(r"(?:^|/)projects/([a-z][a-z0-9:.-]+)(?=/|$)", path):
            self.number(project)
        known = {number: project for project, number in self.store.numbers.items()}

        def by_id(found: re.Match[str]) -> str:
            return f"{found[1]}projects/{known.get(found[2], found[2])}"

        path = re.sub(r"(^|/)projects/(\d+)(?=/|$|:)", by_id, path)
        account = re.search(r"(?:^|/)projects/-/serviceAccounts/[^@/]+@([a-z0-9-]+)\.iam", path)
        return path.replace("projects/-/", f"projects/{account[1]}/") if account else path

    def by_id(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """Return the parameters of a path with the id of a project that it names by its number."""
        return {
            name: self.canonical(f"projects/{value}").removeprefix("projects/")
            if name in {"project", "projectId"}
            else value
            for name, value in parameters.items()
        }

    def find(self, api: str, path: str) -> Resource:
        """Return a resource, by its name or its numeric id. Raises NotFoundError."""
        found = self.store.resources.get((api, path))
        parent, _, name = path.rpartition("/")
        if found is None and name.isdigit():
            children = self.store.children(api, parent)
            found = next((one for one in children if one.get("id") == name), None)
        if found is None:
            raise NotFoundError(path)
        return found
