"""Rules of names and roles that belong to PostgreSQL, Cloud SQL or Google Cloud."""

from collections.abc import Iterator

from environments.problems import Path, Problem
from environments.schema import Environment
from facts import cloud_sql, roles


def check_database_names(environment: Environment) -> Iterator[Problem]:
    """Check that database and users have names that PostgreSQL and Cloud SQL leave to others."""
    database = environment.database
    if database.name in cloud_sql.reserved_databases():
        expected = "another name, such as grid: every instance has a database of this name"
        yield Problem(("database", "name"), database.name, expected)
    for key, user in (("user", database.user), ("migration_user", database.migration_user)):
        at: Path = ("database", key)
        if user in cloud_sql.reserved_roles():
            expected = "another name, such as grid_app: PostgreSQL has or reserves this one"
            yield Problem(at, user, expected)
        for prefix, owner in cloud_sql.reserved_role_prefixes().items():
            if user.startswith(prefix):
                expected = f"a name that does not begin with {prefix}: those belong to {owner}"
                yield Problem(at, user, expected)


def check_roles(environment: Environment) -> Iterator[Problem]:
    """Check that the roles of services exist, and that none is basic."""
    for name, service in environment.services.items():
        for index, role in enumerate(service.roles):
            at: Path = ("services", name, "roles", index)
            if role in roles.basic():
                expected = (
                    "roles of the services that it calls, such as roles/storage.objectViewer: a "
                    "basic role holds for the whole project, its data and its secrets"
                )
                yield Problem(at, role, expected)
            elif role not in roles.predefined():
                near = "".join(f", perhaps {name}" for name in roles.resembled(role)[:1])
                expected = (
                    f"a predefined role{near}; one that is newer than the list belongs in "
                    "facts/src/facts/data/roles.json"
                )
                yield Problem(at, role, expected)


RULES = (check_database_names, check_roles)
