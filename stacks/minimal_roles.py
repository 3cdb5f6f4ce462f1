"""Custom roles of the pipeline with the permissions that its requests need, and no others."""

from typing import Any, NamedTuple

from cdktf import App
from constructs.bootstrap import ACCOUNT_CHANGES, INSTANCE_LOSSES

from contract.command_permissions import COMMAND_NEEDS
from contract.permissions import Purpose, is_of_billing, needed
from environments import Environment
from stacks.platform import PlatformStack

COMMANDS = ("deploy", "drill", "gateway", "migrate", "verify-backup")
"""Commands of `grid` that the workflows run as the account that applies, and what they call."""
WORKFLOWS = frozenset(
    {
        "artifactregistry.repositories.downloadArtifacts",
        "artifactregistry.repositories.get",
        "artifactregistry.repositories.uploadArtifacts",
        "ondemandscanning.operations.get",
        "ondemandscanning.scans.analyzePackages",
        "ondemandscanning.scans.listVulnerabilities",
        "ondemandscanning.scans.scan",
    }
)
"""What release.yml does without `grid`: it pushes images and scans them
(Artifact Registry, "Roles and permissions"; Artifact Analysis, "On-Demand Scanning API")."""
GRANTING = frozenset({"resourcemanager.projects.setIamPolicy"})
"""Granted with the condition that limits the roles that may be granted."""
LIMITED = frozenset({"iam.serviceAccounts.actAs", *ACCOUNT_CHANGES, *INSTANCE_LOSSES})
"""Granted on each service account of the platform, or on the instances of drills."""


class MinimalRoles(NamedTuple):
    """Permissions by custom role, each sorted."""

    plan: tuple[str, ...]
    apply: tuple[str, ...]
    granting: tuple[str, ...]
    storage: tuple[str, ...]
    """Of Cloud Storage, granted with the condition that excludes the state bucket."""


def minimal_roles(environment: Environment) -> MinimalRoles:
    """Return what the pipeline's accounts need in the project of an environment.

    Terraform's part follows from the platform's stack, which is synthesized for it in memory.
    """
    stack = PlatformStack(App(), environment.environment, environment)
    document: dict[str, Any] = stack.to_terraform()
    plan, apply = (
        {name for name in needed(document, purpose) if not is_of_billing(name)}
        for purpose in (Purpose.plan, Purpose.apply)
    )
    for command in COMMANDS:
        if _is_run(command, environment):
            apply |= COMMAND_NEEDS[command].permissions
    apply |= WORKFLOWS
    storage = {name for name in apply if name.startswith("storage.")}
    return MinimalRoles(
        plan=tuple(sorted(plan)),
        apply=tuple(sorted(apply - GRANTING - LIMITED - storage)),
        granting=tuple(sorted(GRANTING)),
        storage=tuple(sorted(storage)),
    )


def _is_run(command: str, environment: Environment) -> bool:
    if command == "gateway":
        return environment.gateway is not None
    return environment.backups is not None or command not in {"drill", "verify-backup"}
