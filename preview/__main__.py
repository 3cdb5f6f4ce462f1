"""`python -m preview`: apply a synthesized environment in the offline Google, or draw it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from contract import costs, synthesis
from offline.__main__ import FAILED, add_world_option
from offline.problems import USAGE, CommandError, describe
from offline.terraform.session import Offline
from preview.architecture.mermaid import NoBlockError, replace_block
from preview.architecture.page import page
from preview.architecture.reader import read
from preview.architecture.svg import picture
from preview.rehearse.run import add_options
from preview.try_apply import TryRun, TryRunError

_BOOTSTRAP = "-bootstrap"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 if it failed, or 2 if it could not start."""
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
        return code
    except (CommandError, NoBlockError) as error:
        print(describe(error, f"python -m preview {args.command}"), file=sys.stderr)
        return USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m preview", description=__doc__)
    add_world_option(parser)
    stacks = argparse.ArgumentParser(add_help=False)
    stacks.add_argument(
        "--stacks",
        type=Path,
        metavar="DIR",
        default=Path("cdktf.out", "stacks"),
        help="where the synthesized environments are (default: %(default)s)",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True, dest="command")
    for name, text in (
        ("apply", "init, plan, apply, plan again of a synthesized environment, and a summary"),
        ("destroy", "destroy what `apply` created, unless it is protected"),
    ):
        command = commands.add_parser(name, help=text, description=text, parents=[stacks])
        command.add_argument("environment", metavar="ENV")
        command.set_defaults(run=_try)
    text = "write an architecture page for each synthesized environment"
    command = commands.add_parser("docs", help=text, description=text, parents=[stacks])
    command.add_argument("environments", metavar="ENV", nargs="*", help="default: all")
    command.add_argument(
        "--to",
        type=Path,
        metavar="DIR",
        default=Path("cdktf.out", "architecture"),
        help="where the pages go (default: %(default)s)",
    )
    command.set_defaults(run=_write_pages)
    text = "draw one synthesized environment as SVG, and as Mermaid between the marks of a document"
    command = commands.add_parser("draw", help=text, description=text, parents=[stacks])
    command.add_argument("environment", metavar="ENV")
    command.add_argument("--svg", type=Path, metavar="FILE", required=True)
    command.add_argument("--document", type=Path, metavar="FILE", required=True)
    command.set_defaults(run=_draw)
    text = "run the whole life of an environment: bootstrap, releases, backups, drift, destroy"
    add_options(commands.add_parser("rehearse", help=text, description=text))
    return parser


def _try(args: argparse.Namespace) -> int:
    directory = _stack(args.stacks, args.environment)
    with Offline(args.world) as offline:
        run = TryRun(offline, args.environment, directory, args.world)
        try:
            run.apply() if args.command == "apply" else run.destroy()
        except TryRunError as error:
            print(f"\n{describe(error, f'python -m preview {args.command}')}", file=sys.stderr)
            return FAILED
    return 0


def _write_pages(args: argparse.Namespace) -> int:
    names = args.environments or sorted(
        file.parent.name
        for file in args.stacks.glob("*/cdk.tf.json")
        if not file.parent.name.endswith(_BOOTSTRAP)
    )
    directories = {name: _stack(args.stacks, name) for name in names}
    args.to.mkdir(parents=True, exist_ok=True)
    for name, directory in directories.items():
        file = args.to / f"{name}.html"
        stack = json.loads((directory / "cdk.tf.json").read_text("utf-8"))
        file.write_text(page(read(stack, name), costs=costs.estimate(stack)), "utf-8")
        print(file)
    return 0


def _draw(args: argparse.Namespace) -> int:
    directory = _stack(args.stacks, args.environment)
    stack = json.loads((directory / "cdk.tf.json").read_text("utf-8"))
    architecture = read(stack, args.environment)
    replace_block(args.document, architecture)
    args.svg.write_text(picture(architecture), "utf-8")
    return 0


def _stack(stacks: Path, environment: str) -> Path:
    """Return the folder of a synthesized environment.

    Raises:
        CommandError: It was not synthesized, or its environment file changed since.
    """
    directory = stacks / environment
    if not (directory / "cdk.tf.json").is_file():
        raise CommandError(
            f"File {directory / 'cdk.tf.json'} does not exist",
            advice=f"Run make synth ENV={environment} first",
        )
    try:
        synthesis.check(directory)
    except synthesis.StaleStackError as error:
        raise CommandError(str(error), advice=f"Run make synth ENV={environment}") from None
    return directory


if __name__ == "__main__":
    sys.exit(main())
