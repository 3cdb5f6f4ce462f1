"""`grid restore`: into a new instance, or in place."""

import base64

import pytest

from tests.operations.commandline import Grid
from tests.operations.google.faults import Fault, Script
from tests.operations.google.server import Server
from tests.operations.platform import (
    BACKUPS,
    INSTANCE,
    REPLICA,
    TABLES,
    LocalGoogle,
    service_name,
)

LATER = {"users": 4, "sessions": 1}


@pytest.fixture
def backup(grid: Grid, cloud: LocalGoogle) -> str:
    """Id of a backup with an export, made before the data changed."""
    ended = grid("backup", "test", "--export", "--json")
    cloud.sql.data[INSTANCE]["grid"] = dict(LATER)
    found: str = ended.json["result"]["backup"]
    return found


@pytest.fixture
def export(cloud: LocalGoogle, backup: str) -> str:
    assert backup
    names = cloud.storage.buckets[BACKUPS]
    return next(f"gs://{BACKUPS}/{name}" for name in names if name.endswith(".gz"))


@pytest.fixture
def alone(server: Server, cloud: LocalGoogle) -> None:
    """No replicas."""
    assert server.url
    del cloud.sql.instances[INSTANCE]["replicaNames"], cloud.sql.instances[REPLICA]


def new(cloud: LocalGoogle) -> list[str]:
    return [name for name in cloud.sql.instances if name not in {INSTANCE, REPLICA}]


def untouched(cloud: LocalGoogle) -> bool:
    return cloud.sql.data[INSTANCE] == {"grid": LATER}


def test_a_backup_comes_back_in_an_instance_of_its_own(
    grid: Grid, cloud: LocalGoogle, backup: str
) -> None:
    settings = cloud.sql.instances[INSTANCE]["settings"]
    settings |= {"databaseFlags": [{"name": "max_connections", "value": "200"}]}
    settings |= {"deletionProtectionEnabled": True, "settingsVersion": "4"}
    ended = grid("restore", "test", "--backup", "latest", "--json")
    assert ended.code == 0, ended.stderr
    assert new(cloud) == [ended.json["result"]["instance"]]
    (name,) = new(cloud)
    assert cloud.sql.data[name] == {"grid": TABLES}
    assert ended.json["result"]["origin"] == f"backup {backup}"
    base, _, suffix = name.rpartition("-")
    assert INSTANCE.startswith(f"{base}-")
    assert base64.urlsafe_b64decode(ended.json["result"]["suffix_id"] + "=").hex() == suffix
    described = cloud.sql.instances[name]
    assert described["settings"] == {
        key: value for key, value in settings.items() if key != "settingsVersion"
    }
    assert ended.json["result"]["address"] == described["ipAddresses"][0]["ipAddress"]
    assert untouched(cloud)


def test_a_point_in_time_is_a_clone(grid: Grid, server: Server, cloud: LocalGoogle) -> None:
    ended = grid("restore", "test", "--at", "2026-11-01T11:00:00+01:00", "--json")
    assert ended.code == 0, ended.stderr
    (name,) = new(cloud)
    assert cloud.sql.data[name] == {"grid": TABLES}
    assert server.count("sql.instances.clone") == 1


def test_an_export_comes_back_and_access_to_it_ends(
    grid: Grid, cloud: LocalGoogle, export: str
) -> None:
    ended = grid("restore", "test", "--export", export, "--json")
    assert ended.code == 0, ended.stderr
    (name,) = new(cloud)
    assert cloud.sql.data[name] == {"grid": TABLES}
    email = cloud.sql.instances[name]["serviceAccountEmailAddress"]
    assert not cloud.storage.allows(BACKUPS, email)
    assert cloud.storage.allows(
        BACKUPS, cloud.sql.instances[INSTANCE]["serviceAccountEmailAddress"]
    )
    assert untouched(cloud)


def test_a_restore_that_fails_leaves_no_instance(
    grid: Grid, server: Server, cloud: LocalGoogle, export: str
) -> None:
    server.faults = Script([Fault("operation", 1, "sql.instances.import")])
    ended = grid("restore", "test", "--export", export)
    assert (ended.code, new(cloud)) == (1, [])
    members = [one["members"] for one in cloud.storage.policies[BACKUPS]["bindings"]]
    assert len(members) == 1


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ([], "wanted one of"),
        (["--backup", "1", "--at", "2026-11-01T11:00:00Z"], "--backup and --at"),
        (["--at", "2026-11-01T11:00:00"], "with its zone"),
        (["--at", "yesterday"], "with its zone"),
        (["--at", "2027-11-01T11:00:00Z"], "yet to come"),
        (["--export", "gs://here/is-none.sql.gz"], "there is no gs://here"),
        (["--export", "db/x.sql.gz"], "gs://BUCKET/OBJECT"),
        (["--at", "2026-11-01T11:00:00Z", "--in-place"], "--in-place goes with --backup"),
        (["--app-data"], "no copy of the app data"),
    ],
)
def test_wrong_usage_does_nothing(
    grid: Grid, cloud: LocalGoogle, options: list[str], wanted: str
) -> None:
    ended = grid("restore", "test", *options, "--json")
    assert (ended.code, new(cloud)) == (2, []), ended.stderr
    assert wanted in ended.json["error"]


