"""IAM: predefined roles, and limits of conditions and of workload identity federation."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

from facts.table import integer, read


class ServiceAgent(NamedTuple):
    """The account by which a Google service uses resources of a project."""

    account: str
    """Its address, with `{number}` for that of the project."""
    role: str
    """The role that it needs, and for most agents gets from Google in the project."""


@cache
def service_agents() -> Mapping[str, ServiceAgent]:
    """Return the service agents that the platform cannot do without, by API: `workflows`."""
    return {api: ServiceAgent(*agent) for api, agent in read("iam")["service_agents"].value.items()}


def service_agent(api: str, number: str) -> str:
    """Return the address of an API's service agent in a project, in the usual form without a fact.

    Source: page "Service agents", https://cloud.google.com/iam/docs/service-agents.
    """
    known = service_agents().get(api)
    form = known.account if known else f"service-{{number}}@gcp-sa-{api}.iam.gserviceaccount.com"
    return form.format(number=number)


@cache
def encryption_agents() -> Mapping[str, ServiceAgent]:
    """Return the service agents that encrypt with a key of Cloud KMS, by API, each with the role
    that it needs on the key.
    """
    agents = read("iam")["encryption_agents"].value
    return {api: ServiceAgent(*agent) for api, agent in agents.items()}


@cache
def role_names(service: str) -> frozenset[str] | None:
    """Return the predefined roles of a service: for `run` they include `admin` of roles/run.admin.

    None if no list of that service's roles is on file.
    """
    names = read("iam")["roles"].value.get(service)
    return None if names is None else frozenset(names)


def reads_data(permission: str) -> bool:
    """Report whether a permission reads data, or lets its holder act as somebody who can."""
    patterns = read("iam")["data_permissions"].value
    return any(fnmatchcase(permission, pattern) for pattern in patterns)


def max_policy_principals() -> int:
    """Return the highest number of principals that the allow policy of a resource refers to, each
    as often as it occurs.
    """
    return integer("iam", "max_policy_principals")


def max_roles_in_condition() -> int:
    """Return the highest number of roles that a limit on granting roles can name."""
    return integer("iam", "max_roles_in_condition")


def max_subject_bytes() -> int:
    """Return the highest number of bytes of `google.subject`, to which a token's subject maps."""
    return integer("iam", "max_subject_bytes")


def max_mapping_expression() -> int:
    """Return the highest number of characters of an expression in an attribute mapping."""
    return integer("iam", "max_mapping_expression")


def max_mapping_key() -> int:
    """Return the highest number of characters of the name of a mapped attribute."""
    return integer("iam", "max_mapping_key")


def max_attribute_condition() -> int:
    """Return the highest number of characters of the attribute condition of a provider."""
    return integer("iam", "max_attribute_condition")


def max_permissions_of_custom_role() -> int:
    """Return the highest number of permissions that a custom role can have."""
    return integer("iam", "max_permissions_of_custom_role")
