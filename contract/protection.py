"""Terraform's error about a resource that `prevent_destroy` protects, and the help for it."""

_ERROR = "Instance cannot be destroyed"
"""Summary of the error in Terraform 1.11.4."""


def protection_help(errors: str) -> str | None:
    """Return what to do where one of the errors is about a protected resource, else None.

    Terraform advises to change `lifecycle.prevent_destroy`, which follows from the environment
    file here.
    """
    if _ERROR not in errors:
        return None
    return (
        "To keep the resource, restore the value of the environment file whose change removes or "
        "replaces it. To delete it with its content: docs/traps.md, "
        '"Remove or replace protected resources"'
    )
