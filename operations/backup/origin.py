"""What a restore takes, and whether it can be restored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from operations.backup.cloud_sql import CloudSql
from operations.backup.exports import find
from operations.backup.source import Source, backup_ids, find_source
from operations.core.errors import FailedError, UsageError
from operations.core.session import ReadContext


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What is restored."""

    kind: Literal["backup", "time", "export"]
    value: str
    """Id of a backup, a time in RFC 3339, or the gs:// address of an export."""
    region: str = ""
    """Region of the new instance; empty for that of the instance that it is like."""

    def __str__(self) -> str:
        return f"{self.kind} {self.value}" + (f" in {self.region}" if self.region else "")


def check_origin(session: ReadContext, origin: Origin) -> None:
    """Refuse what cannot be restored before anything is made for it.

    Raises:
        UsageError: there is no such export, or the region is not possible.
        FailedError: the backup is not a good one, or nothing is left of a deleted instance.
    """
    source = find_source(session)
    if origin.kind == "export":
        find(session, origin.value)
    if origin.kind == "backup" and origin.value not in good_backups(session, source):
        raise FailedError(
            f"there is no successful backup {origin.value}",
            advice=f"list the backups: gcloud sql backups list --instance {source.name}",
        )
    if origin.kind == "time" and not source.exists and not source.deletion:
        raise FailedError(
            f"{source.name} was deleted without its backups, and its log went with them",
            advice="restore an export: --export gs://BUCKET/OBJECT",
        )
    key = source.described.get("diskEncryptionConfiguration", {}).get("kmsKeyName", "")
    if key and origin.region and f"/locations/{origin.region}/" not in key:
        raise UsageError(
            f"{source.name} is encrypted with {key}, which {origin.region} cannot use",
            advice="restore into the region of the key",
        )


def good_backups(session: ReadContext, source: Source) -> list[str]:
    """Return the ids of the good backups, the newest first."""
    if source.exists:
        return [str(each["id"]) for each in CloudSql(session).successful_backups(source.name)]
    return [id_ for each in source.backups for id_ in backup_ids(each) if id_]
