"""The rules of names: the last name that fits, and the first that does not."""

from tests.environments.samples import Row

WANTED = "a name that fits: change it, project_name or environment"
SERVICE = {"cpu": 1, "memory": "512Mi", "max_instances": 1}
CONNECTOR = "VPC Access connector name, its hyphens doubled,"


def _connector(key: str, legal: str, illegal: str, doubled: str) -> Row:
    actual = f"{CONNECTOR} {doubled!r} has 21 characters, at most 20 fit"
    return "dev", {key: legal}, {key: illegal}, [("regions.us-central1", actual, WANTED)]


def _grant(name: str, secret: str, taker: str) -> Row:
    """Return a service that reads a secret, named so that the grant's address is another's."""
    reads = {f"secrets.{secret}": {"source": "external"}}
    service = SERVICE | {"secrets": {"KEY": secret}}
    address = f"{name}_{secret}".replace("-", "_")
    expected = f"another name: a grant of {taker} has the address {address}"
    problem = (f"services.{name}", f"{name} with the secret {secret}", expected)
    return (
        "dev",
        reads | {f"services.{name}-1": service},
        reads | {f"services.{name}": service},
        [problem],
    )


def _variable(word: str) -> Row:
    """Return a secret that would be a variable with a name that Terraform reserves."""
    identifier = word.replace("-", "_")
    expected = (
        f"another name, such as {word}-value: Terraform reserves {identifier}, and a secret with "
        "source: variable is a variable of its name"
    )
    return (
        "dev",
        {
            f"secrets.{word}-value": {"source": "variable"},
            f"secrets.{word}": {"source": "external"},
        },
        {f"secrets.{word}": {"source": "variable"}},
        [(f"secrets.{word}", word, expected)],
    )


ROWS: dict[str, Row] = {
    "a grant at the address of another service's": _grant("auth-jwt", "secret", "auth"),
    "a grant at the address of the database's": _grant("api-db", "connection", "api"),
    "a grant at the address of a cache's": _grant("ai-redis", "connection-us-central1", "ai"),
    "a grant at the address of the migration job's": _grant(
        "migrate-db", "migration-connection", "migrate"
    ),
    "connector of a long environment": _connector(
        "environment", "e2345678", "e23456789", "grid--e23456789--usc1"
    ),
    "connector of an environment with a hyphen, which counts twice": _connector(
        "environment", "e2-4567", "e2-45678", "grid--e2--45678--usc1"
    ),
    "connector of a long project": _connector(
        "project_name", "p23456789", "p234567890", "p234567890--dev--usc1"
    ),
    "account of a service with a long name": (
        "dev",
        {"services.s23456789012345678901": SERVICE},
        {"services.s234567890123456789012": SERVICE},
        [
            (
                "services.s234567890123456789012",
                "service account id 'grid-dev-s234567890123456789012' has 31 characters, "
                "at most 30 fit",
                WANTED,
            )
        ],
    ),
    "account of a service with a short name": (
        "dev",
        {"environment": "d", "project_name": "g", "services.x2": SERVICE},
        {"environment": "d", "project_name": "g", "services.x": SERVICE},
        [
            (
                "services.x",
                "service account id 'g-d-x' has 5 characters, at least 6 are needed",
                WANTED,
            )
        ],
    ),
    **{f"variable named {word}": _variable(word) for word in ("count", "version", "for-each")},
}
