"""`grid restore`: into a new instance, or in place."""

import base64

import pytest

from offline.serve.faults import Fault, Script
from offline.serve.server import Server
from tests.operations.commandline import Grid
from tests.operations.platform import (
    BACKUPS,
    INSTANCE,
    PROJECT,
    REPLICA,
    TABLES,
    LocalGoogle,
    service_name,
    write,
)

LATER = {"users": 4, "sessions": 1}


@pytest.fixture
def backup(grid: Grid, cloud: LocalGoogle) -> str:
    """Id of a backup with an export, made before the data changed."""
    result = grid("backup", "test", "--export", "--json")
    cloud.sql.data[INSTANCE]["grid"] = dict(LATER)
    found: str = result.json["result"]["backup"]
    return found


@pytest.fixture
def export(cloud: LocalGoogle, backup: str) -> str:
    assert backup
    names = cloud.storage.names(BACKUPS)
    return next(f"gs://{BACKUPS}/{name}" for name in names if name.endswith(".gz"))


@pytest.fixture
def alone(server: Server, cloud: LocalGoogle) -> None:
    """No replicas."""
    assert server.url
    del cloud.sql.instances[INSTANCE]["replicaNames"]
    cloud.store.remove("sqladmin", f"projects/{PROJECT}/instances/{REPLICA}")


def new(cloud: LocalGoogle) -> list[str]:
    return [name for name in cloud.sql.instances if name not in {INSTANCE, REPLICA}]


def untouched(cloud: LocalGoogle) -> bool:
    return cloud.sql.data[INSTANCE] == {"grid": LATER}


def test_restore_creates_instance_from_backup(grid: Grid, cloud: LocalGoogle, backup: str) -> None:
    settings = cloud.sql.instances[INSTANCE]["settings"]
    settings |= {"databaseFlags": [{"name": "max_connections", "value": "200"}]}
    settings |= {"deletionProtectionEnabled": True, "settingsVersion": "4"}
    result = grid("restore", "test", "--backup", "latest", "--json")
    assert result.code == 0, result.stderr
    assert new(cloud) == [result.json["result"]["instance"]]
    (name,) = new(cloud)
    assert cloud.sql.data[name] == {"grid": TABLES}
    assert result.json["result"]["origin"] == f"backup {backup}"
    base, _, suffix = name.rpartition("-")
    assert INSTANCE.startswith(f"{base}-")
    assert base64.urlsafe_b64decode(result.json["result"]["suffix_id"] + "=").hex() == suffix
    described = cloud.sql.instances[name]
    held = described["settings"] | {"settingsVersion": "4"}
    assert held == settings, "all but the number of the settings"
    assert result.json["result"]["address"] == described["ipAddresses"][0]["ipAddress"]
    assert untouched(cloud)


def test_restore_clones_instance_for_point_in_time(
    grid: Grid, server: Server, cloud: LocalGoogle
) -> None:
    result = grid("restore", "test", "--at", "2026-11-01T11:00:00+01:00", "--json")
    assert result.code == 0, result.stderr
    (name,) = new(cloud)
    assert cloud.sql.data[name] == {"grid": TABLES}
    assert server.count("sql.instances.clone") == 1


def test_restore_imports_export_and_revokes_access(
    grid: Grid, cloud: LocalGoogle, export: str
) -> None:
    result = grid("restore", "test", "--export", export, "--json")
    assert result.code == 0, result.stderr
    (name,) = new(cloud)
    assert cloud.sql.data[name] == {"grid": TABLES}
    email = cloud.sql.instances[name]["serviceAccountEmailAddress"]
    assert not cloud.storage.allows(BACKUPS, email)
    assert cloud.storage.allows(
        BACKUPS, cloud.sql.instances[INSTANCE]["serviceAccountEmailAddress"]
    )
    assert untouched(cloud)


