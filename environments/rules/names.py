"""Rule of names: every derived name is within its API's limit."""

from collections.abc import Iterator
from functools import partial

from environments import google_cloud
from environments.naming import NameTooLongError, Names
from environments.problems import Path, Problem
from environments.schema import Environment


def names_fit(env: Environment) -> Iterator[Problem]:
    """Every name that is derived from the file is within its API's limit."""
    made = Names.of(env)
    wanted: list[tuple[Path, partial[str]]] = [
        (("project_id",), partial(made.bucket, "static-assets")),
        (("environment",), partial(made.database)),
        (("environment",), partial(made.compute, "security-policy")),
    ]
    for region in sorted(env.regions.keys() & google_cloud.REGIONS):
        wanted.append((("regions", region), partial(made.connector, region)))
        wanted.append((("regions", region), partial(made.redis, region)))
    for replica in env.database.replicas:
        at: Path = ("database", "replicas", replica)
        wanted.append((at, partial(made.database, replica)))
    for secret in env.secrets:
        wanted.append((("secrets", secret), partial(made.secret, secret)))
    for service in env.services:
        at = ("services", service)
        wanted.append((at, partial(made.service_account, service)))
        wanted.append((at, partial(made.service, service)))
        for region in env.regions:
            wanted.append((at, partial(made.compute, service, "neg", region)))
    for path, make in wanted:
        try:
            make()
        except NameTooLongError as error:
            yield Problem(path, str(error), "a shorter project_name, environment or name here")


RULES = (names_fit,)
