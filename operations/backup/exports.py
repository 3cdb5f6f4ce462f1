"""Exports of the database in the bucket for backups, each with a manifest next to it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from operations.backup.cloud_sql import CloudSql, parse_time
from operations.backup.cloud_storage import Bucket, split
from operations.backup.dump_reader import Dump, Reader
from operations.core.errors import FailedError, StillRunningError, UsageError
from operations.core.session import ReadContext, WriteContext

PREFIX, ENDING, MANIFEST = "db/", ".sql.gz", ".manifest.json"
_CHECKED = ("size", "crc32c", "sha256", "generation", "tables", "revision")
"""What of a manifest must be as it was read; a scheduled export's manifest has some of it."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """An export that is in the bucket."""

    uri: str
    created: datetime
    metadata: dict[str, Any]
    """The object, as Cloud Storage describes it."""
    manifest: dict[str, Any] | None


def object_name(instance: str, run: str, prefix: str = PREFIX) -> str:
    """Return a name that no other export has: `<prefix>2026/11/01/<instance>-<run>.sql.gz`.

    `run` is a journal's, which begins with the day.
    """
    return f"{prefix}{run[:4]}/{run[4:6]}/{run[6:8]}/{instance}-{run.lower()}{ENDING}"


def newest(session: ReadContext) -> Export | None:
    """Return the newest export of the database; None where there is none."""
    bucket = Bucket(session, session.platform.buckets.backups)
    exports = [item for item in bucket.list(PREFIX) if item["name"].endswith(ENDING)]
    last = max(exports, key=lambda item: str(item["timeCreated"]), default=None)
    return _describe_export(bucket, last) if last else None


def find(session: ReadContext, uri: str) -> Export:
    """Return an export by its gs:// address. Raises UsageError where there is none."""
    bucket, name = split(uri)
    if not name.endswith(ENDING):
        raise UsageError(
            f"{uri} is not an export", advice=f"name an object that ends with {ENDING}"
        )
    metadata = Bucket(session, bucket).find(name)
    if metadata is None:
        raise UsageError(
            f"there is no {uri}",
            advice=f"gcloud storage ls 'gs://{session.platform.buckets.backups}/{PREFIX}**'",
        )
    return _describe_export(Bucket(session, bucket), metadata)


def read(session: ReadContext, export: Export) -> Dump:
    """Read an export to its end.

    Raises:
        FailedError: it cannot be relied on; the message has every reason.
    """
    bucket, reader = Bucket(session, split(export.uri)[0]), Reader()
    for piece in bucket.chunks(export.metadata):
        reader.feed(piece)
    dump, problems = reader.end(), []
    read_of = {**asdict(dump), "size": str(dump.size)}
    for what in ("size", "crc32c"):
        if export.metadata.get(what) != read_of[what]:
            given = export.metadata.get(what)
            problems.append(f"{what}: Cloud Storage says {given}, read {read_of[what]}")
    read_of["generation"] = export.metadata["generation"]
    manifest = export.manifest or {}
    for what in _CHECKED:
        expected = manifest.get(what, read_of[what])
        if what == "revision" and not expected:  # earlier versions saw that of `public` only
            continue
        if expected != read_of[what]:
            problems.append(f"{what}: the manifest says {expected}, read {read_of[what]}")
    if problems := [*dump.problems, *problems]:
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise FailedError(
            f"{export.uri} is damaged or incomplete:\n{lines}",
            advice="use another export, or make a new one with grid backup --export",
        )
    return dump


def create(session: WriteContext, instance: str, name: str) -> Export:
    """Export the database of an instance to the bucket for backups, as one step, and wait.

    Raises:
        FailedError: it cannot be exported.
        StillRunningError: it takes longer than that.
    """
    sql, platform = CloudSql(session), session.platform
    bucket = Bucket(session, platform.buckets.backups)
    uri = f"gs://{bucket.name}/{name}"
    body = {
        "exportContext": {
            "fileType": "SQL",
            "uri": uri,
            "databases": [platform.database.name],
            "offload": True,  # on a copy of the instance: users notice nothing
        }
    }
    request = session.google.sql.instances().export(
        project=sql.project, instance=instance, body=body
    )

    def check() -> bool | None:
        operation = sql.running(instance, "EXPORT", uri)
        return True if operation or bucket.find(name) else None

    def revert() -> None:
        operation = sql.running(instance, "EXPORT", uri)
        if bucket.find(name) or (operation and operation["status"] != "DONE"):
            raise StillRunningError(
                f"{uri} is being written, or cannot be deleted: the bucket retains its objects",
                advice="keep it; its retention policy and lifecycle remove it later",
            )

    session.steps.step(
        f"export {instance}", check=check, apply=lambda: sql.begin(instance, request), revert=revert
    )
    if operation := sql.operation(instance, "EXPORT", uri):
        sql.wait(operation)
    return find(session, uri)


def write_manifest(session: WriteContext, export: Export, instance: str, dump: Dump) -> None:
    """Write down what an export holds. It was read to its end, so who finds a manifest with tables
    finds an export that could be relied on.
    """
    bucket, name = split(export.uri)
    manifest = {
        **asdict(dump),
        "size": str(dump.size),
        "object": name,
        "generation": export.metadata["generation"],
        "instance": instance,
        "database": session.platform.database.name,
        "database_version": CloudSql(session).get_instance(instance)["databaseVersion"],
        "run": session.journal.run,
        "finished": export.metadata["timeCreated"],
    }
    del manifest["problems"]
    Bucket(session, bucket).put(name.removesuffix(ENDING) + MANIFEST, manifest)


def _describe_export(bucket: Bucket, metadata: dict[str, Any]) -> Export:
    beside = bucket.find(metadata["name"].removesuffix(ENDING) + MANIFEST)
    return Export(
        uri=f"gs://{bucket.name}/{metadata['name']}",
        created=parse_time(metadata["timeCreated"]),
        metadata=metadata,
        manifest=bucket.read_json(beside) if beside else None,
    )