def test_failed_restore_leaves_no_instance(
    grid: Grid, server: Server, cloud: LocalGoogle, export: str
) -> None:
    server.faults = Script([Fault("operation", 1, "sql.instances.import")])
    result = grid("restore", "test", "--export", export)
    assert (result.code, new(cloud)) == (1, [])
    members = [one["members"] for one in cloud.policies.get("storage", f"b/{BACKUPS}")["bindings"]]
    assert len(members) == 1


@pytest.mark.parametrize("fails", ["sql.instances.clone", "sql.instances.patch"])
def test_failed_restore_of_time_leaves_no_protected_clone(
    grid: Grid, server: Server, cloud: LocalGoogle, fails: str
) -> None:
    cloud.sql.instances[INSTANCE]["settings"]["deletionProtectionEnabled"] = True
    server.faults = Script([Fault("operation", 1, "sql.instances.clone")])
    if fails != "sql.instances.clone":
        server.faults.add(Fault("operation", 1, fails))
    result = grid("restore", "test", "--at", "2026-11-01T11:00:00Z", "--json")
    if fails == "sql.instances.clone":
        assert (result.code, new(cloud)) == (1, [])
    else:
        (name,) = new(cloud)
        assert (result.code, name in result.json["not_reverted"][0]) == (3, True)
    assert cloud.sql.instances[INSTANCE]["settings"]["deletionProtectionEnabled"]


def test_restore_names_instance_that_it_could_not_protect(
    grid: Grid, server: Server, cloud: LocalGoogle, backup: str
) -> None:
    cloud.sql.instances[INSTANCE]["settings"]["deletionProtectionEnabled"] = True
    server.faults = Script([Fault("operation", 1, "sql.instances.patch")])
    result = grid("restore", "test", "--backup", backup, "--json")
    (name,) = new(cloud)
    assert (result.code, name in result.json["not_reverted"][0]) == (3, True)
    server.faults = Script()
    assert grid("restore", "test", "--backup", "latest").code == 0
    assert new(cloud) == [name]
    assert cloud.sql.instances[name]["settings"]["deletionProtectionEnabled"]


def test_restore_never_takes_up_instance_that_serves(
    grid: Grid, server: Server, cloud: LocalGoogle, backup: str
) -> None:
    server.faults = Script([Fault("kill-after", 1, "sql.instances.insert")])
    grid.mortal("restore", "test", "--backup", backup)
    server.faults = Script()
    cloud.operations.settle()
    (adopted,) = new(cloud)
    cloud.sql.data[adopted] = {"grid": LATER}
    outputs = cloud.outputs()
    outputs["database"]["instance"] = adopted
    write(outputs, grid.outputs)
    cloud.sql_data.backups[adopted] = cloud.sql_data.backups[INSTANCE]
    assert grid("restore", "test", "--backup", backup).code == 0
    assert cloud.sql.data[adopted] == {"grid": LATER}
    assert len(new(cloud)) == 2


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ([], "0 origins to restore from"),
        (["--backup", "1", "--at", "2026-11-01T11:00:00Z"], "--backup, --at"),
        (["--at", "2026-11-01T11:00:00"], "not a time with a time zone"),
        (["--at", "yesterday"], "not a time with a time zone"),
        (["--at", "2027-11-01T11:00:00Z"], "in the future"),
        (["--export", "gs://here/is-none.sql.gz"], "there is no gs://here"),
        (["--export", "db/x.sql.gz"], "is not the address of an object"),
        (["--at", "2026-11-01T11:00:00Z", "--in-place"], "--in-place needs --backup"),
        (["--app-data"], "no copy of the app data"),
    ],
)
def test_restore_rejects_invalid_options(
    grid: Grid, cloud: LocalGoogle, options: list[str], wanted: str
) -> None:
    result = grid("restore", "test", *options, "--json")
    assert (result.code, new(cloud)) == (2, []), result.stderr
    assert wanted in result.json["error"]


def test_restore_rejects_failed_backup(grid: Grid, cloud: LocalGoogle) -> None:
    result = grid("restore", "test", "--backup", "99", "--json")
    assert (result.code, new(cloud)) == (1, [])
    assert "no successful backup 99" in result.json["error"]


