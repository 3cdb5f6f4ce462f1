"""Compares a restored instance with an export that can be relied on.

The instance has a private address only, so nothing is asked of the database itself: it is exported,
and the dump is read. So every row was read, by what would have to read it in earnest.
"""

from __future__ import annotations

from operations.backup.cloud_sql import Json, Sql
from operations.backup.cloud_storage import Bucket
from operations.backup.dump_reader import Dump
from operations.backup.exports import Export, object_name, read, take
from operations.core.errors import FailedError
from operations.core.session import WriteContext

PREFIX = "verify/"
"""Where exports of restored instances are; the lifecycle of the bucket removes them."""


def compare(session: WriteContext, instance: str, reference: Export, *, exact: bool) -> Json:
    """Compare and return what was found; `exact` where the instance was filled from the reference.

    Otherwise the two are of different times: then tables and migration must be the same, and no
    table empty that has rows in the reference; the difference in rows is told.

    Raises:
        FailedError: it is not what it should be; the message has every difference.
    """
    sql, platform = Sql(session), session.platform
    found = sql.existing(instance)
    problems = [f"it is {found['state']}"] if found["state"] != "RUNNABLE" else []
    if platform.database.name not in sql.names("databases", instance):
        problems.append(f"it has no database {platform.database.name}")
    missing = sorted(sql.names("users", platform.database.instance) - sql.names("users", instance))
    if missing and not exact:  # an export has none; the next apply makes them
        problems.append(f"it lacks the users {', '.join(missing)}")
    if problems:
        raise _different(instance, problems)
    with session.report.step("read the reference"):
        wanted = read(session, reference)
    got = _dump(session, found)
    if problems := _differences(wanted, got, exact=exact):
        raise _different(instance, problems)
    return {
        "instance": instance,
        "reference": reference.uri,
        "exact": exact,
        "revision": got.revision,
        "tables": {
            table: {"rows": rows, "reference": wanted.tables[table]}
            for table, rows in got.tables.items()
        },
        "missing_users": missing,
    }


def _dump(session: WriteContext, instance: Json) -> Dump:
    """Export the instance, which may write to the bucket that long, and read the dump."""
    name, email = instance["name"], instance["serviceAccountEmailAddress"]
    bucket = Bucket(session, session.platform.buckets.backups)
    session.steps.step(
        "access to the bucket",
        check=lambda: bucket.granted(email) or None,
        apply=lambda: bucket.grant(email),
        revert=lambda: bucket.revoke(email),
    )
    export = take(session, name, object_name(name, session.journal.run, PREFIX))
    with session.report.step("read what was restored"):
        dump = read(session, export)
    bucket.revoke(email)
    return dump


def _differences(wanted: Dump, got: Dump, *, exact: bool) -> list[str]:
    problems = []
    if got.revision != wanted.revision:
        problems.append(f"migration {got.revision or 'none'}, wanted {wanted.revision or 'none'}")
    for table in sorted({*wanted.tables, *got.tables}):
        has, should = got.tables.get(table), wanted.tables.get(table)
        if has is None or should is None:
            problems.append(f"table {table} is {'missing' if has is None else 'one too many'}")
        elif (exact and has != should) or (should and not has):
            problems.append(f"table {table} has {has} rows, the reference {should}")
    return problems


def _different(instance: str, problems: list[str]) -> FailedError:
    lines = "\n".join(f"  {one}" for one in problems)
    return FailedError(f"{instance} is not what it should be:\n{lines}")
