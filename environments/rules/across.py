"""Rules between environments: what no two of them may share."""

from collections.abc import Callable, Iterator, Mapping

from environments.problems import Path, Problem
from environments.schema import Environment

_UNIQUE: dict[Path, Callable[[Environment], tuple[str, ...]]] = {
    ("project_id",): lambda env: (env.project_id,),
    ("state", "prefix"): lambda env: (f"{env.state.bucket}/{env.state.prefix}",),
    ("domain",): lambda env: env.domain.hosts,
}


def nothing_is_shared(environments: Mapping[str, Environment]) -> Iterator[tuple[str, Problem]]:
    """Project, place of the state and host names belong to one environment each.

    Yields:
        The name of the environment that comes second, and its problem.
    """
    for path, values in _UNIQUE.items():
        owners: dict[str, str] = {}
        for name, env in environments.items():
            for value in values(env):
                owner = owners.setdefault(value, name)
                if owner != name:
                    wanted = f"a value that {owner} does not use"
                    yield name, Problem(path, value, wanted)
