"""The command `offline compare`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from offline.problems import CommandError

EQUAL, DIFFERENT = 0, 1


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser."""
    parser = commands.add_parser(
        "compare",
        help="compare the embedded provider with the genuine one on a directory",
        description="Plan, apply, plan again and destroy copies of DIR with the genuine provider "
        "on a served Google, and with the embedded provider. Print what differs, attribute by "
        "attribute. Variables come from DIR and from TF_VAR_ variables.",
        epilog="exit codes: 0 equal; 1 there are differences; 2 wrong usage, or no provider.",
    )
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument(
        "--provider", type=Path, metavar="MIRROR", help="folder with the genuine provider"
    )
    parser.add_argument("--plan-only", action="store_true", help="compare only the first plan")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    # Google's documents and the providers take a second: other commands do without.
    from offline.compare import report  # noqa: PLC0415
    from offline.compare.differences import compare  # noqa: PLC0415
    from offline.compare.doors import DOORS  # noqa: PLC0415
    from offline.compare.run import InitError, live  # noqa: PLC0415
    from offline.compare.scratch import copy  # noqa: PLC0415

    for folder in (args.directory, args.provider):
        if folder is not None and not folder.is_dir():
            raise CommandError(f"There is no directory {folder}")
    mirror = args.provider and args.provider.resolve()
    lives = {}
    with tempfile.TemporaryDirectory(prefix="offline-compare-") as scratch:
        for name, door in DOORS.items():
            folder = copy(args.directory, Path(scratch, name))
            try:
                with door(mirror) as session:
                    [lives[name]] = live(
                        session, [folder], plan_only=args.plan_only, on_progress=_progress(name)
                    )
            except InitError as error:
                raise CommandError(f"terraform init failed, {name} provider\n{error}") from error
    genuine, embedded = lives["genuine"], lives["embedded"]
    result = compare(genuine, embedded)
    if args.json:
        print(report.as_json(result, genuine, embedded))
    else:
        print(report.text(result, genuine, embedded, plan_only=args.plan_only))
    return EQUAL if result.is_equal else DIFFERENT


def _progress(door: str) -> Callable[[str], None]:
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda step: print(f"{door}: {step}", file=sys.stderr)
