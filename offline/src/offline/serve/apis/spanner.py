"""Spanner: databases and their DDL.

Source: page "projects.instances.databases" of the API,
https://cloud.google.com/spanner/docs/reference/rest/v1/projects.instances.databases.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from offline.serve import resources
from offline.serve.changes import fill as fill_in
from offline.serve.errors import ApiError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_DATABASES = "spanner.projects.instances.databases"
_CREATE = re.compile(r"\s*CREATE\s+DATABASE\s+[`\"]?([\w-]+)[`\"]?\s*;?\s*", re.IGNORECASE)
_RETENTION = re.compile(
    r"ALTER\s+DATABASE.*version_retention_period\s*(?:=|TO)\s*['\"](\w+)['\"]", re.IGNORECASE
)


@answers(f"{_DATABASES}.create")
def _create(google: Google, request: Request) -> Resource:
    """Create the database that a statement names."""
    named = _CREATE.fullmatch(request.body.get("createStatement", ""))
    if named is None:
        raise ApiError(400, "Invalid create statement", "invalid")
    known = request.method.document.properties("Database")
    database = {name: value for name, value in request.body.items() if name in known}
    operation = resources.create(google, request, named[1], database)
    _run(google, f"{request.path}/{named[1]}", request.body.get("extraStatements", []))
    return operation


@answers(f"{_DATABASES}.updateDdl")
def _update(google: Google, request: Request) -> Resource:
    database = request.path.removesuffix("/ddl")
    google.find("spanner", database)
    _run(google, database, request.body.get("statements", []))
    return google.operations.reply(request, {})


@answers(f"{_DATABASES}.getDdl")
def _read(google: Google, request: Request) -> Resource:
    google.find("spanner", request.path.removesuffix("/ddl"))
    return dict(google.store.resources.get(("spanner", request.path), {}))


@answers(f"{_DATABASES}.patch")
def _patch(google: Google, request: Request) -> Resource:
    """Change a database; the fields of the mask lie next to it in the request."""
    held = google.find("spanner", request.path)
    held.update({name: value for name, value in request.body.items() if name != "name"})
    fill_in(google, request.method, request.path, held, created=False)
    return google.operations.reply(request, held)


def _run(google: Google, path: str, statements: Sequence[str]) -> None:
    """Keep statements, and set the option of a database that one of them sets."""
    ddl = google.store.resources.setdefault(("spanner", f"{path}/ddl"), {"statements": []})
    ddl["statements"] += [one for one in statements if not _RETENTION.match(one)]
    for period in filter(None, map(_RETENTION.match, statements)):
        google.find("spanner", path)["versionRetentionPeriod"] = period[1]
