"""Rule of names: every derived name is within its API's limit."""

from collections.abc import Iterator
from functools import partial

from environments import google_cloud
from environments.naming import Names, NameTooLongError
from environments.problems import Path, Problem
from environments.schema import Environment


def names_fit(env: Environment) -> Iterator[Problem]:
    """Every name that is derived from the file is within its API's limit; of several that are too
    long for one reason the first is named.
    """
    made = Names.of(env)
    derived: list[tuple[Path, partial[str]]] = [
        (("project_id",), partial(made.bucket, "static-assets")),
        (("environment",), partial(made.database)),
        (("environment",), partial(made.compute, "security-policy")),
    ]
    for region in sorted(env.regions.keys() & google_cloud.REGIONS):
        at: Path = ("regions", region)
        derived += [(at, partial(made.connector, region)), (at, partial(made.redis, region))]
    for replica in env.database.replicas:
        at = ("database", "replicas", replica)
        derived += [(at, partial(made.database, replica))]
    for secret in env.secrets:
        derived += [(("secrets", secret), partial(made.secret, secret))]
    for service in env.services:
        at = ("services", service)
        derived += [
            (at, partial(made.service_account, service)),
            (at, partial(made.service, service)),
            *((at, partial(made.compute, service, "neg", region)) for region in env.regions),
        ]
    reported: set[Path] = set()
    for path, make in derived:
        try:
            make()
        except NameTooLongError as error:
            if path in reported:
                continue
            reported.add(path)
            wanted = "a name that fits: change it, project_name or environment"
            because = (("environment",), ("project_name",))
            yield Problem(path, str(error), wanted, because=because)


RULES = (names_fit,)
