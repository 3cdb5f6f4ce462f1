"""Dependencies, addresses and expressions that a reference to a resource cannot state."""

from collections.abc import Sequence
from typing import TypeAlias

from cdktf import ITerraformDependable, TerraformResource, TerraformResourceLifecycle

Dependencies: TypeAlias = Sequence[ITerraformDependable]
"""Resources for `depends_on`."""


def address(resource: TerraformResource) -> str:
    """Return the Terraform address of a resource, for arguments that take it as plain text.

    `replace_triggered_by` and splat expressions need it: CDKTF renders a construct as `${...}`,
    which Terraform rejects there.
    """
    return f"{resource.terraform_resource_type}.{resource.friendly_unique_id}"


def replaced_with(parent: TerraformResource) -> TerraformResourceLifecycle:
    """Return the lifecycle of a resource that Google deletes together with `parent`.

    A replaced parent keeps its name, so that a reference to the name does not change: without
    this, the next plan would find the resource missing. Source: Terraform, "The lifecycle
    Meta-Argument", `replace_triggered_by`.
    """
    return TerraformResourceLifecycle(replace_triggered_by=[f"{address(parent)}.id"])


def pem(resource: TerraformResource, certificates: str) -> str:
    """Return an expression that joins a resource's certificates into one PEM string.

    Args:
        resource: The resource that has the certificates.
        certificates: Its attribute with a list of them, each with a field `cert`.
    """
    return f'${{join("\\n", {address(resource)}.{certificates}[*].cert)}}'
