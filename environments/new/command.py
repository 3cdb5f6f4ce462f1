"""Ask for the answers, or take them from options and a file, and create the environment file."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError

from environments.documents import UnreadableError, read
from environments.loader import directory
from environments.new.answers import Answers, check, parse, question
from environments.new.create import create, new_file
from environments.problems import EnvironmentFileError, Problem

INVALID = 2

_NEXT = {
    "make check ENV={name}": "check the file after you edit it",
    "make try ENV={name}": "apply it to an offline Google Cloud, without an account",
    "make snapshots": "record the new stack, and commit it with the file",
    "docs/first-deployment.md": "apply it to a real project, step by step",
}
"""What comes after the creation."""
_GATEWAY = {"docs/traps.md#make-apigees-service-agent": "one command before the first apply"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add one option for each answer, and one for a file with answers."""
    parser.add_argument("environment", nargs="?", metavar="NAME", help="name of the environment")
    for name in Answers.model_fields:
        if name != "environment":
            parser.add_argument(f"--{name.replace('_', '-')}", help=question(name).text)
    parser.add_argument(
        "--answers",
        type=Path,
        metavar="FILE",
        help="a YAML file with answers, named as the options",
    )
    parser.add_argument(
        "--defaults", action="store_true", help="ask nothing that has a default or is optional"
    )


def run(options: argparse.Namespace) -> int:
    """Create the file; returns 0, or 2 where an answer is missing or invalid."""
    try:
        answers = Answers(**_collect(options))
        file = create(answers, directory())
    except ValidationError as error:
        problems = (item["msg"].removeprefix("Value error, ") for item in error.errors())
        return _fail("; ".join(problems))
    except EnvironmentFileError as error:
        return _fail(f"the file would be invalid:\n{error}")
    except (OSError, ValueError) as error:
        return _fail(str(error))
    print(f"Created {file}: {answers.size}, in {answers.region}.")
    steps = _NEXT | (_GATEWAY if "gateway" in answers.parts else {})
    commands = [command.format(name=answers.environment) for command in steps]
    width = max(map(len, commands))
    print("\nNext:")
    for command, purpose in zip(commands, steps.values(), strict=True):
        print(f"  {command:{width}}  {purpose}")
    return 0


def _fail(message: str) -> int:
    print(f"Error: {message}", file=sys.stderr)
    return INVALID


def _collect(options: argparse.Namespace) -> dict[str, Any]:
    """Take each answer from its option, else from the file, else from the person.

    Raises:
        ValueError: an option or the file has an invalid answer, or input ended early.
        FileExistsError: there is a file of that name.
    """
    given = _given(options)
    answers: dict[str, Any] = {}
    for name, field in Answers.model_fields.items():
        if name in given:
            try:
                answers[name] = parse(name, given[name])
                check(name, answers[name], answers)
            except ValueError as error:
                raise ValueError(f"{name} {given[name]!r}: {error}") from None
        elif name == "repository_id" and not answers["repository"]:
            answers[name] = None
        elif field.is_required() or not (options.defaults or options.answers):
            answers[name] = _ask(name, field.default, answers)
        else:
            answers[name] = field.default
        if name == "environment":
            new_file(answers[name], directory())
    return answers


def _given(options: argparse.Namespace) -> dict[str, str]:
    """Return the answers of the options and of the file, as text."""
    given: dict[str, Any] = {}
    if options.answers:
        loaded = _read(options.answers)
        if not isinstance(loaded, dict):
            raise ValueError(f"{options.answers} is not a mapping of answers")
        if unknown := sorted(map(str, loaded.keys() - Answers.model_fields.keys())):
            known = ", ".join(Answers.model_fields)
            raise ValueError(f"{options.answers} has {', '.join(unknown)}; known are {known}")
        given |= loaded
    given |= {
        name: value
        for name in Answers.model_fields
        if (value := getattr(options, name)) is not None
    }
    return {
        name: " ".join(map(str, value)) if isinstance(value, list) else str(value or "")
        for name, value in given.items()
    }


def _read(file: Path) -> Any:
    """Return the content of a file with answers.

    Raises:
        ValueError: it cannot be read, or has duplicate keys or values that YAML reads in two ways.
    """
    try:
        document = read(file)
    except UnreadableError as error:
        problem = Problem((), error.actual, error.expected, file=str(file), line=error.line)
        raise ValueError(str(problem)) from None
    if document.problems:
        named = (replace(problem, file=str(file)) for problem in document.problems)
        raise ValueError("\n".join(map(str, named)))
    return document.data


def _ask(name: str, default: Any, given: dict[str, Any]) -> Any:
    """Ask until the answer is valid.

    Raises:
        ValueError: the input ended before the answer.
    """
    asked = question(name)
    shown = default if isinstance(default, str) else "" if asked.optional else None

    def convert(text: str) -> Any:
        try:
            value = parse(name, text)
            check(name, value, given)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        return value

    try:
        return typer.prompt(asked.text, default=shown, show_default=bool(shown), value_proc=convert)
    except typer.Abort:
        option = f"--{name.replace('_', '-')}" if name != "environment" else "the name"
        print()  # ends the line of the question
        raise ValueError(f"no answer for {name}; give {option} where nobody can answer") from None
