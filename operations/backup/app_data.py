"""Brings the app data back from their copy in another location."""

from __future__ import annotations

from operations.backup.cloud_storage import Bucket
from operations.core.errors import UsageError
from operations.core.session import ReadContext


def missing(session: ReadContext) -> list[dict[str, str]]:
    """Return the objects of the copy that the app data lack or have otherwise.

    Raises:
        UsageError: the environment copies no app data.
    """
    scheduled = session.platform.backups
    if scheduled is None:
        raise UsageError(
            f"{session.environment} has no copy of the app data: it has no output backups"
        )
    present = {
        one["name"]: one.get("crc32c")
        for one in Bucket(session, session.platform.buckets.app_data).list()
    }
    copies = Bucket(session, scheduled.app_data_bucket).list()
    return [one for one in copies if present.get(one["name"]) != one.get("crc32c")]


def bring_back(session: ReadContext) -> int:
    """Copy them, within Google, and return how many; nothing is deleted, and what is overwritten
    stays as a version.
    """
    bucket, found = Bucket(session, session.platform.buckets.app_data), missing(session)
    with session.report.step("app data"):
        for number, one in enumerate(found, start=1):
            session.report.progress(f"{number} of {len(found)}: {one['name']}")
            bucket.copy_from(one["bucket"], one)
    return len(found)
