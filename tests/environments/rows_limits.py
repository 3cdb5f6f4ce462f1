"""Rules of limits and flags: the last value that Google accepts, and the first that it does not."""

from typing import Any

from facts import cloud_run
from tests.environments.samples import Row

FLAGS = "https://cloud.google.com/sql/docs/postgres/flags lists them"
SERVICE = {"cpu": 1, "memory": "512Mi", "max_instances": 1}


def _row(path: str, legal: Any, illegal: Any, expected: str, actual: str = "") -> Row:
    return "dev", {path: legal}, {path: illegal}, [(path, actual or str(illegal), expected)]


def _flag(name: str, legal: str, illegal: str, expected: str) -> Row:
    path = "database.flags"
    problem = (f"{path}.{name}", repr(illegal), f"{expected}, as {name} takes it: {FLAGS}")
    return "dev", {path: {name: legal}}, {path: {name: illegal}}, [problem]


def _unknown_flag(legal: str, illegal: str, perhaps: str) -> Row:
    path = "database.flags"
    expected = f"a flag of Cloud SQL for PostgreSQL{perhaps}: {FLAGS}"
    return (
        "dev",
        {path: {legal: "100"}},
        {path: {illegal: "100"}},
        [(f"{path}.{illegal}", illegal, expected)],
    )


def _project(legal: str, illegal: str, word: str) -> Row:
    expected = f"the ID of a project, none of which contains {word}: Google reserves it"
    return _row("project_id", legal, illegal, expected)


def _bucket(legal: str, illegal: str, expected: str) -> Row:
    return _row("state.bucket", legal, illegal, expected)


def _variables(count: int) -> dict[str, str]:
    return {f"V{number}": "x" for number in range(count)}


def _domain(letters: int) -> str:
    """Return a domain of which `api.<domain>` has this number of letters."""
    parts = ["a" * 60, "b" * 60, "c" * 60]
    rest = letters - len(".".join(["api", *parts, "", "com"]))
    return ".".join([*parts, "d" * rest, "com"])


LONGEST = cloud_run.max_variable_bytes()
ROWS: dict[str, Row] = {
    "labels": _row(
        "labels",
        {f"l{number}": "x" for number in range(59)},
        {f"l{number}": "x" for number in range(60)},
        "at most 59: a resource has up to 64, 5 of them from the platform and the provider",
        "60 labels",
    ),
    "number of variables": (
        "dev",
        {"services.many": SERVICE | {"env": _variables(984)}},
        {"services.many": SERVICE | {"env": _variables(985)}},
        [
            (
                "services.many",
                "985 variables",
                "at most 984 in env and secrets: Cloud Run takes 1000, and the platform sets up to "
                "16",
            )
        ],
    ),
    "length of a variable in bytes": _row(
        "services.api.env.TEXT",
        "é" * (LONGEST // 2),
        "é" * (LONGEST // 2) + "x",
        "at most 32768 bytes: put more into a file, a bucket or a secret",
        "32769 bytes",
    ),
    "length of a host": _row(
        "domain.name",
        _domain(253),
        _domain(254),
        "at most 253 with the longest label: choose a shorter domain or labels",
        f"api.{'a' * 16}… has 254 characters",
    ),
    "project with google": _project("grid-goggle-dev", "grid-google-dev", "google"),
    "project with ssl": _project("grid-tls-dev", "grid-ssl-dev", "ssl"),
    "project like a bucket of Google": _row(
        "project_id",
        "gooddev-1",
        "googdev-1",
        "a project whose ID does not begin with goog: names of buckets begin with the ID, and "
        "Google reserves goog",
    ),
    "bucket of Google": _bucket(
        "my-goog", "goog-state", "a name that does not begin with goog, which Google reserves"
    ),
    "bucket that looks like one of Google": _bucket(
        "my-go0d-state",
        "my-g00gle-state",
        "a name without google or a word that looks like it, which Google reserves",
    ),
    "bucket that is an address": _bucket("10.0.0", "10.0.0.1", "a name that is no IP address"),
    "bucket with two dots": _bucket(
        "my.state.x",
        "my..state",
        "a name without two dots, or a dot and a hyphen, next to each other",
    ),
    "flag that does not exist": _unknown_flag("work_mem", "work_mems", ", perhaps work_mem"),
    "flag that resembles none": _unknown_flag("work_mem", "zz.q", ""),
    "flag of an older version": (
        "dev",
        {"database.flags": {"force_parallel_mode": "off"}, "database.version": "POSTGRES_15"},
        {"database.flags": {"force_parallel_mode": "off"}, "database.version": "POSTGRES_16"},
        [
            (
                "database.flags.force_parallel_mode",
                "force_parallel_mode",
                "no such flag: PostgreSQL 16 and newer versions do not have it",
            )
        ],
    ),
    "flag with a unit": _flag(
        "work_mem", "65536", "64MB", "an integer from 64 to 2147483647, without a unit"
    ),
    "flag below its range": _flag(
        "work_mem", "64", "63", "an integer from 64 to 2147483647, without a unit"
    ),
    "flag above its range": _flag(
        "max_parallel_workers", "1024", "1025", "an integer from 0 to 1024, without a unit"
    ),
    "flag with too many digits": _flag(
        "work_mem",
        f"{65536:020}",
        f"{65536:021}",
        "an integer from 64 to 2147483647, without a unit",
    ),
    "flag that is true": _flag("log_lock_waits", "on", "true", "on or off"),
    "flag above its fraction": _flag(
        "checkpoint_completion_target", "1", "1.1", "a number from 0 to 1, without a unit"
    ),
    "flag below its fraction": _flag(
        "random_page_cost", "0", "-0.1", "a number 0 or more, without a unit"
    ),
    "flag of a list": _flag("log_statement", "ddl", "every", "one of none, ddl, mod, all"),
    "slow queries as a flag": _row(
        "database.slow_query_ms", 2_147_483_647, 2_147_483_648, "2147483647 or less"
    ),
}
