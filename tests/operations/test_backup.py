"""`grid backup` and `grid verify-backup`."""

import gzip
import json

import pytest

from offline.serve.apis.sqladmin_backups import dump
from offline.serve.faults import Fault, Script
from offline.serve.server import Server
from tests.operations.commandline import Grid
from tests.operations.platform import BACKUPS, INSTANCE, PROJECT, TABLES, LocalGoogle

HELD = {f"public.{table}": rows for table, rows in TABLES.items()}


def good(cloud: LocalGoogle) -> list[str]:
    """Ids of the good backups, the oldest first."""
    found = cloud.sql_data.backups.get(INSTANCE, {}).values()
    return [one["id"] for one in found if one["status"] == "SUCCESSFUL"]


def objects(cloud: LocalGoogle, ending: str) -> list[str]:
    return [name for name in cloud.storage.names(BACKUPS) if name.endswith(ending)]


def test_backup_creates_backup_without_export(grid: Grid, cloud: LocalGoogle) -> None:
    result = grid("backup", "test", "--json")
    assert result.code == 0, result.stderr
    assert [result.json["result"]["backup"]] == good(cloud)
    assert cloud.storage.names(BACKUPS) == []


def test_export_is_verified_before_manifest_is_written(grid: Grid, cloud: LocalGoogle) -> None:
    result = grid("backup", "test", "--export", "--json")
    assert result.code == 0, result.stderr
    (export,), (beside,) = objects(cloud, ".sql.gz"), objects(cloud, ".manifest.json")
    assert export.startswith(f"db/2026/11/01/{INSTANCE}-")
    manifest = json.loads(cloud.storage.read(BACKUPS, beside))
    version = cloud.storage.find(BACKUPS, export)
    for name in ("crc32c", "size", "generation"):
        assert manifest[name] == str(getattr(version, name))
    assert (manifest["tables"], manifest["object"]) == (HELD, export)
    operations = list(cloud.sql.operations.values())
    (begun,) = (one for one in operations if one["operationType"] == "EXPORT")
    assert begun["exportContext"]["offload"] is True


def test_truncated_export_gets_no_manifest(
    grid: Grid, cloud: LocalGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "offline.serve.apis.sqladmin_backups.dump", lambda tables: dump(tables)[:-40]
    )
    result = grid("backup", "test", "--export", "--json")
    assert result.code == 3
    assert "does not end with" in result.json["error"]
    assert good(cloud)[0] in result.json["not_reverted"][0]
    assert objects(cloud, ".manifest.json") == []


def test_retention_deletes_only_backups_of_grid(grid: Grid, cloud: LocalGoogle) -> None:
    for _ in range(3):
        assert grid("backup", "test", "--keep", "9").code == 0
    first, second, third = good(cloud)
    cloud.sql_data.backups[INSTANCE][first]["description"] = "by hand"
    report = json.dumps({"backup": second}).encode()
    cloud.storage.write(BACKUPS, "drills/20261101.json", report)
    foreseen = grid("backup", "test", "--keep", "1", "--dry-run", "--json")
    assert foreseen.json["result"]["deletes"] == [third]
    assert good(cloud) == [first, second, third]
    result = grid("backup", "test", "--keep", "1", "--json")
    assert result.code == 0, result.stderr
    assert good(cloud) == [first, second, result.json["result"]["backup"]]


def test_backup_fails_when_cloud_sql_reports_failure(
    grid: Grid, server: Server, cloud: LocalGoogle
) -> None:
    server.faults = Script([Fault("operation", 1, "sql.backupRuns.insert")])
    result = grid("backup", "test", "--json")
    assert (result.code, good(cloud)) == (1, [])
    assert "FAILED" in result.json["error"]


def occupy(cloud: LocalGoogle, requests: int) -> None:
    """Let other work go on on the instance until so many requests were sent."""
    work = {"kind": "sql#operation", "operationType": "MAINTENANCE", "targetId": INSTANCE}
    work["targetProject"] = PROJECT
    held = cloud.sql.operations["work"] = {**work, "name": "work", "status": "RUNNING"}
    usual, cloud.operations.takes = cloud.operations.takes, requests
    cloud.operations.later(lambda: held.update(status="DONE"))
    cloud.operations.takes = usual


def test_backup_waits_for_other_work_on_instance(grid: Grid, cloud: LocalGoogle) -> None:
    occupy(cloud, 40)
    result = grid("backup", "test", "--export", "--json")
    assert result.code == 0, result.stderr
    assert f"other work on {INSTANCE} (MAINTENANCE) is going on; waiting" in result.stderr
    assert len(good(cloud)) == 1


def test_backup_waits_for_other_work_for_a_limited_time(grid: Grid, cloud: LocalGoogle) -> None:
    occupy(cloud, 1_000_000)
    result = grid("backup", "test", "--json")
    assert (result.code, good(cloud)) == (1, [])
    assert "is still running after 1800 s; nothing was begun" in result.json["error"]
    assert f"gcloud sql operations list --instance={INSTANCE}" in result.json["advice"]


