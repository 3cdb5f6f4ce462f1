"""What rules of quotas share: the resources that count, and the limit of a place."""

from offline.services.context import Block, Case, text


def existing(case: Case, *, regional: bool = False) -> list[Block]:
    """Return the other resources of the type in the project, or in the resource's region."""
    others = case.others(case.type)
    if not regional:
        return others
    return [resource for resource in others if text(resource, "region").endswith(case.region)]


def limit(case: Case, name: str, *, regional: bool = False) -> float:
    """Return a limit of the project, or of its region.

    Raises:
        KeyError: there is no such quota.
    """
    region = case.region if regional else ""
    return case.quotas.limit(name, project=case.project, region=region)


def is_exceeded(case: Case, name: str, *, regional: bool = False) -> bool:
    """Say whether creating the resource exceeds a quota that counts resources."""
    count = len(existing(case, regional=regional))
    return case.creating and count >= limit(case, name, regional=regional)
