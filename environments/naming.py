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
COST_REPORT = "cost-report"
"""Name of the account that the cost report runs as, where services have theirs."""
EXPORT = "export"
"""Name of the account that exports the database, where services have theirs."""
PLAN, APPLY = "ci-plan", "ci-apply"
"""Names of the pipeline's accounts, where services have theirs."""
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
    def of(cls, environment: Environment) -> "Names":
        """The names of this environment's resources."""
        return cls(environment.project_id, environment.project_name, environment.environment)

    @property
    def title(self) -> str:
        """How display names begin, which people read: `grid prod`. The 30 characters of a service
        account keep it below every API's limit.
        """
        return f"{self.project_name} {self.environment}"

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

    def log_metric(self, metric: str) -> str:
        """A logs-based metric: 100 characters (Logging API, `LogMetric.name`). It has underscores
        for hyphens, as PromQL would write it.
        """
        return identifier(self._name("logs-based metric name", metric, most=100))

    def export(self) -> str:
        """The workflow that exports the database, and the job that starts it: 64 characters
        (Workflows API, `workflowId`).
        """
        return self._name("workflow name", "database-export", most=64)

    def custom_role(self, purpose: str) -> str:
        """An IAM role of the project: 64 letters, digits, underscores and periods (IAM API,
        `roleId`).
        """
        return identifier(self._name("custom role id", purpose, most=64))

    def custom_role_path(self, purpose: str) -> str:
        """A custom role as grants name it: `projects/<project>/roles/<id>`."""
        return f"projects/{self.project_id}/roles/{self.custom_role(purpose)}"

    def apigee(self, *parts: str) -> str:
        """An Apigee environment, group, instance, proxy or shared flow: 32 characters fit all of
        them (Apigee API; environments have the shortest names). A name that is too long for it is
        too long for a connector before.
        """
        return self._name("Apigee name", *parts, most=32, least=2)

    def egress(self, number: int) -> str:
        """A static address of an Apigee instance: 20 characters (Apigee docs, "Provisioning NAT
        IPs"), too few for the project as well.
        """
        return _within("NAT address name", f"{self.environment}-nat-{number}", 20)

    def kms(self, *parts: str) -> str:
        """A key ring or key: 63 characters (Cloud KMS API, `keyRingId`, `cryptoKeyId`)."""
        return self._name("Cloud KMS name", *parts)

    def certificate(self, hosts: Iterable[str]) -> str:
        """A managed certificate: a hash of its domains makes a new name for new domains, so that
        the new certificate exists before the old one goes.
        """
        digest = hashlib.sha256("\n".join(sorted(hosts)).encode()).hexdigest()
        return self._name("certificate name", "ssl-cert", digest[:8])

    def vertex(self, purpose: str) -> str:
        """What Vertex AI displays: 128 characters (Vertex AI API, `displayName`)."""
        return self._name("Vertex AI display name", purpose, most=128)

    def deployed_index(self, index: str) -> str:
        """A deployed index: 128 characters, no hyphens (Vertex AI API, `deployedIndexId`)."""
        return identifier(self._name("deployed index id", index, most=128))

    def dataset(self, purpose: str) -> str:
        """A BigQuery dataset: 1024 characters, no hyphens (BigQuery API, `datasetId`)."""
        return identifier(self._name("dataset id", purpose, most=1024))

    def transfer(self, purpose: str) -> str:
        """What BigQuery displays of a scheduled query: 1024 characters (BigQuery Data Transfer API,
        `displayName`).
        """
        return self._name("transfer name", purpose, most=1024)

    def budget(self) -> str:
        """What Cloud Billing displays: 60 characters (Cloud Billing Budget API, `displayName`)."""
        return self._name("budget name", "monthly", most=60)

    def bucket(self, purpose: str) -> str:
        """A bucket: 63 characters; named after the project, because bucket names are global."""
        return _within("bucket name", f"{self.project_id}-{purpose}", 63, 3)
