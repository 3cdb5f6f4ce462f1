"""`python -m grid_migrations`: the program of the migration job."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from traceback import format_tb
from typing import NoReturn

from sqlalchemy.exc import DBAPIError

from grid_migrations import logs
from grid_migrations.errors import MigrationError, Problem, UnavailableError
from grid_migrations.lint import lint_all
from grid_migrations.revisions import phase
from grid_migrations.seed import seed
from grid_migrations.settings import Settings
from grid_migrations.upgrade import Migrator, describe

_EPILOG = """\
exit codes:
  0  The command succeeded.
  1  Internal error of grid_migrations.
  2  An argument or an environment variable is invalid.
  3  A check failed. Nothing was changed.
  4  Another migration holds the lock.
  5  The database is unavailable or locked, or the job was interrupted. Run the command again.
  6  PostgreSQL or the guard rejected a statement.
  7  The database differs from the result of the migration.
  8  The code of a revision failed.

environment variables:
  DATABASE_URL       database, as the user that owns the schema
  DATABASE_CA_CERTS  certificate authorities in PEM, to verify the server
  DATABASE_APP_USER  database user of the services (default: grid_app)
  NODE_ENV           `seed` requires "development"

examples:
  python -m grid_migrations check
  python -m grid_migrations upgrade --contract"""

_PROGRAM = "python -m grid_migrations"
_log = logging.getLogger("grid_migrations")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, and return its exit code."""
    args = _parser().parse_args(argv)
    logs.configure()
    # Cloud Run ends a job with SIGTERM: psycopg cancels the statement on KeyboardInterrupt.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _run(args)
    except MigrationError as error:
        _log.error("%s", error, extra={"exit_code": error.code})
        return error.code
    except Exception as error:  # noqa: BLE001 - the log is the only output of the job
        # The text of the exception can contain values of rows.
        trace = "".join(format_tb(error.__traceback__))
        bug = Problem(
            what=f"Internal error in grid_migrations: {type(error).__name__}",
            where=f"{_PROGRAM} {args.command}",
            advice="Report this bug with the field trace of this log line",
        )
        _log.error("%s", bug, extra={"exit_code": MigrationError.code, "trace": trace})
        return MigrationError.code
    return 0


class _Parser(argparse.ArgumentParser):
    """Parser whose errors have the format of the others."""

    def error(self, message: str) -> NoReturn:
        """Print the error and exit with code 2."""
        problem = Problem(
            what="The arguments are invalid",
            where=self.prog,
            reason=f"{message[:1].upper()}{message[1:]}.",
            advice=f"List commands and options: {self.prog} --help",
        )
        self.exit(2, f"{problem}\n")


def _run(args: argparse.Namespace) -> None:
    run: Callable[[Settings, argparse.Namespace], None] | None = args.run
    if not run:
        lint_all()
        return
    settings = Settings.of(os.environ)
    try:
        run(settings, args)
    except DBAPIError as error:
        raise describe(error, settings) from error
    except KeyboardInterrupt as error:
        raise UnavailableError(
            Problem(
                what="The command was interrupted",
                where=f"{_PROGRAM} {args.command}",
                reason="PostgreSQL rolled back what was not committed.",
                advice="Run the command again. It is safe to repeat",
            )
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=_PROGRAM,
        description="Migrate the database of Grid, and check it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, dest="command", metavar="COMMAND")
    check = commands.add_parser("check", help="print what `upgrade` would do, without a change")
    upgrade = commands.add_parser("upgrade", help="check, lock, migrate, grant, and verify")
    for command, run in ((check, _check), (upgrade, _upgrade)):
        command.add_argument(
            "--contract",
            action="store_true",
            help="allow revisions that remove objects of older services",
        )
        command.set_defaults(run=run)
    verify = commands.add_parser("verify", help="compare the database with the recorded schema")
    verify.set_defaults(run=lambda settings, _: Migrator(settings).verify())
    record = commands.add_parser("record", help="write the schema of the database to schema.json")
    record.set_defaults(run=lambda settings, _: Migrator(settings).record())
    lint = commands.add_parser("lint", help="check the revisions, without a database")
    lint.set_defaults(run=None)
    rows = commands.add_parser("seed", help="write sample data to a development database")
    rows.add_argument(
        "--development", action="store_true", help="confirm that this is a development database"
    )
    rows.set_defaults(run=lambda settings, args: seed(settings, development=args.development))
    return parser


def _check(settings: Settings, args: argparse.Namespace) -> None:
    plan = Migrator(settings).check(contract=args.contract)
    for script in plan.pending:
        _log.info("pending %s (%s): %s", script.revision, phase(script), script.doc)
    _log.info(
        "from %s to %s",
        ", ".join(plan.at) or "nothing",
        plan.head,
        extra={"pending": len(plan.pending)},
    )


def _upgrade(settings: Settings, args: argparse.Namespace) -> None:
    Migrator(settings).upgrade(contract=args.contract)


if __name__ == "__main__":
    sys.exit(main())
