"""Rules of reserved names and roles: the last valid value, and the first invalid one."""

from typing import Any

from tests.environments.samples import Row

TAKEN = "another name, such as grid_app: PostgreSQL has or reserves this one"
BASIC = (
    "roles of the services that it calls, such as roles/storage.objectViewer: a basic role holds "
    "for the whole project, its data and its secrets"
)
NEWER = "one that is newer than the list belongs in facts/src/facts/data/roles.json"


def _row(path: str, legal: Any, illegal: Any, expected: str) -> Row:
    return "dev", {path: legal}, {path: illegal}, [(path, str(illegal), expected)]


def _prefix(path: str, legal: str, illegal: str, prefix: str, owner: str) -> Row:
    expected = f"a name that does not begin with {prefix}: those belong to {owner}"
    return _row(path, legal, illegal, expected)


def _database(name: str) -> Row:
    expected = "another name, such as grid: every instance has a database of this name"
    return _row("database.name", f"{name}_1", name, expected)


def _role(legal: str, illegal: str, expected: str) -> Row:
    problem = ("services.api.roles.0", illegal, expected)
    key = "services.api.roles"
    return "dev", {key: [legal]}, {key: [illegal]}, [problem]


ROWS: dict[str, Row] = {
    "user of PostgreSQL": _prefix("database.user", "pgapp", "pg_app", "pg_", "PostgreSQL"),
    "user of Cloud SQL": _prefix(
        "database.migration_user", "cloud_sql", "cloudsqlsuperuser", "cloudsql", "Cloud SQL"
    ),
    "user that exists": _row("database.user", "postgres_app", "postgres", TAKEN),
    "user that means every user": _row("database.user", "publicx", "public", TAKEN),
    "user that means no user": _row("database.migration_user", "nones", "none", TAKEN),
    **{
        f"database {name}": _database(name)
        for name in ("postgres", "template0", "template1", "cloudsqladmin")
    },
    "basic role": _role("roles/browser", "roles/editor", BASIC),
    "basic role in preview": _role("roles/browser", "roles/writer", BASIC),
    "role in other letters": _role(
        "roles/storage.objectViewer",
        "roles/storage.objectviewer",
        f"a predefined role, perhaps roles/storage.objectViewer; {NEWER}",
    ),
    "role that does not exist": _role(
        "roles/compute.instanceAdmin.v1", "roles/zzz.q", f"a predefined role; {NEWER}"
    ),
}
