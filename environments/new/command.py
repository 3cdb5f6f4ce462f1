"""Ask for the answers, or take them from options and a file, and create the environment file."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError

from environments.documents import read
from environments.loader import directory
from environments.messages import shown
from environments.new.answers import Answers, check, parse, question
from environments.new.create import create, new_file
from environments.problems import MISSING, EnvironmentFileError, Problem
from environments.text_files import UnreadableError

INVALID = 2
_CHANGE = "Change the option, or the answer in the file of --answers"

_NEXT = {
    "make check ENV={name}": "check the file after you edit it",
    "make try ENV={name}": "apply it to an offline Google Cloud, without an account",
    "make snapshots": "record the new stack, and commit it with the file",
    "docs/first-deployment.md": "apply it to a real project, step by step",
}
"""What comes after the creation."""
_GATEWAY = {"docs/traps.md#create-apigees-service-agent": "one command before the first apply"}


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
        answers = _answers(options)
        file = create(answers, directory())
    except EnvironmentFileError as error:
        print(error, file=sys.stderr)
        return INVALID
    print(f"Created {file}: {answers.size}, in {answers.region}.")
    steps = _NEXT | (_GATEWAY if "gateway" in answers.parts else {})
    commands = [command.format(name=answers.environment) for command in steps]
    width = max(map(len, commands))
    print("\nNext:")
    for command, purpose in zip(commands, steps.values(), strict=True):
        print(f"  {command:{width}}  {purpose}")
    return 0


def _invalid(name: str, actual: str, expected: str, advice: str) -> EnvironmentFileError:
    """Return the error of one answer."""
    option = "NAME" if name == "environment" else f"--{name.replace('_', '-')}"
    expected = expected.removeprefix("Value error, ").removeprefix("expected ")
    problem = Problem((option,), actual, expected, file="environments new", advice=advice)
    return EnvironmentFileError([problem])


def _answers(options: argparse.Namespace) -> Answers:
    """Take each answer from its option, else from the file, else from the person.

    Raises:
        EnvironmentFileError: an answer is invalid or missing, or there is a file of that name.
    """
    given = _given(options)
    answers: dict[str, Any] = {}
    for name, field in Answers.model_fields.items():
        if name in given:
            try:
                answers[name] = parse(name, given[name])
                check(name, answers[name], answers)
            except ValueError as error:
                raise _invalid(name, repr(given[name]), str(error), _CHANGE) from None
        elif name == "repository_id" and not answers["repository"]:
            answers[name] = None
        elif field.is_required() or not (options.defaults or options.answers):
            answers[name] = _ask(name, field.default, answers)
        else:
            answers[name] = field.default
        if name == "environment":
            new_file(answers[name], directory())
    try:
        return Answers(**answers)
    except ValidationError as error:
        detail = error.errors()[0]
        name = str((*detail["loc"], "environment")[0])
        raise _invalid(name, shown(answers[name]), detail["msg"], _CHANGE) from None


def _given(options: argparse.Namespace) -> dict[str, str]:
    """Return the answers of the options and of the file, as strings.

    Raises:
        EnvironmentFileError: the file has something other than answers.
    """
    given: dict[str, Any] = {}
    if options.answers:
        loaded = _read(options.answers)
        if not isinstance(loaded, dict):
            raise _unreadable(options.answers, shown(loaded), "a mapping of answers")
        if unknown := sorted(map(str, loaded.keys() - Answers.model_fields.keys())):
            known = f"keys among {', '.join(Answers.model_fields)}"
            raise _unreadable(options.answers, f"the keys {', '.join(unknown)}", known)
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
        EnvironmentFileError: it cannot be read, or has duplicate keys or values that YAML reads in
            two ways.
    """
    try:
        document = read(file)
    except UnreadableError as error:
        raise EnvironmentFileError([error.problem(str(file))]) from None
    if document.problems:
        raise EnvironmentFileError(
            [replace(problem, file=str(file)) for problem in document.problems]
        )
    return document.data


def _unreadable(file: Path, actual: str, expected: str) -> EnvironmentFileError:
    return EnvironmentFileError([Problem((), actual, expected, file=str(file))])


def _ask(name: str, default: Any, given: dict[str, Any]) -> Any:
    """Ask until the answer is valid.

    Raises:
        EnvironmentFileError: the input ended before the answer.
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
        print()  # ends the line of the question
        advice = "Give the option, or the answer in the file of --answers"
        raise _invalid(name, MISSING, "an answer before the end of the input", advice) from None