def test_dry_run_reports_restore_without_changes(
    grid: Grid, server: Server, cloud: LocalGoogle, backup: str
) -> None:
    before = len(cloud.sql.operations)
    result = grid("restore", "test", "--backup", backup, "--dry-run")
    assert result.code == 0
    assert f"would restore backup {backup} into a new instance" in result.stdout
    assert len(cloud.sql.operations) == before
    assert server.count("sql.instances.insert") == 0


def test_restore_is_blocked_by_unfinished_restore(
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

    def test_in_place_restore_asks_for_instance_name(
        self, grid: Grid, cloud: LocalGoogle, backup: str
    ) -> None:
        grid.answers[:] = ["yes"]
        result = grid("restore", "test", "--backup", backup, "--in-place", "--json")
        assert result.code == 4
        assert f"--confirm {INSTANCE}" in result.json["advice"]
        assert untouched(cloud)
        grid.answers[:] = [INSTANCE]
        result = grid("restore", "test", "--backup", backup, "--in-place", "--json")
        assert result.code == 0, result.stderr
        assert cloud.sql.data[INSTANCE] == {"grid": TABLES}
        before = result.json["result"]["backup_before"]
        assert grid("restore", "test", "--backup", before).code == 0
        (name,) = new(cloud)
        assert cloud.sql.data[name] == {"grid": LATER}

    def test_in_place_restore_accepts_confirm_option(
        self, grid: Grid, cloud: LocalGoogle, backup: str
    ) -> None:
        place = ("restore", "test", "--backup", backup, "--in-place")
        assert grid(*place, "--confirm", "grid-prod").code == 4
        assert untouched(cloud)
        assert grid(*place, "--confirm", INSTANCE).code == 0
        assert cloud.sql.data[INSTANCE] == {"grid": TABLES}

    def test_in_place_restore_is_blocked_without_operator(
        self, grid: Grid, cloud: LocalGoogle, backup: str
    ) -> None:
        result = grid("restore", "test", "--backup", backup, "--in-place", "--json")
        assert (result.code, untouched(cloud)) == (4, True)
        assert "standard input is not a terminal" in result.json["error"]
        assert result.json["advice"] == f"give --confirm {INSTANCE}"

    def test_in_place_restore_is_undone_with_backup_made_before(
        self, grid: Grid, cloud: LocalGoogle, backup: str
    ) -> None:
        place = ("restore", "test", "--in-place", f"--confirm={INSTANCE}", "--json", "--backup")
        before = grid(*place, backup).json["result"]["backup_before"]
        assert grid(*place, before).code == 0
        assert untouched(cloud)

    def test_in_place_restore_is_blocked_during_release(
        self, grid: Grid, cloud: LocalGoogle, backup: str
    ) -> None:
        cloud.run.services[service_name("api", "us-east1")]["reconciling"] = True
        place = ("restore", "test", "--backup", backup, "--in-place", "--confirm", INSTANCE)
        result = grid(*place, "--json")
        assert (result.code, untouched(cloud)) == (4, True)
        assert "a release of api in us-east1 is running" in result.json["error"]

    def test_failed_in_place_restore_names_backup_made_before(
        self, grid: Grid, server: Server, backup: str
    ) -> None:
        server.faults = Script([Fault("operation", 1, "sql.instances.restoreBackup")])
        place = ("restore", "test", "--backup", backup, "--in-place", "--confirm", INSTANCE)
        result = grid(*place, "--json")
        assert result.code == 3
        assert "before: backup" in result.json["not_reverted"][0]


def test_in_place_restore_is_blocked_by_replicas(
    grid: Grid, cloud: LocalGoogle, backup: str
) -> None:
    place = ("restore", "test", "--backup", backup, "--in-place", "--confirm", INSTANCE)
    result = grid(*place, "--json")
    assert (result.code, untouched(cloud)) == (4, True)
    assert REPLICA in result.json["error"]
    assert "database.replicas: {}" in result.json["advice"]
