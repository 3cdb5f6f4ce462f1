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
        "attribute. Variables come from DIR, TF_VAR_ variables, and the options.",
        epilog="exit codes: 0 equal; 1 there are differences; 2 wrong usage, no provider, or "
        "nothing to compare: no resources, or a plan that fails with both providers.",
    )
    parser.add_argument("directory", type=Path, metavar="DIR")
    parser.add_argument(
        "--provider", type=Path, metavar="MIRROR", help="folder with the genuine provider"
    )
    parser.add_argument(
        *("-var", "--var"),
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="value of a variable, as for terraform plan",
    )
    parser.add_argument(
        *("-var-file", "--var-file"),
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="file with values of variables, as for terraform plan",
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
            raise CommandError(
                f"Directory {folder} does not exist", advice="Name a directory that exists"
            )
    for file in args.var_file:
        if not file.is_file():
            raise CommandError(f"File {file} does not exist", advice="Name a file that exists")
    variables = [f"-var={value}" for value in args.var]
    variables += [f"-var-file={file.resolve()}" for file in args.var_file]
    mirror = args.provider and args.provider.resolve()
    lives = {}
    with tempfile.TemporaryDirectory(prefix="offline-compare-") as scratch:
        for name, door in DOORS.items():
            folder = copy(args.directory, Path(scratch, name))
            try:
                with door(mirror) as session:
                    [lives[name]] = live(
                        session,
                        [folder],
                        plan_only=args.plan_only,
                        variables=variables,
                        on_progress=_progress(name),
                    )
            except InitError as error:
                raise CommandError(
                    f"terraform init failed with the {name} provider",
                    *str(error).splitlines(),
                    advice="Correct the directory until terraform init succeeds",
                ) from error
    genuine, embedded = lives["genuine"], lives["embedded"]
    if "plan" in genuine.errors and "plan" in embedded.errors:
        raise CommandError(
            f"The plan of {args.directory} fails with both providers",
            *report.failures("plan", genuine, embedded)[1:],
            advice="Correct the directory, or set its variables: -var, -var-file",
        )
    result = compare(genuine, embedded)
    if result.is_equal and not result.plans and not result.states:
        raise CommandError(
            f"The plan of {args.directory} has no resources to compare",
            advice="Name the directory of a root module with resources",
        )
    if args.json:
        print(report.as_json(result, genuine, embedded))
    else:
        print(report.text(result, genuine, embedded, plan_only=args.plan_only))
    return EQUAL if result.is_equal else DIFFERENT


def _progress(door: str) -> Callable[[str], None]:
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda step: print(f"{door}: {step}", file=sys.stderr)
