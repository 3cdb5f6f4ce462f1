"""What is remembered of drills, in the bucket for backups."""

from __future__ import annotations

from operations.backup.cloud_sql import Json
from operations.backup.cloud_storage import Bucket
from operations.core.session import ReadContext

PREFIX = "drills/"


def last_report(session: ReadContext) -> Json | None:
    """Return the report of the last drill; every report is of one that went well."""
    bucket = Bucket(session, session.platform.buckets.backups)
    reports = list(bucket.list(PREFIX))
    return bucket.read_json(reports[-1]) if reports else None
