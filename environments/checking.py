"""From the content of a file to an environment, with everything that is wrong with it at once."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from environments.problems import Path, Problem
from environments.rules import RULES
from environments.schema import Environment

_STAND_INS: Mapping[str, Any] = {
    "environment": "stand-in",
    "project_id": "stand-in",
    "node_env": "production",
    "protect": True,
    "state": {"bucket": "stand-in", "prefix": "stand-in"},
    "primary_region": "us-central1",
    "regions": {
        "us-central1": {
            "subnet_range": "192.168.240.0/24",
            "services_range": "192.168.241.0/24",
            "pods_range": "192.168.242.0/24",
            "connector": {"range": "192.168.243.0/28"},
        }
    },
    "network": {"private_services_range": "192.168.244.0/24"},
    "domain": {"name": "stand-in.example"},
    "database": {"tier": "db-f1-micro"},
    "storage": {"backups": {"location": "EU"}},
    "services": {
        "stand-in": {"cpu": 1, "memory": "1Gi", "max_instances": 1, "route": {"default": True}}
    },
}
"""Valid values for top-level keys that are missing or wrong, so that the rules can look at the
rest of the file. Problems of a stand-in itself are never reported."""


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
        """Whether a problem is the file's own, and not caused by what was left out."""
        return not any(_touch(problem.path, path) for path in self.replaced)


def check(data: Any, name: str) -> Checked:
    """The environment that a file's content describes, and what is wrong with it.

    Args:
        data: the parsed content.
        name: the file's name without its ending, which the environment must have too.
    """
    problems: list[Problem] = []
    replaced: list[Path] = []
    if not isinstance(data, Mapping):
        problems.append(Problem((), _shown(data), "the keys of an environment"))
        replaced += [(key,) for key in _STAND_INS]
        data = {}
    while True:
        try:
            environment = Environment.model_validate(data)
            break
        except ValidationError as error:
            seen: list[Path] = []
            for detail in error.errors():
                path = _path(data, detail["loc"])
                if path in seen:
                    continue
                seen.append(path)
                if not any(_touch(path, earlier) for earlier in replaced):
                    problems.append(_problem(detail, path))
            gone: list[Path] = []
            for path in seen:
                if not any(path[: len(part)] == part for part in gone):
                    data, part = _without(data, path)
                    gone.append(part)
            replaced += gone
    checked = Checked(environment, (), tuple(replaced))
    if environment.environment != name:
        wanted = f"the name of the file, {name}"
        problems += filter(
            checked.concerns, [Problem(("environment",), environment.environment, wanted)]
        )
    for rule in RULES:
        problems += filter(checked.concerns, rule(environment))
    return Checked(environment, tuple(problems), tuple(replaced))


def _touch(one: Path, other: Path) -> bool:
    """Whether one path is, contains or is contained in the other."""
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def _path(data: Any, location: Sequence[str | int]) -> Path:
    """The part of an error's location that exists in the data, and a missing key if it ends so.

    Pydantic's locations also name union members and `[key]`, which no reader of the file knows.
    """
    path: list[str | int] = []
    for key in location:
        if key == "[key]":
            break
        if isinstance(data, Mapping):
            path.append(key)
            if key not in data:
                break
            data = data[key]
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            path.append(key)
            data = data[key]
        else:
            break
    return tuple(path)


def _without(data: Mapping[Any, Any], path: Path) -> tuple[dict[Any, Any], Path]:
    """The data without the value at a path, and the path of what was left out.

    With a missing key goes the mapping that lacks it, with an item its whole list, so that other
    items keep their places. A top-level key that an environment needs gets a stand-in.
    """
    part: Path = ()
    value: Any = data
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            break
        part, value = (*part, key), value[key]
    part = part or path[:1]
    rest = _pruned(data, part)
    if len(part) == 1 and part[0] in _STAND_INS:
        rest[part[0]] = _STAND_INS[str(part[0])]
    return rest, part


def _pruned(data: Mapping[Any, Any], path: Path) -> dict[Any, Any]:
    key, below = path[0], path[1:]
    copy = dict(data)
    if below:
        copy[key] = _pruned(data[key], below)
    else:
        copy.pop(key, None)
    return copy


def _problem(detail: ErrorDetails, path: Path) -> Problem:
    kind, given = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        return Problem(path, f"unknown key {path[-1]!r}", _suggestion(path))
    if kind == "missing":
        return Problem(path, "nothing", f"a value for {path[-1]!r}")
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return Problem(path, _shown(given), message)


def _suggestion(path: Path) -> str:
    """The keys that may stand where an unknown one does, the nearest first."""
    section: Any = Environment
    for key in path[:-1]:
        section = _section_below(section, key)
    known = list(getattr(section, "model_fields", {}))
    near = difflib.get_close_matches(str(path[-1]), known, n=1)
    return f"{near[0]!r}, perhaps" if near else f"one of {', '.join(known)}"


def _section_below(section: Any, key: str | int) -> Any:
    """The section that a key of a section, or of a mapping of sections, leads to."""
    if hasattr(section, "model_fields"):
        section = section.model_fields[key].annotation
    else:
        section = get_args(section)[-1]
    while not hasattr(section, "model_fields") and get_origin(section) is not dict:
        section = next(arg for arg in get_args(section) if arg is not NoneType)
    return section


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
