"""From the content of a file to an environment, with everything that is wrong with it at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from environments import messages
from environments.placeholders import PLACEHOLDERS, contains, matches, remove_invalid
from environments.problems import Path, Problem
from environments.rules import RULES
from environments.schema import Environment


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a file."""

    environment: Environment
    """The environment; parts that were wrong are left out or replaced."""
    problems: tuple[Problem, ...]
    """Everything that is wrong."""
    replaced: tuple[Path, ...]
    """The parts that were wrong."""

    def concerns(self, problem: Problem) -> bool:
        """Whether a problem is the file's own, and not caused by what was set aside."""
        parts = (problem.path, *problem.depends_on)
        return not any(matches(part[: len(gone)], gone) for gone in self.replaced for part in parts)


def check(data: Any, name: str) -> Checked:
    """The environment that a file's content describes, and what is wrong with it.

    Args:
        data: the parsed content; the keys of its mappings are text.
        name: the file's name without its ending, which the environment must have too.
    """
    problems: list[Problem] = []
    replaced: list[Path] = []
    if not isinstance(data, Mapping):
        problems.append(Problem((), messages.shown(data), "the keys of an environment"))
        replaced += [path for path in PLACEHOLDERS if len(path) == 1]
        data = {}
    while True:
        try:
            environment = Environment.model_validate(data)
            break
        except ValidationError as error:
            found = _by_path(data, error.errors())
        problems += [
            messages.problem(detail, path)
            for path, detail in found.items()
            if not any(contains(part, path) or contains(path, part) for part in replaced)
        ]
        meant, gone = [*_meant(data, found)], list[Path]()
        for path in found:
            if not any(contains(part, path) for part in gone):
                data, part = remove_invalid(data, path)
                gone.append(part)
        replaced += [*gone, *meant]
    checked = Checked(environment, (), tuple(replaced))
    suspects = [suspect for rule in RULES for suspect in rule(environment)]
    if environment.environment != name:
        expected = f"the name of the file, {name}"
        suspects.append(Problem(("environment",), environment.environment, expected))
    problems += filter(checked.concerns, suspects)
    return Checked(environment, tuple(problems), tuple(replaced))


def _by_path(data: Any, errors: Sequence[ErrorDetails]) -> dict[Path, ErrorDetails]:
    """The first error at each path."""
    found: dict[Path, ErrorDetails] = {}
    for error in errors:
        found.setdefault(_path(data, error["loc"]), error)
    return found


def _path(data: Any, location: Sequence[str | int]) -> Path:
    """The part of an error's location that exists in the data, and a missing key if it ends so.

    Pydantic's locations also name union members and `[key]`, which no reader of the file knows.
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


def _meant(data: Any, found: Mapping[Path, ErrorDetails]) -> Iterator[Path]:
    """The keys that were probably meant by unknown ones, unless they are there too."""
    for path, detail in found.items():
        near = messages.nearest_key(path) if detail["type"] == "extra_forbidden" else None
        if near and near not in reduce(getitem, path[:-1], data):
            yield (*path[:-1], near)
