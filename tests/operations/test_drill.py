"""`grid verify-restore` and `grid drill`."""

import json

import pytest

from offline.serve.faults import Fault, Script
from offline.serve.server import Server
from tests.operations.commandline import Grid
from tests.operations.platform import BACKUPS, INSTANCE, REPLICA, LocalGoogle, write

MIGRATION_TABLE = "grid.alembic_version"


@pytest.fixture
def backup(grid: Grid) -> str:
    found: str = grid("backup", "test", "--export", "--json").json["result"]["backup"]
    return found


def restored(grid: Grid, *origin: str) -> str:
    result = grid("restore", "test", *origin, "--json")
    name: str = result.json["result"]["instance"]
    return name


def new(cloud: LocalGoogle) -> list[str]:
    return [name for name in cloud.sql.instances if name not in {INSTANCE, REPLICA}]


def members(cloud: LocalGoogle) -> list[str]:
    return [
        name
        for one in cloud.policies.get("storage", f"b/{BACKUPS}")["bindings"]
        for name in one["members"]
    ]


class TestVerifyRestore:
    """Against the newest export, or the one that the instance was filled from."""

    @pytest.fixture
    def name(self, grid: Grid, cloud: LocalGoogle, backup: str) -> str:
        cloud.sql.users[INSTANCE].add("grid_app")
        name = restored(grid, "--backup", backup)
        cloud.sql.users[name].add("grid_app")
        return name

    def test_verify_restore_succeeds_and_revokes_access(
        self, grid: Grid, cloud: LocalGoogle, name: str
    ) -> None:
        result = grid("verify-restore", "test", "--instance", name, "--json")
        assert result.code == 0, result.stderr
        assert result.json["result"]["tables"] == {
            "public.users": {"rows": 3, "reference": 3},
            "public.sessions": {"rows": 12, "reference": 12},
        }
        assert len(members(cloud)) == 1

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"users": 3}, "table public.sessions is missing"),
            ({"users": 3, "sessions": 0}, "public.sessions has 0 rows, the reference 12"),
            ({"users": 3, "sessions": 9, "odd": 1}, "public.odd is one too many"),
        ],
    )
    def test_verify_restore_names_each_difference(
        self, grid: Grid, cloud: LocalGoogle, name: str, change: dict[str, int], said: str
    ) -> None:
        cloud.sql.data[name]["grid"] = change
        result = grid("verify-restore", "test", "--instance", name, "--json")
        assert result.code == 3  # the export of the instance stays in the bucket
        assert said in result.json["error"]
        assert len(members(cloud)) == 1

    def test_verify_restore_compares_rows_with_restored_export(
        self, grid: Grid, cloud: LocalGoogle, name: str
    ) -> None:
        cloud.sql.data[name]["grid"] = {"users": 3, "sessions": 11}
        assert grid("verify-restore", "test", "--instance", name).code == 0
        exports = [one for one in cloud.storage.names(BACKUPS) if one.startswith("db/")]
        export = next(one for one in exports if one.endswith(".gz"))
        exact = ("--export", f"gs://{BACKUPS}/{export}")
        result = grid("verify-restore", "test", "--instance", name, *exact, "--json")
        assert "public.sessions has 11 rows, the reference 12" in result.json["error"]

    def test_verify_restore_compares_migration_in_its_schema(
        self, grid: Grid, cloud: LocalGoogle
    ) -> None:
        cloud.sql.data[INSTANCE]["grid"] = {"users": 3, MIGRATION_TABLE: 1}
        backup = grid("backup", "test", "--export", "--json").json["result"]["backup"]
        name = restored(grid, "--backup", backup)
        result = grid("verify-restore", "test", "--instance", name, "--json")
        assert (result.code, result.json["result"]["revision"]) == (0, "0")
        cloud.sql.data[name]["grid"] = {"users": 3, MIGRATION_TABLE: 2}
        result = grid("verify-restore", "test", "--instance", name, "--json")
        assert "migration 0, 1, expected 0" in result.json["error"]

    def test_verify_restore_requires_users_and_database(
        self, grid: Grid, cloud: LocalGoogle, name: str
    ) -> None:
        cloud.sql.users[name].discard("grid_app")
        cloud.sql.data[name].clear()
        result = grid("verify-restore", "test", "--instance", name, "--json")
        assert result.code == 1
        assert "no database grid" in result.json["error"]
        assert "lacks the users grid_app" in result.json["error"]


