"""Rules of names: within its API's limit each, and no two grants at one address."""

from collections.abc import Iterator
from functools import partial

from environments.naming import (
    APPLY,
    EXPORT,
    MIGRATION_JOB,
    Names,
    NameTooLongError,
    identifier,
)
from environments.problems import Path, Problem
from environments.schema import Environment
from facts import locations
from facts.names import terraform_reserved_variables


def check_name_lengths(environment: Environment) -> Iterator[Problem]:
    """Check that every derived name is within its API's limit. Of several that are too long for
    one reason, the first is reported.
    """
    names = Names.of(environment)
    derived: list[tuple[Path, partial[str]]] = [
        (("project_id",), partial(names.bucket, "static-assets")),
        (("environment",), partial(names.database)),
        (("environment",), partial(names.compute, "security-policy")),
        (("environment",), partial(names.service_account, APPLY)),
        (("environment",), partial(names.service_account, EXPORT)),
    ]
    for region in sorted(environment.regions.keys() & locations.regions()):
        at: Path = ("regions", region)
        derived += [(at, partial(names.connector, region)), (at, partial(names.redis, region))]
    for replica in environment.database.replicas:
        at = ("database", "replicas", replica)
        derived += [(at, partial(names.database, replica))]
    for secret in environment.secrets:
        derived += [(("secrets", secret), partial(names.secret, secret))]
    for service in environment.services:
        at = ("services", service)
        derived += [
            (at, partial(names.service_account, service)),
            (at, partial(names.service, service)),
            *(
                (at, partial(names.compute, service, "neg", region))
                for region in environment.regions
            ),
        ]
    reported: set[Path] = set()
    for path, make in derived:
        try:
            make()
        except NameTooLongError as error:
            if path in reported:
                continue
            reported.add(path)
            expected = "a name that fits: change it, project_name or environment"
            depends_on = (("environment",), ("project_name",))
            yield Problem(path, str(error), expected, depends_on=depends_on)


def check_grant_addresses(environment: Environment) -> Iterator[Problem]:
    """Check that no two grants of a secret have one address, which is names of service and
    secret: `a` with `b-c`, and `a-b` with `c`.
    """
    holders: dict[str, str] = {}
    for service, secrets in _secrets(environment).items():
        for secret in sorted(secrets):
            address = identifier(service, secret)
            if holders.setdefault(address, service) == service:
                continue
            taker = holders[address]
            expected = f"another name: a grant of {taker} has the address {address}"
            depends_on = (("services", taker),)
            actual = f"{service} with the secret {secret}"
            yield Problem(("services", service), actual, expected, depends_on=depends_on)


def check_variable_names(environment: Environment) -> Iterator[Problem]:
    """Check that Terraform accepts the variable of each secret that has one."""
    reserved = terraform_reserved_variables()
    for name, secret in environment.secrets.items():
        if secret.source == "variable" and identifier(name) in reserved:
            expected = (
                f"another name, such as {name}-value: Terraform reserves {identifier(name)}, and a "
                "secret with source: variable is a variable of its name"
            )
            depends_on = (("secrets", name, "source"),)
            yield Problem(("secrets", name), name, expected, depends_on=depends_on)


def _secrets(environment: Environment) -> dict[str, set[str]]:
    """Return the secrets that each account reads, those of database and cache too."""
    secrets = {MIGRATION_JOB: {"db-migration-connection"}} if environment.migration_job else {}
    for name, service in environment.services.items():
        secrets[name] = {*service.secrets.values()}
        if service.database:
            secrets[name].add("db-connection")
        if service.cache:
            secrets[name] |= {
                f"redis-connection-{region}" for region in environment.regions_of(service)
            }
    return secrets


RULES = (check_name_lengths, check_grant_addresses, check_variable_names)
