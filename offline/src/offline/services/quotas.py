"""What rules of quotas share: the resources that count, and the limit of a place."""

from offline.services.context import Block, RuleContext, text


def existing(context: RuleContext, *, regional: bool = False) -> list[Block]:
    """Return the other resources of the type in the project, or in the resource's region."""
    others = context.others(context.type)
    if not regional:
        return others
    return [resource for resource in others if text(resource, "region").endswith(context.region)]


def limit(context: RuleContext, name: str, *, regional: bool = False) -> float:
    """Return a limit of the project, or of its region.

    Raises:
        KeyError: there is no such quota.
    """
    region = context.region if regional else ""
    return context.quotas.limit(name, project=context.project, region=region)


def is_exceeded(context: RuleContext, name: str, *, regional: bool = False) -> bool:
    """Say whether creating the resource exceeds a quota that counts resources."""
    count = len(existing(context, regional=regional))
    return context.creating and count >= limit(context, name, regional=regional)
