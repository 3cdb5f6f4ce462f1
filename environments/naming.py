"""Names of resources: pure functions of the environment, each within the limit of its API, which
`facts/src/facts/data/names.json` has.

Every name begins with the project name and the environment, so that a name shows where it belongs
and two environments never collide. Nothing in a name is random; the Cloud SQL instance's suffix
comes from a resource, so that a restored instance and the one that it replaces can exist together.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from environments.schema import Environment
from facts import locations
from facts.names import NameLimit, limit

MIGRATION_JOB = "migrate"
"""Name of the migration job and its account, where services have theirs."""
COST_REPORT = "cost-report"
"""Name of the account that the cost report runs as, where services have theirs."""
EXPORT = "export"
"""Name of the account that exports the database, where services have theirs."""
PLAN, APPLY = "ci-plan", "ci-apply"
"""Names of the pipeline's accounts, where services have theirs."""
SMOKE_JOB = "smoke"
"""Name of the smoke jobs and their account."""


_CONTINENTS = {
    "africa": "af",
    "asia": "as",
    "australia": "au",
    "europe": "eu",
    "me": "me",
    "northamerica": "na",
    "southamerica": "sa",
    "us": "us",
}
_DIRECTIONS = {
    "central": "c",
    "north": "n",
    "northeast": "ne",
    "south": "s",
    "southeast": "se",
    "southwest": "sw",
    "east": "e",
    "west": "w",
}


class NameTooLongError(ValueError):
    """A name is longer or shorter than the API allows."""


def _check_length(label: str, name: str, limit: NameLimit) -> str:
    """Return the name itself. A limit without a source that can be opened rejects no name.

    Raises:
        NameTooLongError: it has more or fewer characters than the limit allows.
    """
    if limit.is_confirmed and not limit.min <= len(name) <= limit.max:
        raise NameTooLongError(
            f"{label} {name!r} has {len(name)} characters, "
            + (
                f"at most {limit.max} fit"
                if len(name) > limit.max
                else f"at least {limit.min} are needed"
            )
        )
    return name


def short_region(region: str) -> str:
    """Return a region in four to six characters, for names with tight limits: `us-central1` is
    `usc1`.

    Raises:
        ValueError: there is no such region.
    """
    match = re.fullmatch(r"([a-z]+)-([a-z]+)([0-9]+)", region)
    if not match or region not in locations.regions():
        raise ValueError(f"{region!r} is not a Google Cloud region")
    continent, direction, number = match.groups()
    return f"{_CONTINENTS[continent]}{_DIRECTIONS[direction]}{number}"


