"""What needs roles in the organization: the bootstrap applies it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from environments.schema.base import Expected, Section
from environments.schema.monitoring import Email

AccessPolicyNumber = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]+$"),
    Expected(
        "the number of an access policy, in quotes: gcloud access-context-manager policies list "
        "--organization=ORGANIZATION"
    ),
]
ApiName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]*\.googleapis\.com$"),
    Expected("the name of an API, such as storage.googleapis.com"),
]
Identity = Annotated[
    str,
    StringConstraints(pattern=r"^(user|serviceAccount):[^@\s]+@[^@\s]+$"),
    Expected("user:<address> or serviceAccount:<address>"),
]
BooleanConstraint = Literal[
    "iam.automaticIamGrantsForDefaultServiceAccounts",
    "iam.disableServiceAccountKeyCreation",
    "iam.disableServiceAccountKeyUpload",
    "sql.restrictAuthorizedNetworks",
    "sql.restrictPublicIp",
    "storage.uniformBucketLevelAccess",
]
"""Constraints of organization policies that are on or off, and that the platform complies with.
Source: Resource Manager, "Organization policy constraints"."""


class PerimeterConfig(Section):
    """A perimeter of VPC Service Controls around the project."""

    access_policy: AccessPolicyNumber
    """Number of the organization's access policy. A project is in one perimeter at most."""
    services: Annotated[tuple[ApiName, ...], Field(min_length=1)] = (
        "aiplatform.googleapis.com",
        "artifactregistry.googleapis.com",
        "bigquery.googleapis.com",
        "logging.googleapis.com",
        "pubsub.googleapis.com",
        "run.googleapis.com",
        "secretmanager.googleapis.com",
        "sqladmin.googleapis.com",
        "storage.googleapis.com",
    )
    """APIs that are answered inside of the perimeter only."""
    members: tuple[Identity, ...] = ()
    """Who may call them from outside, in addition to the accounts of the pipeline."""
    enforced: bool = False
    """Deny what violates the perimeter. Without it, violations are logged only (dry run)."""


class OrganizationConfig(Section):
    """Resources that need roles in the organization. The person who applies the bootstrap has
    these roles, and the pipeline does not.
    """

    security_contact: Email | None = None
    """Who gets Google's notifications about security, suspension, legal and technical matters of
    the project (CIS 1.16)."""
    policies: tuple[BooleanConstraint, ...] = ()
    """Constraints of organization policies to enforce in the project."""
    perimeter: PerimeterConfig | None = None
    """A perimeter of VPC Service Controls; none without it."""
