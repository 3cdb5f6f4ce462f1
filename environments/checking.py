"""Check of one file: from its content to an environment and every problem at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import chain, islice
from operator import getitem
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from environments import messages
from environments.placeholders import PLACEHOLDERS, contains, matches, remove_invalid
from environments.problems import Path, Problem
from environments.rules import RULES
from environments.schema import Environment
from environments.templates import find_templates


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of the check of one file."""

    environment: Environment
    """The environment, with placeholders for required values that are invalid."""
    problems: tuple[Problem, ...]
    """Every problem of the file."""
    removed: tuple[Path, ...]
    """The invalid values, which were removed or replaced."""

    def is_independent(self, problem: Problem) -> bool:
        """Report whether a problem depends on no removed value, which has its own problem."""
        paths = (problem.path, *problem.depends_on)
        return not any(matches(path[: len(gone)], gone) for gone in self.removed for path in paths)


MAX_PROBLEMS = 100
"""Problems of one file that are reported. With more, the rules between fields are not run."""


class TooManyProblemsError(Exception):
    """A file has more invalid values than are reported."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"more than {MAX_PROBLEMS} problems")
        self.problems = tuple(problems)


def check(data: Any, name: str, ambiguous: Sequence[Path] = ()) -> CheckResult:
    """Return the environment that a file's content describes, and every problem of it.

    Args:
        data: the parsed content; the keys of its mappings are strings.
        name: the file's name without its ending, which the environment must have too.
        ambiguous: paths of values that are reported already, because YAML reads them in two ways.
            No other problem of them is returned.

    Raises:
        TooManyProblemsError: more than `MAX_PROBLEMS` values are invalid.
    """
    result = _validate(data)
    reported = frozenset(ambiguous)
    result = replace(
        result,
        problems=tuple(problem for problem in result.problems if problem.path not in reported),
        removed=(*result.removed, *ambiguous),
    )
    environment = result.environment
    templates = filter(result.is_independent, find_templates(environment))
    texts = tuple(islice(templates, MAX_PROBLEMS))
    result = replace(
        result,
        problems=(*result.problems, *texts),
        removed=(*result.removed, *(problem.path for problem in texts)),
    )
    problems = chain.from_iterable(rule(environment) for rule in RULES)
    if environment.environment != name:
        expected = f"the name of the file, {name}"
        problems = chain((Problem(("environment",), environment.environment, expected),), problems)
    independent = islice(filter(result.is_independent, problems), MAX_PROBLEMS)
    named = (_name_default(problem, data) for problem in independent)
    return replace(result, problems=(*result.problems, *named))


def _name_default(problem: Problem, data: Any) -> Problem:
    """Say so where the invalid value is a default, which no line of the file has."""
    value = data
    for key in problem.path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return replace(
                problem,
                actual=f"{problem.actual}, the default",
                expected=f"{problem.expected}; set {'.'.join(map(str, problem.path))}",
            )
    return problem


def _validate(data: Any) -> CheckResult:
    """Validate the content against the schema, and remove what is invalid until the rest is valid.

    Pydantic reports everything in the first round. Later rounds fill in the required keys of
    placeholders, and of sections whose only entry was removed.
    """
    problems: list[Problem] = []
    removed: list[Path] = []
    if not isinstance(data, Mapping):
        problems.append(Problem((), messages.shown(data), "the keys of an environment"))
        removed += [path for path in PLACEHOLDERS if len(path) == 1]
        data = {}
    while True:
        try:
            environment = Environment.model_validate(data)
        except ValidationError as error:
            errors = _by_path(data, error.errors(include_url=False))
        else:
            return CheckResult(environment, tuple(problems), tuple(removed))
        if len(errors) > MAX_PROBLEMS:
            reported = islice(errors.items(), MAX_PROBLEMS)
            problems += [messages.problem(detail, path) for path, detail in reported]
            more = f"{len(errors) - MAX_PROBLEMS} more problems"
            problems.append(Problem((), more, "fewer: fix those that are listed first"))
            raise TooManyProblemsError(problems)
        if not problems:
            problems += [messages.problem(detail, path) for path, detail in errors.items()]
            removed += _resembled_keys(data, errors)
        gone: list[Path] = []
        for path in errors:
            if not any(contains(part, path) for part in gone):
                data, part = remove_invalid(data, path)
                gone.append(part)
        removed += gone


def _by_path(data: Any, errors: Sequence[ErrorDetails]) -> dict[Path, ErrorDetails]:
    """Return the first error at each path.

    Pydantic calls a list too short when its only entry is wrong: that is one error, of the entry.
    """
    by_path: dict[Path, ErrorDetails] = {}
    for error in errors:
        by_path.setdefault(_path(data, error["loc"]), error)
    return {
        path: error
        for path, error in by_path.items()
        if error["type"] != "too_short"
        or not any(other != path and contains(path, other) for other in by_path)
    }


def _path(data: Any, location: Sequence[str | int]) -> Path:
    """Return the part of an error's location that exists in the data, with a missing last key.

    Pydantic's locations also name union members and `[key]`, which the file does not have.
    """
    path: list[str | int] = []
    for key in location:
        if isinstance(data, list) and isinstance(key, int) and key < len(data):
            present = True
        else:
            present = isinstance(data, Mapping) and key in data
        if present or (isinstance(data, Mapping) and key != "[key]"):
            path.append(key)
        if not present:
            break
        data = data[key]
    return tuple(path)


def _resembled_keys(data: Any, errors: Mapping[Path, ErrorDetails]) -> Iterator[Path]:
    """Yield the known keys that unknown keys resemble, unless the data has them too."""
    for path, detail in errors.items():
        if detail["type"] == "extra_forbidden":
            for near in messages.resembled_keys(path):
                if near not in reduce(getitem, path[:-1], data):
                    yield (*path[:-1], near)