def test_a_backup_that_is_not_good_is_not_restored(grid: Grid, cloud: LocalGoogle) -> None:
    ended = grid("restore", "test", "--backup", "99", "--json")
    assert (ended.code, new(cloud)) == (1, [])
    assert "no good backup 99" in ended.json["error"]


def test_a_dry_run_only_says(grid: Grid, server: Server, cloud: LocalGoogle, backup: str) -> None:
    before = len(cloud.sql.operations)
    ended = grid("restore", "test", "--backup", backup, "--dry-run")
    assert ended.code == 0
    assert f"would restore backup {backup} into a new instance" in ended.stdout
    assert len(cloud.sql.operations) == before
    assert server.count("sql.instances.insert") == 0


def test_another_restore_waits_for_the_unfinished_one(
    grid: Grid, server: Server, cloud: LocalGoogle, export: str, backup: str
) -> None:
    server.faults = Script([Fault("kill-after", 1, "sql.instances.insert")])
    grid.mortal("restore", "test", "--backup", backup)
    (begun,) = new(cloud)
    other = grid("restore", "test", "--export", export, "--json")
    assert (other.code, new(cloud)) == (4, [begun])
    assert begun in other.json["error"]
    del cloud.sql.instances[INSTANCE]["replicaNames"]
    over = ("--in-place", f"--confirm={INSTANCE}")
    assert grid("restore", "test", "--backup", backup, *over).code == 4
    assert untouched(cloud)
    again = grid("restore", "test", "--backup", "latest")
    assert (again.code, new(cloud)) == (0, [begun])


@pytest.mark.usefixtures("alone")
class TestInPlace:
    """Only who types the name replaces what serves."""

    def test_the_name_is_asked_for(self, grid: Grid, cloud: LocalGoogle, backup: str) -> None:
        grid.answers[:] = ["yes"]
        ended = grid("restore", "test", "--backup", backup, "--in-place", "--json")
        assert ended.code == 4
        assert f"--confirm {INSTANCE}" in ended.json["advice"]
        assert untouched(cloud)
        grid.answers[:] = [INSTANCE]
        ended = grid("restore", "test", "--backup", backup, "--in-place", "--json")
        assert ended.code == 0, ended.stderr
        assert cloud.sql.data[INSTANCE] == {"grid": TABLES}
        before = ended.json["result"]["backup_before"]
        assert grid("restore", "test", "--backup", before).code == 0
        (name,) = new(cloud)
        assert cloud.sql.data[name] == {"grid": LATER}

    def test_a_pipeline_gives_the_name(self, grid: Grid, cloud: LocalGoogle, backup: str) -> None:
        place = ("restore", "test", "--backup", backup, "--in-place")
        assert grid(*place, "--confirm", "grid-prod").code == 4
        assert untouched(cloud)
        assert grid(*place, "--confirm", INSTANCE).code == 0
        assert cloud.sql.data[INSTANCE] == {"grid": TABLES}

    def test_nobody_is_waited_for(self, grid: Grid, cloud: LocalGoogle, backup: str) -> None:
        ended = grid("restore", "test", "--backup", backup, "--in-place", "--json")
        assert (ended.code, untouched(cloud)) == (4, True)
        assert "nobody is there" in ended.json["error"]
        assert ended.json["advice"] == f"--confirm {INSTANCE}"

    def test_and_back_again(self, grid: Grid, cloud: LocalGoogle, backup: str) -> None:
        place = ("restore", "test", "--in-place", f"--confirm={INSTANCE}", "--json", "--backup")
        before = grid(*place, backup).json["result"]["backup_before"]
        assert grid(*place, before).code == 0
        assert untouched(cloud)

    def test_not_while_a_release_runs(self, grid: Grid, cloud: LocalGoogle, backup: str) -> None:
        cloud.run.services[service_name("api", "us-east1")]["reconciling"] = True
        place = ("restore", "test", "--backup", backup, "--in-place", "--confirm", INSTANCE)
        ended = grid(*place, "--json")
        assert (ended.code, untouched(cloud)) == (4, True)
        assert "a release of api in us-east1 is running" in ended.json["error"]

    def test_a_restore_that_fails_names_the_backup(
        self, grid: Grid, server: Server, backup: str
    ) -> None:
        server.faults = Script([Fault("operation", 1, "sql.instances.restoreBackup")])
        place = ("restore", "test", "--backup", backup, "--in-place", "--confirm", INSTANCE)
        ended = grid(*place, "--json")
        assert ended.code == 3
        assert "before: backup" in ended.json["left"][0]


def test_replicas_have_to_go_first(grid: Grid, cloud: LocalGoogle, backup: str) -> None:
    place = ("restore", "test", "--backup", backup, "--in-place", "--confirm", INSTANCE)
    ended = grid(*place, "--json")
    assert (ended.code, untouched(cloud)) == (4, True)
    assert REPLICA in ended.json["error"]
    assert "database.replicas: {}" in ended.json["advice"]
