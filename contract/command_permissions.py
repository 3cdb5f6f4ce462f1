"""Methods that the commands of `grid` call, and the permissions that they need.

`tests/operations` fails for a request that is not listed here.
"""

from __future__ import annotations

from dataclasses import dataclass

from facts import permissions

_RUN = "run.projects.locations"
_SQL_WAIT = ("sql.operations.get", "sql.operations.list")
_BUCKET_POLICY = ("storage.buckets.getIamPolicy", "storage.buckets.setIamPolicy")
_READ_OBJECTS = ("storage.objects.get", "storage.objects.list")
_SHARED = ("storage.objects.get", "storage.objects.list")
"""Read the state and the records of releases in the state bucket."""
_LEASE = (*_SHARED, "storage.objects.delete", "storage.objects.insert")
"""Hold the lease in the state bucket (`operations.core.lease`), and write records."""
_MIGRATE = (
    *_LEASE,
    "artifactregistry.projects.locations.repositories.dockerImages.get",
    f"{_RUN}.jobs.executions.get",
    f"{_RUN}.jobs.executions.list",
    f"{_RUN}.jobs.get",
    f"{_RUN}.jobs.patch",
    f"{_RUN}.jobs.run",
    f"{_RUN}.operations.get",
)
_SHIFT_TRAFFIC = (
    f"{_RUN}.operations.get",
    f"{_RUN}.services.get",
    f"{_RUN}.services.patch",
    f"{_RUN}.services.revisions.get",
)
_DRILL = (
    "sql.backupRuns.list",
    "sql.databases.list",
    "sql.instances.delete",
    "sql.instances.export",
    "sql.instances.get",
    "sql.instances.insert",
    "sql.instances.list",
    "sql.instances.restoreBackup",
    "sql.users.list",
    *_SQL_WAIT,
    *_BUCKET_POLICY,
    *_READ_OBJECTS,
    "storage.objects.insert",
)


@dataclass(frozen=True, kw_only=True)
class CommandNeeds:
    """What one command asks of Google Cloud."""

    methods: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    """Permissions on what requests refer to, or that only some requests need."""

    @property
    def permissions(self) -> frozenset[str]:
        """The permissions of the methods and the others."""
        found = set(self.besides)
        for method in self.methods:
            found.update(permissions.of_method(method) or ())
        return frozenset(found)


COMMAND_NEEDS: dict[str, CommandNeeds] = {
    "deploy": CommandNeeds(
        methods=(*_MIGRATE, *_SHIFT_TRAFFIC, "monitoring.projects.timeSeries.list"),
        besides=(
            "artifactregistry.repositories.downloadArtifacts",
            "iam.serviceAccounts.actAs",
            "run.jobs.runWithOverrides",
        ),
    ),
    "rollback": CommandNeeds(
        methods=(
            *_LEASE,
            *_SHIFT_TRAFFIC,
            f"{_RUN}.services.revisions.list",
            "secretmanager.projects.secrets.versions.get",
        ),
        besides=("iam.serviceAccounts.actAs",),
    ),
    "status": CommandNeeds(
        methods=(
            f"{_RUN}.services.get",
            f"{_RUN}.services.revisions.get",
            *_SHARED,
        )
    ),
    "logs": CommandNeeds(methods=(*_SHARED, "logging.entries.list")),
    "db": CommandNeeds(
        methods=(*_SHARED, "sql.users.list"),
        besides=(
            "cloudsql.instances.connect",
            "cloudsql.instances.get",
            "cloudsql.instances.login",
        ),
    ),
    "releases": CommandNeeds(methods=_SHARED),
    "migrate": CommandNeeds(
        methods=_MIGRATE,
        besides=(
            "artifactregistry.repositories.downloadArtifacts",
            "iam.serviceAccounts.actAs",
            "run.jobs.runWithOverrides",
        ),
    ),
    "backup": CommandNeeds(
        methods=(
            "sql.backupRuns.delete",
            "sql.backupRuns.get",
            "sql.backupRuns.insert",
            "sql.backupRuns.list",
            "sql.instances.export",
            "sql.instances.get",
            *_SQL_WAIT,
            *_READ_OBJECTS,
            "storage.objects.insert",
        )
    ),
    "verify-backup": CommandNeeds(methods=("sql.backupRuns.list", *_READ_OBJECTS)),
    "restore": CommandNeeds(
        methods=(
            "sql.Backups.ListBackups",
            "sql.backupRuns.get",
            "sql.backupRuns.insert",
            "sql.backupRuns.list",
            "sql.databases.insert",
            "sql.databases.list",
            "sql.instances.clone",
            "sql.instances.delete",
            "sql.instances.get",
            "sql.instances.import",
            "sql.instances.insert",
            "sql.instances.patch",
            "sql.instances.restoreBackup",
            *_SQL_WAIT,
            f"{_RUN}.services.get",
            f"{_RUN}.services.revisions.get",
            *_BUCKET_POLICY,
            *_LEASE,
            "storage.objects.list",
            "storage.objects.rewrite",
        )
    ),
    "failover": CommandNeeds(
        methods=(
            "monitoring.projects.timeSeries.list",
            "secretmanager.projects.secrets.addVersion",
            "secretmanager.projects.secrets.versions.access",
            "secretmanager.projects.secrets.versions.disable",
            "secretmanager.projects.secrets.versions.get",
            "sql.Backups.ListBackups",
            "sql.instances.get",
            "sql.instances.patch",
            "sql.instances.promoteReplica",
            *_SQL_WAIT,
            *_LEASE,
            *_SHIFT_TRAFFIC,
        ),
        besides=("iam.serviceAccounts.actAs",),
    ),
    "verify-restore": CommandNeeds(
        methods=(
            "sql.databases.list",
            "sql.instances.export",
            "sql.instances.get",
            "sql.users.list",
            *_SQL_WAIT,
            *_BUCKET_POLICY,
            *_READ_OBJECTS,
        )
    ),
    "drill": CommandNeeds(methods=_DRILL),
    "gateway": CommandNeeds(
        methods=(
            *_LEASE,
            "apigee.organizations.apis.get",
            "apigee.organizations.environments.apis.deployments.list",
            "apigee.organizations.environments.apis.revisions.deploy",
            "apigee.organizations.environments.apis.revisions.getDeployments",
            "apigee.organizations.environments.apis.revisions.undeploy",
        )
    ),
    "doctor": CommandNeeds(
        methods=(
            "cloudbilling.billingAccounts.getIamPolicy",
            "cloudresourcemanager.projects.get",
            "cloudresourcemanager.projects.getIamPolicy",
            "cloudresourcemanager.projects.testIamPermissions",
            "compute.projects.get",
            "compute.sslCertificates.get",
            "orgpolicy.projects.policies.getEffectivePolicy",
            "secretmanager.projects.secrets.versions.list",
            "serviceusage.services.batchGet",
            "serviceusage.services.consumerQuotaMetrics.list",
            "storage.buckets.get",
            *_SHARED,
        )
    ),
    "plan": CommandNeeds(methods=("storage.objects.insert",)),
    "apply": CommandNeeds(methods=("sql.instances.get", *_LEASE)),
    "import": CommandNeeds(methods=_LEASE),
    "unlock": CommandNeeds(methods=_LEASE),
    "drift": CommandNeeds(),
    "cost": CommandNeeds(),
    "permissions": CommandNeeds(),
    "quota": CommandNeeds(),
    "journal": CommandNeeds(),
}
"""Needs by command. Terraform needs more (`operations.checks.permissions`), which `plan`, `apply`
and `drift` run, and which the others ask for the outputs in the state."""
