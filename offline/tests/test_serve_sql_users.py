"""Users of Cloud SQL for MySQL: a name and a host, and names of IAM principals without a domain.

The expected names are those that google 6.50.0 looks for (resourceSqlUserRead).
"""

from __future__ import annotations

from typing import Any

import pytest
from rest_client import PROJECT, Client

SQL = f"sqladmin/sql/v1beta4/{PROJECT}/instances"
EMAIL = "runner@example-project.iam.gserviceaccount.com"


@pytest.fixture
def users(client: Client) -> Client:
    settings = {"tier": "db-f1-micro"}
    for name, version in (("my", "MYSQL_8_0"), ("pg", "POSTGRES_15")):
        described = {"name": name, "databaseVersion": version, "settings": settings}
        assert client("POST", SQL, described).status == 200
        while client("GET", f"{SQL}/{name}").body["state"] != "RUNNABLE":
            pass
    return client


def names(client: Client, instance: str) -> set[tuple[str, str]]:
    items = client("GET", f"{SQL}/{instance}/users").body["items"]
    return {(item["name"], item.get("host", "")) for item in items}


def insert(client: Client, instance: str, **user: Any) -> None:
    answer = client("POST", f"{SQL}/{instance}/users", user)
    assert answer.status == 200, answer.body
    client.server.settled(answer.body["name"])


def test_hosts_make_users_of_one_name_different(users: Client) -> None:
    insert(users, "my", name="app", host="%")
    insert(users, "my", name="app", host="10.0.0.0/255.0.0.0")
    both = {("app", "%"), ("app", "10.0.0.0/255.0.0.0")}
    assert both <= names(users, "my")
    answer = users("DELETE", f"{SQL}/my/users?host=%25&name=app")
    users.server.settled(answer.body["name"])
    assert both & names(users, "my") == {("app", "10.0.0.0/255.0.0.0")}


@pytest.mark.parametrize(
    ("instance", "type_", "expected"),
    [
        ("my", "CLOUD_IAM_SERVICE_ACCOUNT", "runner"),
        ("my", "CLOUD_IAM_USER", "runner"),
        ("my", "CLOUD_IAM_GROUP", EMAIL),
        ("my", "BUILT_IN", EMAIL),
        ("pg", "CLOUD_IAM_USER", EMAIL),
    ],
)
def test_name_of_principal_depends_on_engine(
    users: Client, instance: str, type_: str, expected: str
) -> None:
    insert(users, instance, name=EMAIL, type=type_)
    assert expected in {name for name, _ in names(users, instance)}
