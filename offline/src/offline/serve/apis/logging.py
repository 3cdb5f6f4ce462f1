"""Cloud Logging: the buckets that every project has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline.serve.errors import NotFoundError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_GIVEN = {"_Default": 30, "_Required": 400}
"""Days of retention by bucket (page "Log buckets", https://cloud.google.com/logging/docs/buckets)."""


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