def identifier(*parts: str) -> str:
    """Return a name in a Terraform address: parts joined by `_`, hyphens and dots turned into it.

    A name that begins with a digit gets a `_` in front, because Terraform rejects it otherwise.
    Source: "Identifiers", https://developer.hashicorp.com/terraform/language/syntax/configuration.
    """
    name = re.sub(r"[-.]", "_", "_".join(parts))
    return f"_{name}" if name[:1].isdigit() else name


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
    def of(cls, environment: Environment) -> "Names":
        """Return the names of this environment's resources."""
        return cls(environment.project_id, environment.project_name, environment.environment)

    @property
    def title(self) -> str:
        """How display names begin, which people read: `grid prod`. The limit of a service account
        keeps it below every API's limit.
        """
        return f"{self.project_name} {self.environment}"

    def _name(self, label: str, kind: str, *parts: str) -> str:
        name = "-".join((self.project_name, self.environment, *parts))
        return _check_length(label, name, limit(kind))

    def compute(self, *parts: str) -> str:
        """Return the name of a Compute Engine resource."""
        return self._name("Compute Engine name", "compute", *parts)

    def connector(self, region: str) -> str:
        """Return the name of a Serverless VPC Access connector; its hyphens count twice."""
        name = self._name("VPC Access connector name", "compute", short_region(region))
        _check_length(
            "VPC Access connector name, its hyphens doubled,",
            name.replace("-", "--"),
            limit("connector"),
        )
        return name

    def database(self, *parts: str) -> str:
        """Return the name of a Cloud SQL instance, without its suffix of five characters. The
        limit is that of project and instance together.
        """
        name = "-".join((self.project_name, self.environment, "db", *parts))
        most = limit("sql_instance_with_project").max - len(self.project_id) - len(":-0000")
        return _check_length("Cloud SQL instance name", name, NameLimit(most))

    def redis(self, region: str) -> str:
        """Return the name of a Redis instance."""
        return self._name("Redis instance name", "redis", "redis", short_region(region))

    def secret(self, secret: str) -> str:
        """Return the ID of a secret."""
        return self._name("secret id", "secret", secret)

    def topic(self, purpose: str) -> str:
        """Return the name of a Pub/Sub topic."""
        return self._name("Pub/Sub topic name", "topic", purpose)

    def service(self, service: str) -> str:
        """Return the name of a Cloud Run service or job."""
        return self._name("Cloud Run name", "run", service)

    def service_account(self, service: str) -> str:
        """Return the ID of a service account."""
        return self._name("service account id", "service_account", service)

    def log_metric(self, metric: str) -> str:
        """Return the name of a logs-based metric. It has underscores for hyphens, as PromQL would
        write it.
        """
        return identifier(self._name("logs-based metric name", "log_metric", metric))

    def log_sink(self, purpose: str) -> str:
        """Return the name of a sink of log entries."""
        return self._name("log sink name", "log_sink", purpose)

    def export(self) -> str:
        """Return the name of the workflow that exports the database, and of the job that starts
        it.
        """
        return self._name("workflow name", "workflow", "database-export")

    def custom_role(self, purpose: str) -> str:
        """Return the ID of an IAM role of the project, with underscores for hyphens."""
        return identifier(self._name("custom role id", "custom_role", purpose))

    def custom_role_path(self, purpose: str) -> str:
        """Return a custom role as grants name it: `projects/<project>/roles/<id>`."""
        return f"projects/{self.project_id}/roles/{self.custom_role(purpose)}"

    def apigee(self, *parts: str) -> str:
        """Return the name of an Apigee environment, group, instance, proxy or shared flow. A name
        that is too long for it is too long for a connector before.
        """
        return self._name("Apigee name", "apigee", *parts)

    def egress(self, number: int) -> str:
        """Return the name of a static address of an Apigee instance. It has too few characters for
        the project as well.
        """
        name = f"{self.environment}-nat-{number}"
        return _check_length("NAT address name", name, limit("apigee_nat_address"))

    def kms(self, *parts: str) -> str:
        """Return the name of a key ring or key."""
        return self._name("Cloud KMS name", "kms", *parts)

    def certificate(self, hosts: Iterable[str]) -> str:
        """Return the name of a managed certificate. A hash of its domains makes a new name for new
        domains, so that the new certificate exists before the old one is deleted.
        """
        digest = hashlib.sha256("\n".join(sorted(hosts)).encode()).hexdigest()
        return self._name("certificate name", "compute", "ssl-cert", digest[:8])

    def vertex(self, purpose: str) -> str:
        """Return a display name of Vertex AI."""
        return self._name("Vertex AI display name", "vertex_display_name", purpose)

    def deployed_index(self, index: str) -> str:
        """Return the ID of a deployed index, with underscores for hyphens."""
        return identifier(self._name("deployed index id", "deployed_index", index))

    def dataset(self, purpose: str) -> str:
        """Return the ID of a BigQuery dataset, with underscores for hyphens."""
        return identifier(self._name("dataset id", "dataset", purpose))

    def transfer(self, purpose: str) -> str:
        """Return the display name of a scheduled query."""
        return self._name("transfer name", "transfer_config", purpose)

    def budget(self) -> str:
        """Return the display name of the budget."""
        return self._name("budget name", "budget", "monthly")

    def bucket(self, purpose: str) -> str:
        """Return the name of a bucket. It begins with the project: bucket names are global."""
        return _check_length("bucket name", f"{self.project_id}-{purpose}", limit("bucket"))
