"""Checks of revisions that need no database: IDs, phases, statements and their locks."""

import logging
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import Script, ScriptDirectory
from sqlalchemy import BindParameter
from sqlalchemy.dialects.postgresql.base import PGCompiler, PGDialect

from grid_migrations import failures, guard, squawk
from grid_migrations.errors import BlockedError, Problem
from grid_migrations.expand_rules import ExpandRules
from grid_migrations.revisions import VERSIONS, config, pending, phase

MAX_ID = 32
"""Characters of `alembic_version.version_num` (Alembic, `DDLImpl.version_table_impl`)."""

_log = logging.getLogger(__name__)


class _Compiler(PGCompiler):
    """Compiler that does not write NULL for a parameter without a value."""

    def render_literal_bindparam(self, bindparam: BindParameter[Any], *args: Any, **kw: Any) -> str:
        """Return the literal of a parameter."""
        if bindparam.required:
            raise failures.UnsetParameterError(bindparam.key)
        return str(super().render_literal_bindparam(bindparam, *args, **kw))  # type: ignore[no-untyped-call]


def lint_all(versions: Path = VERSIONS) -> None:
    """Check all revisions.

    Raises:
        BlockedError: the message has every problem.
    """
    directory = ScriptDirectory.from_config(config(versions))
    if found := problems(pending(directory, ())):
        raise BlockedError(*found)
    _log.info("all revisions passed the checks")


def problems(scripts: Iterable[Script]) -> list[Problem]:
    """Return the problems of revisions.

    Statements that a revision composes from data of the database are unknown here. The guard checks
    them before they are sent.

    Raises:
        BlockedError: a revision does not declare its phase.
    """
    return [problem for script in scripts for problem in _problems(script)]


def _problems(script: Script) -> Iterator[Problem]:
    if len(script.revision) > MAX_ID:
        yield Problem(
            what=f"The ID of revision {script.revision} is too long",
            where=f"{Path(script.path).name}, variable revision",
            expected=f"{MAX_ID} characters, which Alembic can store",
            actual=f"{len(script.revision)} characters",
            advice="Shorten the ID, and change down_revision of the next revision",
        )
    is_expand = phase(script) == "expand"
    try:
        sql = render(script)
    except failures.UnsetParameterError as error:
        yield failures.describe(script, error)
        return
    except Exception as error:  # noqa: BLE001 - whatever the code of a revision raises
        _log.warning(
            "revision %s cannot be checked before it runs: it needs its database (%s)",
            script.revision,
            type(error).__name__,
        )
        return
    if is_expand and (found := ExpandRules().problems(sql)):
        yield guard.describe(script.revision, found)
    excluded = getattr(script.module, "squawk_exclude", ())
    for finding in squawk.findings(sql, (*squawk.EXCLUDED, *excluded)):
        yield Problem(
            what=f"Revision {script.revision} blocks readers or writers",
            where=f"{Path(script.path).name}, statement in line {finding.line} of its SQL",
            reason=f"{finding.message}. ({finding.rule})",
            advice=finding.advice or f"Change the statement: {squawk.RULES}{finding.rule}",
        )


def render(script: Script) -> str:
    """Return the statements of a revision, in its transaction, as Alembic writes them without a
    database.

    Raises:
        UnsetParameterError: a parameter has no value.
        Exception: any other exception of the code of the revision.
    """
    buffer = StringIO()
    dialect = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]
    dialect.statement_compiler = _Compiler
    context = MigrationContext.configure(
        dialect=dialect,
        opts={"as_sql": True, "literal_binds": True, "output_buffer": buffer},
    )
    with Operations.context(context):
        script.module.upgrade()
    return f"BEGIN;\n\n{buffer.getvalue()}COMMIT;\n"
