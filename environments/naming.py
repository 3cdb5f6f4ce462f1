"""Names of resources: pure functions of the environment, each within the limit of its API.

Every name begins with the project name and the environment, so that a name tells where it belongs
and two environments never collide. Nothing in a name is random; the Cloud SQL instance's suffix
comes from a resource, because Google reserves the name of a deleted instance for a week.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from environments.google_cloud import short_region
from environments.schema import Environment

MIGRATION_JOB = "migrate"
"""Name of the migration job and its account, where services have theirs."""
SMOKE_JOB = "smoke"
"""Name of the smoke jobs and their account."""


class NameTooLongError(ValueError):
    """A name is longer or shorter than the API allows."""


def _within(kind: str, name: str, most: int, least: int = 1) -> str:
    """The name itself.

    Raises:
        NameTooLongError: it has more than `most` or fewer than `least` characters.
    """
    if not least <= len(name) <= most:
        raise NameTooLongError(
            f"{kind} {name!r} has {len(name)} characters, "
            + (f"at most {most} fit" if len(name) > most else f"at least {least} are needed")
        )
    return name


def identifier(*parts: str) -> str:
    """A name in a Terraform address: parts joined by `_`, hyphens turned into it."""
    return "_".join(parts).replace("-", "_")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one environment's resources."""

    project_id: str
    """Google Cloud project, the start of names that are global."""
    project_name: str
    """First part of every other name."""
    environment: str
    """Second part of every other name."""

    @classmethod
    def of(cls, env: Environment) -> "Names":
        """The names of this environment's resources."""
        return cls(env.project_id, env.project_name, env.environment)

    def _name(self, kind: str, *parts: str, most: int = 63, least: int = 1) -> str:
        return _within(kind, "-".join((self.project_name, self.environment, *parts)), most, least)

    def compute(self, *parts: str) -> str:
        """A Compute Engine resource: 63 characters (RFC 1035)."""
        return self._name("Compute Engine name", *parts)

    def connector(self, region: str) -> str:
        """A Serverless VPC Access connector: 20 characters where a hyphen counts twice (Cloud Run,
        "Connect to a VPC network"; the API's own pattern alone would allow 25).
        """
        name = self._name("VPC Access connector name", short_region(region))
        _within("VPC Access connector name, its hyphens doubled,", name.replace("-", "--"), 20)
        return name

    def database(self, *parts: str) -> str:
        """A Cloud SQL instance, without its suffix of five characters: project and instance
        together have at most 97 (Cloud SQL, "Create instances").
        """
        most = 97 - len(self.project_id) - len(":-0000")
        return self._name("Cloud SQL instance name", "db", *parts, most=most)

    def redis(self, region: str) -> str:
        """A Redis instance: 40 characters (Memorystore API, `instanceId`)."""
        return self._name("Redis instance name", "redis", short_region(region), most=40)

    def secret(self, secret: str) -> str:
        """A secret: 255 characters (Secret Manager API, `secretId`)."""
        return self._name("secret id", secret, most=255)

    def service(self, service: str) -> str:
        """A Cloud Run service or job: 49 characters (Cloud Run API, `serviceId`)."""
        return self._name("Cloud Run name", service, most=49)

    def service_account(self, service: str) -> str:
        """A service account: 6 to 30 characters (IAM API, `accountId`)."""
        return self._name("service account id", service, most=30, least=6)

    def certificate(self, hosts: Iterable[str]) -> str:
        """A managed certificate: a hash of its domains makes a new name for new domains, so that
        the new certificate exists before the old one goes.
        """
        digest = hashlib.sha256("\n".join(sorted(hosts)).encode()).hexdigest()
        return self._name("certificate name", "ssl-cert", digest[:8])

    def bucket(self, purpose: str) -> str:
        """A bucket: 63 characters; named after the project, because bucket names are global."""
        return _within("bucket name", f"{self.project_id}-{purpose}", 63, 3)
