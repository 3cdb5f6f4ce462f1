"""`python -m environments check|list|new|schema`: check, list and create environment files."""

import argparse
import json
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from environments import EnvironmentFileError, load
from environments.json_schema import json_schema
from environments.loader import warnings
from environments.new import command as new
from environments.pipeline import matrices
from environments.problems import SCHEMA_VERSION, Problem
from environments.rules import RULES

SCHEMA_FILE = Path(__file__).with_name("environment.schema.json")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns 0, or 2 if a file is invalid."""
    parser = argparse.ArgumentParser(prog="python -m environments", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="check the files and list every problem")
    check.add_argument("names", nargs="*", metavar="NAME", help="environments; all if none")
    check.add_argument("--json", action="store_true", help="print the problems as JSON on stdout")
    show = commands.add_parser("schema", help="print the JSON Schema of an environment file")
    show.add_argument("--write", action="store_true", help=f"write {SCHEMA_FILE.name} instead")
    create = commands.add_parser("new", help="create an environment file from a few answers")
    new.add_options(create)
    show_list = commands.add_parser("list", help="print what the pipeline works on, as JSON")
    show_list.add_argument(
        "--github", action="store_true", help="print a line NAME=JSON for each list instead"
    )
    options = parser.parse_args(arguments)
    if options.command == "new":
        return new.run(options)
    if options.command == "schema":
        if options.write:
            SCHEMA_FILE.write_text(json_schema(), encoding="utf-8")
        else:
            sys.stdout.write(json_schema())
        return 0
    try:
        environments = load(getattr(options, "names", ()))
    except EnvironmentFileError as error:
        if getattr(options, "json", False):
            _print_json(error.problems)
        else:
            print(error, file=sys.stderr)
        return 2
    if options.command == "list":
        lists = matrices(environments)
        if options.github:
            print("\n".join(f"{name}={json.dumps(value)}" for name, value in lists.items()))
        else:
            print(json.dumps(lists, indent=2))
        return 0
    found = {name: warnings(environment) for name, environment in environments.items()}
    if options.json:
        _print_json((), chain.from_iterable(found.values()))
        return 0
    for name, environment in environments.items():
        regions, services = ", ".join(environment.regions), ", ".join(environment.services)
        print(f"{name}: {environment.project_id}; regions {regions}; services {services}")
        for warning in found[name]:
            print(f"\n{warning.render('Warning')}", file=sys.stderr)
    count = f"{len(environments)} file{'s' if len(environments) > 1 else ''}"
    print(f"{count} valid: the schema, {len(RULES)} rules, and values shared between environments")
    return 0


def _print_json(errors: Iterable[Problem], doubts: Iterable[Problem] = ()) -> None:
    content = {
        "schema_version": SCHEMA_VERSION,
        "errors": [problem.to_dict() for problem in errors],
        "warnings": [problem.to_dict() for problem in doubts],
    }
    print(json.dumps(content, indent=2))


if __name__ == "__main__":
    sys.exit(main())
