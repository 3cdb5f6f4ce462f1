"""What exists in a served Google: resources and IAM policies, in memory or in a file."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

from offline.problems import read_json

Resource = dict[str, Any]
Key = tuple[str, str]
"""API, and path without its version."""


class Store:
    """Resources and IAM policies by API and path, and a counter for IDs.

    With a file, `save` writes everything to it, and a later Store reads it. The file is replaced
    as a whole: if the process is killed, either the old or the new file exists.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self.resources: dict[Key, Resource] = {}
        self.policies: dict[Key, Resource] = {}
        self.enabled: dict[str, list[str]] = {}
        """Enabled services by project."""
        self.numbers: dict[str, str] = {}
        """Project numbers by project."""
        self.generation = 0
        """Grows with each request that may have changed something."""
        self._serial = 1000
        if file is not None and file.is_file():
            held = read_json(file)
            self._serial = held["serial"]
            self.enabled, self.numbers = held["enabled"], held["numbers"]
            self.resources = {(api, path): value for api, path, value in held["resources"]}
            self.policies = {(api, path): value for api, path, value in held["policies"]}

    def serial(self) -> int:
        """Return a number that was not given out before."""
        self._serial += 1
        return self._serial

    def save(self) -> None:
        """Write everything to the file, if there is one."""
        if self._file is None:
            return
        held = {
            "serial": self._serial,
            "enabled": self.enabled,
            "numbers": self.numbers,
            "resources": [[*key, value] for key, value in self.resources.items()],
            "policies": [[*key, value] for key, value in self.policies.items()],
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_name(f"{self._file.name}.{os.getpid()}.new")
        new.write_text(json.dumps(held), "utf-8")
        new.replace(self._file)

    def children(self, api: str, parent: str, *, everything: bool = False) -> list[Resource]:
        """Return the resources of a collection, in the order of their creation.

        A `-` in the path of the parent stands for any name. With `everything`, resources further
        down are included.
        """
        wanted = re.escape(parent).replace(r"/\-", "/[^/]+")
        pattern = re.compile(wanted + ("/.+" if everything else "/[^/]+"))
        return [
            value
            for (of, path), value in self.resources.items()
            if of == api and pattern.fullmatch(path)
        ]

    def remove(self, api: str, path: str) -> None:
        """Remove a resource with everything below it, and their IAM policies."""
        for held in (self.resources, self.policies):
            gone = [
                k for k in held if k[0] == api and (k[1] == path or k[1].startswith(f"{path}/"))
            ]
            for key in gone:
                del held[key]


class View(MutableMapping[str, Resource]):
    """The resources of one API whose path fits a pattern, by path."""

    def __init__(self, store: Store, api: str, pattern: str) -> None:
        self._store, self._api, self._pattern = store, api, re.compile(pattern)

    def __getitem__(self, path: str) -> Resource:
        return self._store.resources[self._api, path]

    def __setitem__(self, path: str, value: Resource) -> None:
        self._store.resources[self._api, path] = value

    def __delitem__(self, path: str) -> None:
        del self._store.resources[self._api, path]

    def __iter__(self) -> Iterator[str]:
        held = list(self._store.resources)
        return (path for api, path in held if api == self._api and self._pattern.fullmatch(path))

    def __len__(self) -> int:
        return sum(1 for _ in self)
