"""Dependencies, addresses and expressions that a reference to a resource cannot state."""

from collections.abc import Sequence
from typing import TypeAlias

from cdktf import ITerraformDependable, TerraformResource

Dependencies: TypeAlias = Sequence[ITerraformDependable]
"""Resources for `depends_on`."""


def address(resource: TerraformResource) -> str:
    """Return the Terraform address of a resource, for arguments that take it as plain text.

    `replace_triggered_by` and splat expressions need it: CDKTF renders a construct as `${...}`,
    which Terraform rejects there.
    """
    return f"{resource.terraform_resource_type}.{resource.friendly_unique_id}"


def pem(resource: TerraformResource, certificates: str) -> str:
    """Return an expression that joins a resource's certificates into one PEM string.

    Args:
        resource: The resource that has the certificates.
        certificates: Its attribute with a list of them, each with a field `cert`.
    """
    return f'${{join("\\n", {address(resource)}.{certificates}[*].cert)}}'
