"""From YAML files to checked environments: the only door to configuration."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path as FilePath

from environments.checking import CheckResult, TooManyProblemsError, check
from environments.documents import Document, read
from environments.problems import EnvironmentFileError, Problem
from environments.rules import WARNINGS, check_shared_values
from environments.schema import Environment
from environments.text_files import UnreadableError


def directory() -> FilePath:
    """Return the folder with the environment files: `GRID_ENVIRONMENTS` if set, else this one."""
    return FilePath(os.environ.get("GRID_ENVIRONMENTS") or FilePath(__file__).parent)


def load(
    names: Sequence[str] = (), folder: FilePath | None = None, last: str = ""
) -> dict[str, Environment]:
    """Return the environments of these names, or all where none is given, by name.

    Every file is read and checked even where few are asked for, since no two environments may
    share a project or a host name. Where two do, the problem is that of the second by name, or of
    `last`.

    Raises:
        EnvironmentFileError: a file is wrong, or a name has none; it carries every problem.
    """
    folder = folder or directory()
    ordered = sorted(folder.glob("*.yaml"), key=lambda file: (file.stem == last, file))
    files = {file.stem: file for file in ordered}
    problems: list[Problem] = []
    if not files:
        problems.append(Problem((), "no *.yaml file", "one for each environment", file=str(folder)))
    problems += [
        Problem((), f"a file that ends in {file.suffix}", ".yaml", file=_relative(file))
        for file in sorted(folder.iterdir() if folder.is_dir() else ())
        if file.suffix.lower() in (".yml", ".yaml") and file.suffix != ".yaml"
    ]
    for name in sorted(set(names) - files.keys()):
        expected = f"one of {', '.join(files)}" if files else "an environment file"
        problems.append(Problem((), f"no environment {name!r}", expected, file=str(folder)))
    results: dict[str, CheckResult] = {}
    documents: dict[str, Document] = {}
    for name, file in files.items():
        try:
            documents[name] = read(file)
        except UnreadableError as error:
            problems.append(error.problem(_relative(file)))
            continue
        problems += [replace(one, file=_relative(file)) for one in documents[name].problems]
        try:
            results[name] = check(documents[name].data, name, documents[name].ambiguous)
            invalid = results[name].problems
        except TooManyProblemsError as error:
            invalid = error.problems
        problems += [_placed(problem, file, documents[name]) for problem in invalid]
    environments = {name: result.environment for name, result in results.items()}
    for name, problem in check_shared_values(environments):
        if results[name].is_independent(problem):
            problems.append(_placed(problem, files[name], documents[name]))
    if problems:
        raise EnvironmentFileError(problems)
    return {
        name: environment
        for name, environment in environments.items()
        if not names or name in names
    }


def warnings(environment: Environment) -> list[Problem]:
    """Return what is valid in the file of a loaded environment and probably a mistake.

    Raises:
        UnreadableError: the file changed after it was loaded, and is not YAML any more.
    """
    file = directory() / f"{environment.environment}.yaml"
    document = read(file)
    return [_placed(problem, file, document) for rule in WARNINGS for problem in rule(environment)]


def _placed(problem: Problem, file: FilePath, document: Document) -> Problem:
    """Add the file and the position in it."""
    line, column = document.position(problem.path)
    return replace(problem, file=_relative(file), line=line, column=column)


def _relative(file: FilePath) -> str:
    here = FilePath.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)
