"""Warnings about values that Google probably rejects: no page that says so could be read."""

from collections.abc import Iterator

from environments.problems import Problem
from environments.schema import Environment
from facts import cloud_armor, cloud_sql, names


def warn_ban(environment: Environment) -> Iterator[Problem]:
    """Warn about bans that are shorter or longer than Cloud Armor is known to take."""
    low, high = cloud_armor.ban_seconds_range()
    seconds = environment.cloud_armor.rate_limit.ban_seconds
    if not low <= seconds <= high:
        path = ("cloud_armor", "rate_limit", "ban_seconds")
        yield Problem(path, str(seconds), f"{low} to {high}, or Cloud Armor rejects the rule")


def warn_shared_core(environment: Environment) -> Iterator[Problem]:
    """Warn about a disk that is larger than a tier with a shared core has."""
    database, most = environment.database, cloud_sql.shared_core_max_disk_gb()
    if database.tier in cloud_sql.shared_core_tiers() and database.disk_size_gb > most:
        expected = f"at most {most} with {database.tier}, or a db-custom tier"
        yield Problem(("database", "disk_size_gb"), str(database.disk_size_gb), expected)


def warn_connections(environment: Environment) -> Iterator[Problem]:
    """Warn about many more connections than Cloud SQL sets for that much memory. Each takes some
    MB, and PostgreSQL ends connections when there is no memory left.
    """
    database = environment.database
    memory = cloud_sql.memory_gib(database.tier)
    usual = cloud_sql.default_max_connections(memory)
    if usual and database.max_connections > usual * _TIMES:
        yield Problem(
            ("database", "max_connections"),
            str(database.max_connections),
            f"at most {usual * _TIMES} with the {memory:g} GiB of {database.tier}, {_TIMES} times "
            f"Cloud SQL's own {usual}; or a tier with more memory",
        )


def warn_labels(environment: Environment) -> Iterator[Problem]:
    """Warn about labels that look like those of Google."""
    prefix = names.reserved_label_prefix()
    for key in environment.labels:
        if key.startswith(prefix):
            expected = f"a key that does not begin with {prefix}, as Google's own labels do"
            yield Problem(("labels", key), key, expected)


def warn_project_id(environment: Environment) -> Iterator[Problem]:
    """Warn about words that Google advises against in the ID of a project."""
    for word in sorted(names.discouraged_project_words()):
        if word in environment.project_id:
            expected = f"a project without {word} in its ID, as Google advises"
            yield Problem(("project_id",), environment.project_id, expected)


_TIMES = 4
"""More than this many times the default is doubtful: a choice, no limit of Google."""

WARNINGS = (warn_ban, warn_shared_core, warn_connections, warn_labels, warn_project_id)
