"""`python -m preview`: apply or destroy a synthesized environment in the offline Google."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from contract import synthesis
from offline.__main__ import FAILED, USAGE, UsageError, add_world_option
from offline.terraform.core import CoreNotFoundError
from offline.terraform.processes import SessionBusyError
from offline.terraform.session import Offline
from preview.try_apply import TryRun, TryRunError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 if it failed, or 2 if it could not start."""
    args = _parser().parse_args(argv)
    try:
        return _run(args)
    except (UsageError, SessionBusyError, CoreNotFoundError) as error:
        print(f"offline: {error}", file=sys.stderr)
        return USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m preview", description=__doc__)
    add_world_option(parser)
    commands = parser.add_subparsers(metavar="COMMAND", required=True, dest="command")
    for name, text in (
        ("apply", "init, plan, apply, plan again of a synthesized environment, and a summary"),
        ("destroy", "destroy what `apply` created, unless it is protected"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("environment", metavar="ENV")
        command.add_argument(
            "--stacks",
            type=Path,
            metavar="DIR",
            default=Path("cdktf.out", "stacks"),
            help="where the synthesized environments are (default: %(default)s)",
        )
    return parser


def _run(args: argparse.Namespace) -> int:
    directory = args.stacks / args.environment
    if not (directory / "cdk.tf.json").is_file():
        raise UsageError(
            f"{directory / 'cdk.tf.json'} is not there; run make synth ENV={args.environment} first"
        )
    try:
        environments = Path(os.environ.get("GRID_ENVIRONMENTS") or "environments")
        synthesis.check(directory, environments)
    except synthesis.StaleStackError as error:
        raise UsageError(f"{error}; run make synth ENV={args.environment}") from None
    with Offline(args.world) as offline:
        run = TryRun(offline, args.environment, directory, args.world)
        try:
            run.apply() if args.command == "apply" else run.destroy()
        except TryRunError as error:
            print(f"\noffline: {error}", file=sys.stderr)
            return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
