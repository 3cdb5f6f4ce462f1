"""Cloud Storage: the lock of a bucket's retention policy.

A locked policy cannot be removed, and its period cannot be reduced. Objects cannot be changed or
deleted before the period ends (page "Bucket Lock",
https://cloud.google.com/storage/docs/bucket-lock). A policy that is not locked protects nothing
here, because its clients can remove it.
"""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from offline.serve import resources
from offline.serve.errors import ApiError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource

_KEY = "retentionPolicy"


@answers("storage.buckets.lockRetentionPolicy")
def _lock(google: Google, request: Request) -> Resource:
    bucket = google.find("storage", request.path.removesuffix("/lockRetentionPolicy"))
    if not bucket.get(_KEY):
        raise ApiError(400, "The bucket has no retention policy.", "invalid")
    if str(request.query["ifMetagenerationMatch"]) != str(bucket["metageneration"]):
        raise ApiError(412, "The metageneration is another one.", "conditionNotMet")
    bucket[_KEY]["isLocked"] = True
    return copy.deepcopy(bucket)


@answers("storage.buckets.patch", "storage.buckets.update")
def _change(google: Google, request: Request) -> Resource:
    before = copy.deepcopy(google.find("storage", request.path).get(_KEY) or {})
    if before.get("isLocked") and (request.method.verb == "PUT" or _KEY in request.body):
        given = request.body.get(_KEY) or {}
        if int(given.get("retentionPeriod", 0)) < int(before["retentionPeriod"]):
            message = "Cannot reduce or remove the retention period of a locked Retention Policy."
            raise ApiError(403, message, "forbidden")
    bucket = resources.update(google, request)
    if before.get("isLocked"):
        google.find("storage", request.path)[_KEY]["isLocked"] = True
    return bucket


def check_retention(google: Google, bucket: Resource, created: str) -> None:
    """Reject to change an object before the locked retention of its bucket is over.

    Raises:
        ApiError: it is too early (403).
    """
    policy = bucket.get(_KEY) or {}
    if policy.get("isLocked"):
        period = timedelta(seconds=int(policy["retentionPeriod"]))
        until = datetime.fromisoformat(created) + period
        if google.now < until:
            message = f"Object is under active retention until {until.isoformat()}."
            raise ApiError(403, message, "retentionPolicyNotMet")
