"""The command `offline terraform [--provider KIND] [--mirror DIR] [--strict] ARGUMENTS…`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from offline.problems import CommandError, Parser, describe
from offline.terraform.choice import KINDS, VARIABLE, choose
from offline.terraform.installed import UNKNOWN
from offline.terraform.session import PROVIDERS, Offline
from offline.terraform.versions import parse
from offline.utility_providers import VERSIONS

_OWN = ("--provider", "--mirror", "--strict")


def run(arguments: Sequence[str], world: Path) -> int:
    """Run a command of Terraform on the world in a folder, and return its exit code.

    Options before Terraform's own arguments choose the provider.

    Raises:
        ProviderNotFoundError: a provider cannot be had.
    """
    options, terraform = _options(arguments)
    if options.strict:
        os.environ["OFFLINE_STRICT"] = "1"
    chdir, command = _command(terraform)
    choice = choose(options.provider, world, chdir.resolve(), command, options.mirror)
    if choice.line:
        print(f"offline: {choice.line}", file=sys.stderr, flush=True)
    with choice.session as session:
        if command == "init" and (line := _embedded(session, chdir.resolve())):
            print(f"offline: {line}", file=sys.stderr, flush=True)
        code = session.interactive(terraform, chdir=chdir)
        if code and command == "init":
            _explain(session.sources.missing(chdir.resolve()))
        elif code == 1 and command and (hint := session.hint(chdir.resolve())):
            print(f"offline: {hint}", file=sys.stderr)
        return code


def _options(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Return our options, and what is Terraform's: everything from the first other argument on."""
    parser = Parser(prog="offline terraform", add_help=False)
    default = os.environ.get(VARIABLE) or "auto"
    parser.add_argument("--provider", choices=KINDS, default=default)
    parser.add_argument("--mirror", type=Path)
    parser.add_argument("--strict", action="store_true")
    own = 0
    while own < len(arguments) and arguments[own].startswith(_OWN):
        own += 1 if "=" in arguments[own] or arguments[own] == "--strict" else 2
    options = parser.parse_args(arguments[:own])
    if options.provider not in KINDS:
        expected = f"one of {', '.join(KINDS)}"
        parser.error(f"variable {VARIABLE} is invalid\nExpected: {expected}\nActual: {default}")
    if options.mirror is not None and not options.mirror.is_dir():
        raise CommandError(
            f"Folder {options.mirror} does not exist",
            advice="Name a folder with providers: --mirror, OFFLINE_MIRROR",
        )
    return options, list(arguments[own:])


def _command(arguments: Sequence[str]) -> tuple[Path, str]:
    """Return where Terraform will work, and its command."""
    chdir, command = Path(), ""
    for argument in arguments:
        if not argument.startswith("-"):
            command = argument
            break
        if argument.startswith("-chdir="):
            chdir = Path(argument.removeprefix("-chdir="))
    return chdir, command


def _embedded(session: Offline, directory: Path) -> str:
    """Say which utility providers are embedded; empty without one."""
    named = []
    for name in session.utilities(directory):
        version = VERSIONS[name]
        required = session.sources.unmet(name, directory, parse(version) or UNKNOWN)
        named.append(f"{name} {version}{f' (required: {required})' if required else ''}")
    return f"embedded, as this machine has no other: {', '.join(named)}" if named else ""


def _explain(missing: Sequence[str]) -> None:
    """Report how to install providers that this machine does not have."""
    where = "offline terraform init"
    if missing:
        problem = (
            f"Providers are not on this machine: {', '.join(missing)}\n"
            "help: On a machine with a registry, run `terraform providers mirror DIR` in this "
            "directory. Then set OFFLINE_MIRROR=DIR here, or copy DIR to ~/.terraform.d/plugins"
        )
        print(describe(problem, where), file=sys.stderr)
    for source in missing:
        name = source.rpartition("/")[2]
        if name in (*PROVIDERS, *VERSIONS):
            problem = (
                f"Provider {source} is not hashicorp/{name}, which is embedded\n"
                f'help: Set the source "hashicorp/{name}" if the configuration works with it'
            )
            print(describe(problem, where), file=sys.stderr)