class TestVerify:
    """`grid verify-backup` after `grid backup --export`."""

    @pytest.fixture(autouse=True)
    def backup(self, grid: Grid) -> None:
        assert grid("backup", "test", "--export").code == 0

    def test_verify_backup_succeeds_with_valid_backup_and_export(
        self, grid: Grid, cloud: LocalGoogle
    ) -> None:
        result = grid("verify-backup", "test", "--json")
        assert result.code == 0, result.stderr
        assert result.json["result"]["export"]["tables"] == HELD
        assert [result.json["result"]["backup"]["id"]] == good(cloud)

    def test_verify_backup_accepts_manifest_of_scheduled_export(
        self, grid: Grid, cloud: LocalGoogle
    ) -> None:
        (name,) = objects(cloud, ".manifest.json")
        manifest = json.loads(cloud.storage.read(BACKUPS, name))
        short = {key: manifest[key] for key in ("size", "crc32c", "generation")}
        cloud.storage.write(BACKUPS, name, json.dumps(short).encode())
        assert grid("verify-backup", "test").code == 0
        short["crc32c"] = "AAAAAA=="
        cloud.storage.write(BACKUPS, name, json.dumps(short).encode())
        result = grid("verify-backup", "test", "--json")
        assert "crc32c: the manifest says AAAAAA==" in result.json["error"]

    def test_verify_backup_accepts_empty_migration_of_earlier_manifest(
        self, grid: Grid, cloud: LocalGoogle
    ) -> None:
        (export,), (name,) = objects(cloud, ".sql.gz"), objects(cloud, ".manifest.json")
        content = gzip.compress(dump({"grid.alembic_version": 1}).encode(), mtime=0)
        cloud.storage.write(BACKUPS, export, content)
        cloud.storage.write(BACKUPS, name, json.dumps({"revision": ""}).encode())
        result = grid("verify-backup", "test", "--json")
        assert (result.code, result.json["result"]["export"]["revision"]) == (0, "0")
        cloud.storage.write(BACKUPS, name, json.dumps({"revision": "7"}).encode())
        result = grid("verify-backup", "test", "--json")
        assert "revision: the manifest says 7, read 0" in result.json["error"]

    def test_verify_backup_reads_objects_with_content_encoding(
        self, grid: Grid, cloud: LocalGoogle, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (export,), (name,) = objects(cloud, ".sql.gz"), objects(cloud, ".manifest.json")
        manifest = json.loads(cloud.storage.read(BACKUPS, name))
        del manifest["generation"]
        for object_, content in (
            (export, cloud.storage.read(BACKUPS, export)),
            (name, gzip.compress(json.dumps(manifest).encode())),
        ):
            headers = {"contentEncoding": "gzip"}
            cloud.storage.objects.insert(
                BACKUPS, object_, content, headers=headers, created=cloud.stamp
            )
        for chunk in (8 << 20, 50):
            monkeypatch.setattr("operations.backup.cloud_storage.CHUNK_BYTES", chunk)
            result = grid("verify-backup", "test", "--json")
            assert (result.code, result.json["result"]["export"]["tables"]) == (0, HELD)

    @pytest.mark.parametrize("content", [b"{", b"[]", b""])
    def test_verify_backup_names_manifest_that_is_no_json(
        self, grid: Grid, cloud: LocalGoogle, content: bytes
    ) -> None:
        (name,) = objects(cloud, ".manifest.json")
        cloud.storage.write(BACKUPS, name, content)
        result = grid("verify-backup", "test", "--json")
        assert (result.code, f"gs://{BACKUPS}/{name} is not a JSON" in result.json["error"]) == (
            1,
            True,
        )

    def test_verify_backup_reports_all_problems_at_once(
        self, grid: Grid, cloud: LocalGoogle
    ) -> None:
        (name,) = objects(cloud, ".sql.gz")
        cut = gzip.compress(dump(TABLES).encode())[:-20]
        cloud.storage.write(BACKUPS, name, cut, created="2026-10-30T12:00:00Z")
        for one in cloud.sql_data.backups[INSTANCE].values():
            one["endTime"] = "2026-10-31T09:00:00.000Z"
        result = grid("verify-backup", "test", "--json")
        assert result.code == 1
        for part in ("is 27 hours old", "is 48 hours old", "cut off", "the manifest says"):
            assert part in result.json["error"]
        assert len(result.json["result"]["problems"]) == 3

    def test_verify_backup_fails_when_backup_and_export_are_missing(
        self, grid: Grid, cloud: LocalGoogle
    ) -> None:
        for name in cloud.storage.names(BACKUPS):
            cloud.storage.remove(BACKUPS, name)
        cloud.sql_data.backups.clear()
        result = grid("verify-backup", "test", "--json")
        assert result.code == 1
        assert "has no successful backup" in result.json["error"]
        assert "there is no export" in result.json["error"]

    def test_verify_backup_reads_large_export_in_chunks(
        self, grid: Grid, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("operations.backup.cloud_storage.CHUNK_BYTES", 50)
        before = server.count("storage.objects.get")
        assert grid("verify-backup", "test").code == 0
        assert server.count("storage.objects.get") > before + 4
