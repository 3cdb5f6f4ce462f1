"""Brings the app data back from their copy in another location."""

from __future__ import annotations

from operations.backup.cloud_storage import Bucket
from operations.core.errors import UsageError
from operations.core.session import ReadContext


def missing_objects(session: ReadContext) -> list[dict[str, str]]:
    """Return the objects of the copy that the app data lack or have otherwise.

    Raises:
        UsageError: the environment copies no app data.
    """
    scheduled = session.platform.backups
    if scheduled is None:
        raise UsageError(
            f"{session.environment} has no copy of the app data: no output backups",
            advice="set backups in the environment file, and apply; until then, restore "
            "versions of objects",
        )
    present = {
        item["name"]: item.get("crc32c")
        for item in Bucket(session, session.platform.buckets.app_data).list()
    }
    copies = Bucket(session, scheduled.app_data_bucket).list()
    return [item for item in copies if present.get(item["name"]) != item.get("crc32c")]


def restore_objects(session: ReadContext) -> int:
    """Copy them, within Google, and return how many; nothing is deleted, and what is overwritten
    stays as a version.
    """
    bucket, objects = Bucket(session, session.platform.buckets.app_data), missing_objects(session)
    with session.report.step("app data"):
        for number, item in enumerate(objects, start=1):
            session.report.progress(f"{number} of {len(objects)}: {item['name']}")
            bucket.copy_from(item["bucket"], item)
    return len(objects)
