"""Whether the pipeline may manage the budget, which is on the billing account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facts import permissions
from operations.checks.finding import Finding, Findings, Subject
from operations.core.api_client import GoogleError

NEEDED = {"ci_plan": "roles/billing.viewer", "ci_apply": "roles/billing.costsManager"}
"""The predefined role with the fewest permissions that reads, or manages, budgets."""
_VERBS = {"ci_plan": ("get",), "ci_apply": ("create", "delete", "get", "update")}


def budget(subject: Subject) -> Findings:
    """Check that the pipeline's accounts have their role on the billing account of the budget."""
    for account in sorted(set(subject.stack.values("google_billing_budget", "billing_account"))):
        yield from _on_account(subject, account)


def _on_account(subject: Subject, account: str) -> Findings:
    bootstrap = subject.bootstrap
    what = f"budget on billing account {account}"
    if bootstrap is None:
        yield Finding(
            severity="skipped",
            what=what,
            actual="the bootstrap, which has the pipeline's accounts, is not synthesized",
            advice=f"make bootstrap ENV={subject.session.environment}",
        )
        return
    accounts = bootstrap.document["resource"].get("google_service_account", {})
    members = {
        name: f"serviceAccount:{accounts[name]['account_id']}"
        f"@{bootstrap.project}.iam.gserviceaccount.com"
        for name in NEEDED
        if name in accounts
    }
    policy = _policy(subject, account)
    for name, member in members.items():
        yield _finding(f"{name} and the {what}", account, member, name, policy)


def _policy(subject: Subject, account: str) -> Mapping[str, Any] | None:
    """Return the policy of a billing account; None if the caller has no permission to read it."""
    accounts = subject.session.google.api("cloudbilling", "v1").billingAccounts()
    request = accounts.getIamPolicy(resource=f"billingAccounts/{account}")
    try:
        policy: Mapping[str, Any] = subject.session.client.send(request)
    except GoogleError as error:
        if error.status not in {403, 404}:
            raise
        return None
    return policy


def _finding(
    what: str, account: str, member: str, name: str, policy: Mapping[str, Any] | None
) -> Finding:
    if policy is not None and _is_granted(policy, member, name):
        return Finding(severity="ok", what=what, actual=f"{member} manages or reads it")
    return Finding(
        severity="warning" if policy is None else "error",
        what=what,
        actual="the policy of the billing account cannot be read with these credentials"
        if policy is None
        else f"{member} has no role with {_permissions(name)[0]}",
        expected=f"{NEEDED[name]} on the billing account",
        advice="an administrator of the billing account (roles/billing.admin) runs: "
        f"gcloud billing accounts add-iam-policy-binding {account} "
        f"--member={member} --role={NEEDED[name]}",
    )


def _permissions(name: str) -> list[str]:
    return [f"billing.budgets.{verb}" for verb in _VERBS[name]]


def _is_granted(policy: Mapping[str, Any], member: str, name: str) -> bool:
    held: set[str] = set()
    for binding in policy.get("bindings", []):
        if member in binding["members"] and binding["role"] in permissions.roles():
            held |= permissions.of_role(binding["role"])
    return held >= set(_permissions(name))
