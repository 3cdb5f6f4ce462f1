"""What the reference of one resource to another cannot say: order, addresses, splats."""

from collections.abc import Sequence
from typing import TypeAlias

from cdktf import ITerraformDependable, TerraformResource

Order: TypeAlias = Sequence[ITerraformDependable]
"""Resources that the first resources of a construct name in `depends_on`."""


def address(resource: TerraformResource) -> str:
    """The Terraform address of a resource, for arguments that take it as plain text.

    `replace_triggered_by` and splat expressions need it: a construct passed as itself is rendered
    as `${...}`, which Terraform refuses there.
    """
    return f"{resource.terraform_resource_type}.{resource.friendly_unique_id}"


def pem(resource: TerraformResource, certificates: str) -> str:
    """An expression for a resource's certificates, joined to one text in PEM.

    Args:
        resource: what has the certificates.
        certificates: the attribute with a list of them, each with a field `cert`.
    """
    return f'${{join("\\n", {address(resource)}.{certificates}[*].cert)}}'
