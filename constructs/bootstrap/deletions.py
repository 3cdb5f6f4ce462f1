"""What the pipeline can delete of the database and of the service accounts."""

from constructs.security import Grant

from environments import Environment
from environments.naming import Names

ACCOUNT_PERMISSIONS = (
    "iam.serviceAccounts.create",
    "iam.serviceAccounts.get",
    "iam.serviceAccounts.list",
)
"""What the account that applies does with service accounts of the project.
roles/iam.serviceAccountAdmin can also set their policies, and so give itself a token of each of
them: that of the default one of Compute Engine, which is an editor, or that of an owner."""
ACCOUNT_CHANGES = (
    "iam.serviceAccounts.delete",
    "iam.serviceAccounts.disable",
    "iam.serviceAccounts.enable",
    "iam.serviceAccounts.update",
)
"""Granted on each service account of the platform. In the project they would cover the service
accounts of others: IAM conditions do not know the names of service accounts."""
DATABASE_PERMISSIONS = (
    "cloudsql.backupRuns.get",
    "cloudsql.backupRuns.list",
    "cloudsql.databases.create",
    "cloudsql.databases.get",
    "cloudsql.databases.list",
    "cloudsql.databases.update",
    "cloudsql.instances.create",
    "cloudsql.instances.export",
    "cloudsql.instances.get",
    "cloudsql.instances.list",
    "cloudsql.instances.update",
    "cloudsql.users.create",
    "cloudsql.users.delete",
    "cloudsql.users.list",
    "cloudsql.users.update",
)
"""What an apply and the commands of the pipeline need of Cloud SQL. roles/cloudsql.admin can also
delete backups, connect to instances, and stop replication."""
INSTANCE_LOSSES = ("cloudsql.instances.delete", "cloudsql.instances.restoreBackup")
"""What destroys the data of an instance: a restore replaces all of it."""


def losing_instances(environment: Environment, role: str) -> Grant:
    """Grant a role with `INSTANCE_LOSSES`. In a protected environment the condition limits it to
    the instances of drills: their names have `-drill-` after the random suffix of the database.

    Conditions know the names of instances (Cloud SQL, "Use IAM Conditions").
    """
    if not environment.protect:
        return Grant(role=role, name="losses")
    instances = f"/instances/{Names.of(environment).database()}-{{suffix}}-drill-"
    return Grant(
        role=role,
        name="losses",
        title="instances of drills only",
        condition=f"resource.name.extract('{instances}') != ''",
    )
