"""Tests of the command line: exit codes and logs."""

import json

import pytest

from grid_migrations.errors import BlockedError, SettingsError
from grid_migrations.seed import seed
from grid_migrations.settings import Settings
from grid_migrations.upgrade import Migrator
from tests.services.migrations.databases import PASSWORD, Database

COUNTS = "SELECT count(*) FROM users UNION ALL SELECT count(*) FROM chat_messages"


def test_commands_log_result_and_return_exit_code(database: Database) -> None:
    seen = []
    for arguments in (["check"], ["verify"], ["upgrade"], ["verify"]):
        command = database.start(*arguments)
        out, log = command.communicate()
        assert out == ""
        assert PASSWORD not in log
        lines = [json.loads(line) for line in log.splitlines()]
        assert {"severity", "message", "time"} <= lines[-1].keys()
        message = lines[-1]["message"].splitlines()[0]
        seen.append((command.returncode, lines[-1]["severity"], message))
    assert seen == [
        (0, "INFO", "from nothing to 0002"),
        (7, "ERROR", "Error: The database is not at the newest revision"),
        (0, "INFO", "database is at 0002"),
        (0, "INFO", "the database matches the recorded schema"),
    ]


@pytest.mark.parametrize(
    "url",
    [
        "",
        f"postgresql://user:{PASSWORD}@host:port/grid",
        f"postgresql://user:{PASSWORD}@host",
        f"mysql://user:{PASSWORD}@host/grid",
        PASSWORD,
    ],
)
def test_settings_reject_invalid_url_without_printing_it(url: str) -> None:
    with pytest.raises(SettingsError, match=r"DATABASE_URL is (invalid|not set)") as caught:
        Settings.of({"DATABASE_URL": url})
    assert PASSWORD not in str(caught.value)


def test_settings_repr_hides_password(database: Database) -> None:
    assert PASSWORD not in repr(database.settings)


def test_exit_code_is_2_when_settings_are_missing(database: Database) -> None:
    command = database.start("upgrade", DATABASE_URL="")
    _, log = command.communicate()
    assert command.returncode == 2
    assert json.loads(log)["exit_code"] == 2


def development(database: Database, node_env: str = "development") -> Settings:
    return Settings.of(database.environment | {"NODE_ENV": node_env})


def test_seed_is_idempotent(database: Database) -> None:
    Migrator(database.settings).upgrade()
    seed(development(database), development=True)
    once = database.query(COUNTS)
    seed(development(database), development=True)
    assert database.query(COUNTS) == once == [2, 2]


@pytest.mark.parametrize(
    ("node_env", "development_option"),
    [("production", True), ("prod", True), ("", True), ("development", False)],
)
def test_seed_requires_option_and_development_environment(
    database: Database, node_env: str, *, development_option: bool
) -> None:
    Migrator(database.settings).upgrade()
    with pytest.raises(BlockedError, match="The seed requires a development"):
        seed(development(database, node_env), development=development_option)
    assert database.query(COUNTS) == [0, 0]


def test_seed_requires_tables(database: Database) -> None:
    with pytest.raises(BlockedError, match="The database has no tables"):
        seed(development(database), development=True)
