"""The database's users: their passwords are nowhere but where they are needed."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cdktf import TerraformOutput

from stacks.stack import Stack
from tests.template import alone
from tests.unit.databases import OTHER, databases
from tests.unit.parts import database

USERS = {"app_user": "db", "migration_user": "db_migration"}
"""Each user and how its secrets' addresses begin."""


def _version(name: str) -> Any:
    return databases().get(f"google_secret_manager_secret_version.{name}")


@pytest.mark.parametrize("user", USERS)
def test_user_is_abandoned_on_destroy(user: str) -> None:
    assert databases().get(f"google_sql_user.{user}")["deletion_policy"] == "ABANDON"


def test_database_is_abandoned_on_destroy() -> None:
    assert databases().one("google_sql_database")["deletion_policy"] == "ABANDON"


@pytest.mark.parametrize("user", USERS)
def test_user_password_is_write_only(user: str) -> None:
    resource = databases().get(f"google_sql_user.{user}")
    assert resource["password_wo"] == f"${{ephemeral.random_password.database_{user}.result}}"
    assert "password" not in resource


def test_users_have_distinct_passwords() -> None:
    users = databases().of("google_sql_user").values()
    assert len({user["password_wo"] for user in users}) == 2


@pytest.mark.parametrize("user", USERS)
def test_password_version_is_the_same_in_user_and_secrets(user: str) -> None:
    template = databases(OTHER)
    made = template.get(f"google_sql_user.{user}")["password_wo_version"]
    versions = template.of("google_secret_manager_secret_version")
    secrets = [
        versions[f"{USERS[user]}_{kind}"]["secret_data_wo_version"]
        for kind in ("password", "connection")
    ]
    assert [made, *secrets] == [7, 7, 7]


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("kind", ["password", "connection"])
def test_password_secret_is_replaced_with_its_user(user: str, kind: str) -> None:
    lifecycle = _version(f"{USERS[user]}_{kind}")["lifecycle"]
    assert lifecycle["replace_triggered_by"] == [f"google_sql_user.{user}"]


@pytest.mark.parametrize("user", USERS)
def test_password_secret_has_the_password_of_its_user(user: str) -> None:
    password = databases().get(f"google_sql_user.{user}")["password_wo"]
    assert _version(f"{USERS[user]}_password")["secret_data_wo"] == password


@pytest.mark.parametrize(
    ("user", "login"), [("app_user", "grid_app"), ("migration_user", "grid_migrations")]
)
def test_connection_url_has_the_private_address_and_tls(user: str, login: str) -> None:
    host = "${google_sql_database_instance.main.private_ip_address}"
    password = f"${{ephemeral.random_password.database_{user}.result}}"
    raw = _version(f"{USERS[user]}_connection")["secret_data_wo"]
    url = urlsplit(raw.replace(password, "PASSWORD").replace(host, "HOST"))
    assert (url.scheme, url.username, url.password) == ("postgresql", login, "PASSWORD")
    assert (url.netloc.rpartition("@")[2], url.port) == ("HOST:5432", 5432)
    assert url.path == "/${google_sql_database.main.name}"
    assert parse_qs(url.query) == {"sslmode": ["require"]}


@pytest.mark.parametrize("protect", [True, False])
def test_secrets_with_passwords_are_protected_like_the_database(protect: bool) -> None:
    secrets = databases(protect=protect).of("google_secret_manager_secret").values()
    assert [secret["deletion_protection"] for secret in secrets] == [protect] * 4


def test_services_and_migrations_log_in_as_different_users() -> None:
    def build(stack: Stack) -> None:
        made = database(stack)
        TerraformOutput(stack, "services", value=made.url.secret_id)
        TerraformOutput(stack, "migrations", value=made.migration_url.secret_id)

    assert alone(build).outputs == {
        "services": "${google_secret_manager_secret.db_connection.secret_id}",
        "migrations": "${google_secret_manager_secret.db_migration_connection.secret_id}",
    }
