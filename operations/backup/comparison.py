"""Compares a restored instance with an export that can be relied on.

The instance has a private address only, so nothing is asked of the database itself: it is exported,
and the dump is read. So every row was read, by what would have to read it in earnest.
"""

from __future__ import annotations

from operations.backup.cloud_sql import CloudSql, Json
from operations.backup.cloud_storage import Bucket
from operations.backup.dump_reader import Dump
from operations.backup.exports import Export, create, object_name, read
from operations.core.errors import FailedError
from operations.core.session import WriteContext

PREFIX = "verify/"
"""Where exports of restored instances are; the lifecycle of the bucket removes them."""


def compare(session: WriteContext, instance: str, reference: Export, *, exact: bool) -> Json:
    """Compare and return what was found; `exact` where the instance was filled from the reference.

    Otherwise the two are of different times: then tables and migration must be the same, and no
    table empty that has rows in the reference; the difference in rows is reported.

    Raises:
        FailedError: it differs from the reference; the message has every difference.
    """
    sql, platform = CloudSql(session), session.platform
    restored = sql.get_instance(instance)
    problems = [f"it is {restored['state']}"] if restored["state"] != "RUNNABLE" else []
    if platform.database.name not in sql.names("databases", instance):
        problems.append(f"it has no database {platform.database.name}")
    missing: list[str] = []
    if sql.instance(platform.database.instance):
        users = sql.names("users", platform.database.instance)
        missing = sorted(users - sql.names("users", instance))
    else:
        session.report.log(f"{platform.database.instance} was deleted: its users are not compared")
    if missing and not exact:  # an export has none; the next apply makes them
        problems.append(f"it lacks the users {', '.join(missing)}")
    if problems:
        raise _mismatch(instance, problems)
    with session.report.step("read the reference"):
        expected = read(session, reference)
    actual = _dump(session, restored)
    if problems := _differences(expected, actual, exact=exact):
        raise _mismatch(instance, problems)
    return {
        "instance": instance,
        "reference": reference.uri,
        "exact": exact,
        "revision": actual.revision,
        "tables": {
            table: {"rows": rows, "reference": expected.tables[table]}
            for table, rows in actual.tables.items()
        },
        "missing_users": missing,
    }


def _dump(session: WriteContext, instance: Json) -> Dump:
    """Export the instance, which may write to the bucket that long, and read the dump."""
    name, email = instance["name"], instance["serviceAccountEmailAddress"]
    bucket = Bucket(session, session.platform.buckets.backups)
    session.steps.step(
        "access to the bucket",
        check=lambda: bucket.has_access(email) or None,
        apply=lambda: bucket.grant_access(email),
        revert=lambda: bucket.revoke_access(email),
    )
    export = create(session, name, object_name(name, session.journal.run, PREFIX))
    with session.report.step("read what was restored"):
        dump = read(session, export)
    bucket.revoke_access(email)
    return dump


def _differences(expected: Dump, actual: Dump, *, exact: bool) -> list[str]:
    problems = []
    if actual.revision != expected.revision:
        problems.append(
            f"migration {actual.revision or 'none'}, expected {expected.revision or 'none'}"
        )
    for table in sorted({*expected.tables, *actual.tables}):
        actual_rows, expected_rows = actual.tables.get(table), expected.tables.get(table)
        if actual_rows is None or expected_rows is None:
            problems.append(
                f"table {table} is {'missing' if actual_rows is None else 'one too many'}"
            )
        elif (exact and actual_rows != expected_rows) or (expected_rows and not actual_rows):
            problems.append(f"table {table} has {actual_rows} rows, the reference {expected_rows}")
    return problems


def _mismatch(instance: str, problems: list[str]) -> FailedError:
    lines = "\n".join(f"  {problem}" for problem in problems)
    return FailedError(
        f"{instance} differs from its reference:\n{lines}",
        advice="restore from another backup or export, and compare again",
    )
