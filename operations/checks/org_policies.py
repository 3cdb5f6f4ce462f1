"""Organization policies that forbid what the platform does.

Names and values of the constraints: "Organization policy constraints", Resource Manager,
https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from operations.checks.finding import Finding, Findings, Subject
from operations.checks.stack import Stack

_INGRESS = {
    "INGRESS_TRAFFIC_ALL": "all",
    "INGRESS_TRAFFIC_INTERNAL_ONLY": "internal",
    "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER": "internal-and-cloud-load-balancing",
}
_EGRESS = {"ALL_TRAFFIC": "all-traffic", "PRIVATE_RANGES_ONLY": "private-ranges-only"}
_ENFORCED = "enforced"
_LOCATIONS = re.compile(
    r"in:(africa|asia|australia|europe|me|northamerica|southamerica|us)(-[a-z]+[0-9]+)?-locations"
)
"""The groups of a continent's regions, and of a region."""


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


def _public_members(stack: Stack) -> Iterable[str]:
    return ["allUsers"] if stack.public else []


def _where(condition: object) -> list[str]:
    return [_ENFORCED] if condition else []


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
    ),
    Constraint(
        "iam.managed.allowedPolicyMembers",
        lambda stack: _where(stack.public),
        "the load balancer calls Cloud Run without an identity, so allUsers may invoke it",
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


def policies(subject: Subject) -> Findings:
    """No effective policy forbids what the stack needs."""
    api = subject.session.google.api("orgpolicy", "v2").projects().policies()
    for constraint in CONSTRAINTS:
        stacks = (subject.stack, *([subject.bootstrap] if subject.bootstrap else []))
        needs = sorted({need for stack in stacks for need in constraint.needs(stack)})
        if not needs:
            continue
        name = f"projects/{subject.project}/policies/{constraint.name}"
        policy = subject.session.client.find(api.getEffectivePolicy(name=name)) or {}
        yield _evaluate(constraint, needs, policy.get("spec", {}).get("rules", []), subject.project)


def _evaluate(
    constraint: Constraint, needs: list[str], rules: list[Mapping[str, Any]], project: str
) -> Finding:
    what = f"policy {constraint.name}"
    forbidden = [value for value in needs if forbids(rules, value)]
    unclear = [value for rule in rules for value in _values(rule, "denied") if _is_group(value)]
    if not forbidden and not unclear:
        return Finding(severity="ok", what=what, actual="allows what is needed")
    advice = (
        f"gcloud org-policies describe {constraint.name} --effective --project={project}, "
        "and ask who keeps the organization's policies for an exception"
    )
    if not forbidden:
        return Finding(
            severity="warning",
            what=what,
            actual=f"denies {', '.join(unclear)}; is {', '.join(needs)} among them?",
            expected=constraint.because,
            advice=advice,
        )
    conditional = any("condition" in rule for rule in rules)
    grouped = any(_is_group(value) for rule in rules for value in _values(rule, "allowed"))
    is_certain = constraint.is_confirmed and not conditional and not grouped
    return Finding(
        severity="error" if is_certain else "warning",
        what=what,
        actual=f"forbids {', '.join(forbidden)}"
        + (", unless a group of values or a condition allows it" if conditional or grouped else ""),
        expected=constraint.because,
        advice=advice,
    )


def forbids(rules: Iterable[Mapping[str, Any]], value: str) -> bool:
    """Whether the rules of an effective policy forbid a value; `enforced` stands for being on. A
    managed constraint that is on allows the values of its parameters.

    Of groups, only those of locations are known.
    """
    allowed: list[str] = []
    for rule in rules:
        denied = any(_fits(listed, value) for listed in _values(rule, "denied"))
        enforced = rule.get("enforce") and value not in _parameters(rule)
        if rule.get("denyAll") or denied or enforced:
            return True
        if rule.get("allowAll"):
            return False
        allowed += _values(rule, "allowed")
    return bool(allowed) and not any(_fits(listed, value) for listed in allowed)


def _values(rule: Mapping[str, Any], kind: str) -> list[str]:
    return [str(listed) for listed in rule.get("values", {}).get(f"{kind}Values", [])]


def _parameters(rule: Mapping[str, Any]) -> list[str]:
    """Return the values of the parameters of a managed constraint, whatever their names are."""
    lists = rule.get("parameters", {}).values()
    return [str(value) for values in lists if isinstance(values, list) for value in values]


def _fits(given: str, value: str) -> bool:
    """Whether a policy's value means this one.

    `in:us-east1-locations` is the region, and `in:us-locations` every region whose name begins so
    ("Restricting resource locations", value groups). `in:eu-locations`, which leaves out some of
    europe-…, is not known here.
    """
    region = given.removeprefix("in:").removesuffix("-locations")
    if given == f"in:{region}-locations":
        return f"{value}-".startswith(f"{region}-")
    return given.removeprefix("is:") == value


def _is_group(given: str) -> bool:
    """Whether a policy's value means others that are not known here."""
    return given.startswith("under:") or (
        given.startswith("in:") and not _LOCATIONS.fullmatch(given)
    )
