"""Cloud Logging: the buckets that every project has, and the identities of sinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.serve import resources
from offline.serve.errors import NotFoundError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_GIVEN = {"_Default": 30, "_Required": 400}
"""Days of retention by bucket (page "Log buckets", https://cloud.google.com/logging/docs/buckets)."""
_SHARED = "serviceAccount:cloud-logs@system.gserviceaccount.com"
"""Writer of the sinks of a project without a writer of their own (nonUniqueWriterAccount in
google/services/logging/resource_logging_project_sink.go of the provider)."""


@answers("logging.projects.sinks.create")
def _create_sink(google: Google, request: Request) -> Resource:
    """Create a sink with the writer that the query asks for.

    Source: page "projects.sinks.create" of the Cloud Logging reference, uniqueWriterIdentity.
    """
    writer = request.query.get("customWriterIdentity")
    if not writer and not request.query.get("uniqueWriterIdentity"):
        writer = _SHARED
    body = {**request.body, **({"writerIdentity": writer} if writer else {})}
    return resources.create(google, request, body=body)


@answers("logging.projects.sinks.patch", "logging.projects.sinks.update")
def _update_sink(google: Google, request: Request) -> Resource:
    """Change a sink, which gets a writer of its own if the query asks for one."""
    held = google.find("logging", request.path)
    if writer := request.query.get("customWriterIdentity"):
        held["writerIdentity"] = writer
    elif request.query.get("uniqueWriterIdentity") and held.get("writerIdentity") == _SHARED:
        del held["writerIdentity"]
    return resources.update(google, request)


@answers("logging.projects.locations.buckets.get")
def _bucket(google: Google, request: Request) -> Resource:
    return bucket(google, request.path)


@answers("logging.projects.locations.buckets.patch")
def _patch(google: Google, request: Request) -> Resource:
    held = bucket(google, request.path)
    held.update(request.body)
    google.store.resources["logging", request.path] = held
    return held


@answers("logging.projects.locations.buckets.createAsync")
def _create(google: Google, request: Request) -> Resource:
    path = f"{request.path.removesuffix(':createAsync')}/{request.query['bucketId']}"
    held = {**bucket(google, path, is_given=True), **request.body, "name": path}
    google.store.resources["logging", path] = held
    return google.operations.reply(request, held)


def bucket(google: Google, path: str, *, is_given: bool = False) -> Resource:
    """Return a log bucket, also one that nobody created. Raises ApiError (404)."""
    name = path.rpartition("/")[2]
    held = google.store.resources.get(("logging", path))
    if held is None and name not in _GIVEN and not is_given:
        raise NotFoundError(path)
    given = {
        "name": path,
        "retentionDays": _GIVEN.get(name, 30),
        "lifecycleState": "ACTIVE",
        "createTime": google.stamp,
    }
    return held or given
