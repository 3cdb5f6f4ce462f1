"""`grid verify-restore` and `grid drill`."""

import json

import pytest

from tests.operations.commandline import Grid
from tests.operations.google.faults import Fault, Script
from tests.operations.google.server import Server
from tests.operations.platform import BACKUPS, INSTANCE, REPLICA, LocalGoogle


@pytest.fixture
def backup(grid: Grid) -> str:
    found: str = grid("backup", "test", "--export", "--json").json["result"]["backup"]
    return found


def restored(grid: Grid, *origin: str) -> str:
    ended = grid("restore", "test", *origin, "--json")
    name: str = ended.json["result"]["instance"]
    return name


def new(cloud: LocalGoogle) -> list[str]:
    return [name for name in cloud.sql.instances if name not in {INSTANCE, REPLICA}]


def members(cloud: LocalGoogle) -> list[str]:
    return [name for one in cloud.storage.policies[BACKUPS]["bindings"] for name in one["members"]]


class TestVerifyRestore:
    """Against the newest export, or the one that the instance was filled from."""

    @pytest.fixture
    def name(self, grid: Grid, cloud: LocalGoogle, backup: str) -> str:
        cloud.sql.users[INSTANCE].add("grid_app")
        name = restored(grid, "--backup", backup)
        cloud.sql.users[name].add("grid_app")
        return name

    def test_the_same_is_good_and_access_ends(
        self, grid: Grid, cloud: LocalGoogle, name: str
    ) -> None:
        ended = grid("verify-restore", "test", "--instance", name, "--json")
        assert ended.code == 0, ended.stderr
        assert ended.json["result"]["tables"] == {
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
    def test_what_differs_is_named(
        self, grid: Grid, cloud: LocalGoogle, name: str, change: dict[str, int], said: str
    ) -> None:
        cloud.sql.data[name]["grid"] = change
        ended = grid("verify-restore", "test", "--instance", name, "--json")
        assert ended.code == 3  # the export of the instance stays in the bucket
        assert said in ended.json["error"]
        assert len(members(cloud)) == 1

    def test_rows_count_where_the_reference_is_what_was_restored(
        self, grid: Grid, cloud: LocalGoogle, name: str
    ) -> None:
        cloud.sql.data[name]["grid"] = {"users": 3, "sessions": 11}
        assert grid("verify-restore", "test", "--instance", name).code == 0
        exports = [one for one in cloud.storage.buckets[BACKUPS] if one.startswith("db/")]
        export = next(one for one in exports if one.endswith(".gz"))
        exact = ("--export", f"gs://{BACKUPS}/{export}")
        ended = grid("verify-restore", "test", "--instance", name, *exact, "--json")
        assert "public.sessions has 11 rows, the reference 12" in ended.json["error"]

    def test_users_and_database_are_needed(self, grid: Grid, cloud: LocalGoogle, name: str) -> None:
        cloud.sql.users[name].discard("grid_app")
        cloud.sql.data[name].clear()
        ended = grid("verify-restore", "test", "--instance", name, "--json")
        assert ended.code == 1
        assert "no database grid" in ended.json["error"]
        assert "lacks the users grid_app" in ended.json["error"]


class TestDrill:
    """A scratch instance comes, is compared, and goes."""

    def test_rto_and_rpo_are_reported_and_remembered(
        self, grid: Grid, cloud: LocalGoogle, backup: str
    ) -> None:
        ended = grid("drill", "test", "--json")
        assert ended.code == 0, ended.stderr
        found = ended.json["result"]
        assert found["backup"] == backup
        assert found["rto_seconds"] > 0
        (name,) = (one for one in cloud.storage.buckets[BACKUPS] if one.startswith("drills/"))
        assert json.loads(cloud.storage.content[BACKUPS, name]) == found
        assert (new(cloud), len(members(cloud))) == ([], 1)

    def test_a_drill_that_finds_a_difference_fails_and_cleans_up(
        self, grid: Grid, cloud: LocalGoogle, backup: str
    ) -> None:
        cloud.sql_data.holds(backup)["grid"] = {"users": 3}
        ended = grid("drill", "test", "--json")
        assert "table public.sessions is missing" in ended.json["error"]
        assert (ended.code, new(cloud), len(members(cloud))) == (3, [], 1)
        assert not [one for one in cloud.storage.buckets[BACKUPS] if one.startswith("drills/")]

    @pytest.mark.usefixtures("backup")
    def test_what_a_killed_drill_left_goes(
        self, grid: Grid, server: Server, cloud: LocalGoogle
    ) -> None:
        server.faults = Script([Fault("kill-after", 1, "sql.instances.restoreBackup")])
        grid.mortal("drill", "test")
        assert len(new(cloud)) == 1
        assert grid("drill", "test").code == 0
        assert (new(cloud), len(members(cloud))) == ([], 1)

    @pytest.mark.usefixtures("backup")
    def test_only_its_own_old_scratch_instances_go(self, grid: Grid, cloud: LocalGoogle) -> None:
        for name in ("old", "young", "other"):
            cloud.sql.create(name, {})
        for name in ("old", "young"):
            cloud.sql.instances[name]["settings"]["userLabels"] = {"grid-scratch": "drill"}
        for name in ("old", "other"):
            cloud.sql.instances[name]["createTime"] = "2026-10-30T00:00:00Z"
        assert grid("drill", "test").code == 0
        assert new(cloud) == ["young", "other"]

    def test_without_a_backup_there_is_nothing_to_drill(
        self, grid: Grid, cloud: LocalGoogle
    ) -> None:
        ended = grid("drill", "test", "--json")
        assert (ended.code, new(cloud)) == (1, [])
        assert "has no good backup" in ended.json["error"]
