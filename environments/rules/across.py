"""Rules between environments: what no two of them may share."""

from collections.abc import Callable, Iterator, Mapping

from environments.problems import Path, Problem
from environments.schema import Environment

_UNIQUE: tuple[tuple[Path, tuple[Path, ...], Callable[[Environment], tuple[str, ...]]], ...] = (
    (("project_id",), (), lambda environment: (environment.project_id,)),
    (
        ("state", "prefix"),
        (("state", "bucket"),),
        lambda environment: (f"{environment.state.bucket}/{environment.state.prefix}",),
    ),
    (
        ("domain",),
        (
            ("domain", "name"),
            ("domain", "api_label"),
            ("domain", "alias_labels"),
            ("gateway", "label"),
        ),
        lambda environment: environment.hosts,
    ),
)
"""What belongs to one environment: where the file says it, what else it is made of, its values."""


def check_shared_values(environments: Mapping[str, Environment]) -> Iterator[tuple[str, Problem]]:
    """Check that project, location of the state and host names belong to one environment each.

    Yields:
        The name of the environment that comes second, and its problem.
    """
    for path, depends_on, values in _UNIQUE:
        owners: dict[str, str] = {}
        for name, environment in environments.items():
            taken = [
                value for value in values(environment) if owners.setdefault(value, name) != name
            ]
            if taken:
                others = ", ".join(sorted({f"{owners[value]}.yaml" for value in taken}))
                expected = f"a value of its own; {others} has the same: is this file a copy?"
                yield name, Problem(path, ", ".join(taken), expected, depends_on=depends_on)
