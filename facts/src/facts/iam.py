"""IAM: predefined roles, and the limit on conditions that name roles."""

from functools import cache

from facts.table import integer, read


@cache
def role_names(service: str) -> frozenset[str] | None:
    """Return the predefined roles of a service: for `run` they include `admin` of roles/run.admin.

    None if no list of that service's roles is on file.
    """
    names = read("iam")["roles"].value.get(service)
    return None if names is None else frozenset(names)


def max_roles_in_condition() -> int:
    """Return the highest number of roles that a limit on granting roles can name."""
    return integer("iam", "max_roles_in_condition")