class TestDrill:
    """A scratch instance comes, is compared, and goes."""

    def test_drill_reports_and_stores_rto_and_rpo(
        self, grid: Grid, cloud: LocalGoogle, backup: str
    ) -> None:
        result = grid("drill", "test", "--json")
        assert result.code == 0, result.stderr
        found = result.json["result"]
        assert found["backup"] == backup
        assert found["rto_seconds"] > 0
        (name,) = (one for one in cloud.storage.names(BACKUPS) if one.startswith("drills/"))
        assert json.loads(cloud.storage.read(BACKUPS, name)) == found
        assert (new(cloud), len(members(cloud))) == ([], 1)

    def test_drill_fails_and_removes_instance_when_tables_differ(
        self, grid: Grid, cloud: LocalGoogle, backup: str
    ) -> None:
        cloud.sql_data.holds(backup)["grid"] = {"users": 3}
        result = grid("drill", "test", "--json")
        assert "table public.sessions is missing" in result.json["error"]
        assert (result.code, new(cloud), len(members(cloud))) == (3, [], 1)
        assert not [one for one in cloud.storage.names(BACKUPS) if one.startswith("drills/")]

    def test_drill_fails_when_migrations_differ(self, grid: Grid, cloud: LocalGoogle) -> None:
        cloud.sql.data[INSTANCE]["grid"] = {"users": 3, MIGRATION_TABLE: 1}
        backup = grid("backup", "test", "--export", "--json").json["result"]["backup"]
        cloud.sql_data.holds(backup)["grid"] = {"users": 3, MIGRATION_TABLE: 2}
        result = grid("drill", "test", "--json")
        assert "migration 0, 1, expected 0" in result.json["error"]

    @pytest.mark.usefixtures("backup")
    def test_drill_removes_instance_of_killed_drill(
        self, grid: Grid, server: Server, cloud: LocalGoogle
    ) -> None:
        server.faults = Script([Fault("kill-after", 1, "sql.instances.restoreBackup")])
        grid.mortal("drill", "test")
        assert len(new(cloud)) == 1
        assert grid("drill", "test").code == 0
        assert (new(cloud), len(members(cloud))) == ([], 1)

    @pytest.mark.usefixtures("backup")
    def test_drill_removes_only_old_scratch_instances(self, grid: Grid, cloud: LocalGoogle) -> None:
        old, young, other, unlike, protected, of_prod = (
            f"{INSTANCE}-drill-20261030t000000-aaaaaa",
            f"{INSTANCE}-drill-20261101t110000-bbbbbb",
            f"{INSTANCE}-drill-20261030t000000-cccccc",
            "grid-test-db-3c4d",
            "grid-test-db-9f9f-drill-20261030t000000-dddddd",
            "grid-prod-db-1a2b-drill-20261030t000000-eeeeee",
        )
        for name in (old, young, other, unlike, protected, of_prod):
            cloud.sql.create(name, {})
            if name != other:
                cloud.sql.instances[name]["settings"]["userLabels"] = {"grid-scratch": "drill"}
            if name != young:
                cloud.sql.instances[name]["createTime"] = "2026-10-30T00:00:00Z"
        cloud.sql.instances[protected]["settings"]["deletionProtectionEnabled"] = True
        result = grid("drill", "test")
        assert result.code == 0
        assert new(cloud) == [young, other, unlike, protected, of_prod]
        assert f"{unlike} has the label grid-scratch and stays" in result.stderr

    @pytest.mark.usefixtures("backup")
    def test_drill_removes_scratch_instance_of_earlier_database(
        self, grid: Grid, cloud: LocalGoogle
    ) -> None:
        name = "grid-test-db-9f9f-drill-20261030t000000-aaaaaa"
        cloud.sql.create(name, {})
        cloud.sql.instances[name]["settings"]["userLabels"] = {"grid-scratch": "drill"}
        cloud.sql.instances[name]["createTime"] = "2026-10-30T00:00:00Z"
        assert grid("drill", "test").code == 0
        assert new(cloud) == []

    @pytest.mark.usefixtures("backup")
    @pytest.mark.parametrize("serving", [INSTANCE, REPLICA])
    def test_drill_keeps_serving_instance_with_label(
        self, grid: Grid, cloud: LocalGoogle, serving: str
    ) -> None:
        described = cloud.sql.instances[serving]
        described["settings"]["userLabels"] = {"grid-scratch": "drill"}
        described["createTime"] = "2026-10-30T00:00:00Z"
        assert grid("drill", "test").code == 0
        assert serving in cloud.sql.instances

    @pytest.mark.usefixtures("backup")
    def test_drill_keeps_serving_instance_that_a_drill_made(
        self, grid: Grid, cloud: LocalGoogle
    ) -> None:
        name = f"{INSTANCE}-drill-20261030t000000-aaaaaa"
        cloud.sql.create(name, {"grid": {"users": 3}})
        cloud.sql.instances[name]["settings"]["userLabels"] = {"grid-scratch": "drill"}
        cloud.sql.instances[name]["createTime"] = "2026-10-30T00:00:00Z"
        outputs = cloud.outputs()
        outputs["database"]["replicas"]["other"] = {
            **outputs["database"]["replicas"]["replica"],
            "instance": name,
        }
        write(outputs, grid.outputs)
        assert grid("drill", "test").code == 0
        assert name in cloud.sql.instances

    def test_drill_fails_without_backup(self, grid: Grid, cloud: LocalGoogle) -> None:
        result = grid("drill", "test", "--json")
        assert (result.code, new(cloud)) == (1, [])
        assert "has no successful backup" in result.json["error"]
