"""Constraints of organization policies, and what the platform needs of each.

Names and values of the constraints: "Organization policy constraints", Resource Manager,
https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from operations.checks.stack import Stack

_INGRESS = {
    "INGRESS_TRAFFIC_ALL": "all",
    "INGRESS_TRAFFIC_INTERNAL_ONLY": "internal",
    "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER": "internal-and-cloud-load-balancing",
}
_EGRESS = {"ALL_TRAFFIC": "all-traffic", "PRIVATE_RANGES_ONLY": "private-ranges-only"}
ENFORCED = "enforced"
"""Stands for a constraint that is on."""
_NO_GRANTS = "; or set load_balancer.grant_all_users to false, if 403 for static files will do"


@dataclass(frozen=True)
class Constraint:
    """A constraint, and what the platform needs of it."""

    name: str
    needs: Callable[[Stack], Iterable[str]]
    """The values that must be allowed; of a constraint that is on or off `enforced` when it must be
    off; nothing where this stack does not care.
    """
    because: str
    is_confirmed: bool = True
    """Google documents that the platform needs it. Otherwise a policy that forbids it is a warning
    only.
    """
    alternative: str = ""
    """What the environment file can do instead of an exception."""


def _public_members(stack: Stack) -> Iterable[str]:
    return ["allUsers"] if stack.public else []


def _without_invoker_check(stack: Stack) -> Iterable[str]:
    services = stack.resources("google_cloud_run_v2_service")
    return _where(any(service.get("invoker_iam_disabled") for service in services))


def _where(condition: object) -> list[str]:
    return [ENFORCED] if condition else []


def _issuers(stack: Stack) -> Iterable[str]:
    providers = stack.resources("google_iam_workload_identity_pool_provider")
    return {str(provider["oidc"]["issuer_uri"]) for provider in providers}


def _of_connectors(value: str) -> Callable[[Stack], Iterable[str]]:
    """Return what a constraint must allow where there are Serverless VPC Access connectors, whose
    instances run in the project.
    """
    return lambda stack: [value] if stack.resources("google_vpc_access_connector") else []


CONSTRAINTS = (
    Constraint(
        "iam.allowedPolicyMemberDomains",
        _public_members,
        "the load balancer calls Cloud Run without an identity, so allUsers may invoke it",
        alternative=_NO_GRANTS,
    ),
    Constraint(
        "iam.managed.allowedPolicyMembers",
        lambda stack: _where(stack.public),
        "the load balancer calls Cloud Run without an identity, so allUsers may invoke it",
        alternative=_NO_GRANTS,
    ),
    Constraint(
        # Source: Cloud Run, "Allowing public (unauthenticated) access",
        # https://cloud.google.com/run/docs/authenticating/public.
        "run.managed.requireInvokerIam",
        _without_invoker_check,
        "the load balancer calls Cloud Run without an identity, so it checks no invoker",
    ),
    Constraint(
        "iam.workloadIdentityPoolProviders",
        _issuers,
        "the pipeline proves its identity with tokens of GitHub",
    ),
    Constraint(
        "iam.managed.workloadIdentityPoolProviders",
        _issuers,
        "the pipeline proves its identity with tokens of GitHub",
    ),
    Constraint(
        # Source: VPC, "Configure Serverless VPC Access", section "Connector creation error",
        # https://cloud.google.com/vpc/docs/configure-serverless-vpc-access.
        "compute.trustedImageProjects",
        _of_connectors("projects/serverless-vpc-access-images"),
        "the instances of the connectors run an image of that project",
    ),
    Constraint(
        # Source: tutorials, such as https://github.com/YvanJAquino/py-speaker-id-adv; Google's own
        # pages do not say so.
        "compute.vmCanIpForward",
        _of_connectors("IP forwarding by the connectors"),
        "the instances of the connectors forward packets",
        is_confirmed=False,
    ),
    Constraint(
        "storage.publicAccessPrevention",
        lambda stack: _where("google_storage_bucket_iam_member" in stack.public),
        "the load balancer's backend bucket serves static files to everybody",
    ),
    Constraint(
        "run.allowedIngress",
        lambda stack: {_INGRESS.get(one.ingress, one.ingress) for one in stack.services},
        "the ingress of the Cloud Run services",
    ),
    Constraint(
        "run.allowedVPCEgress",
        lambda stack: {_EGRESS.get(one.egress, one.egress) for one in stack.services if one.egress},
        "the egress of the Cloud Run services",
    ),
    Constraint(
        "compute.restrictVpcPeering",
        lambda stack: [
            f"projects/{stack.project}/global/networks/{name}"
            for name in stack.values("google_compute_network", "name")
            if stack.resources("google_service_networking_connection")
        ],
        "Cloud SQL and Redis are reached through a peering",
    ),
    Constraint(
        "compute.restrictLoadBalancerCreationForTypes",
        lambda stack: (
            ["GLOBAL_EXTERNAL_MANAGED_HTTP_HTTPS"]
            if stack.resources("google_compute_global_forwarding_rule")
            else []
        ),
        "the load balancer",
    ),
    Constraint(
        "gcp.resourceLocations",
        lambda stack: {one.region for one in stack.services},
        "the regions of the environment",
    ),
    Constraint(
        "sql.restrictPublicIp",
        lambda stack: _where(
            any(
                one["settings"].get("ip_configuration", {}).get("ipv4_enabled", True)
                for one in stack.resources("google_sql_database_instance")
            )
        ),
        "the database has a public address",
    ),
    Constraint(
        "iam.disableServiceAccountKeyCreation",
        lambda stack: _where(stack.resources("google_service_account_key")),
        "the stack makes keys of service accounts",
    ),
)
