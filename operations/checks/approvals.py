"""Whether GitHub asks for the approvals that the environment file names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from contract.github_environment import GitHubEnvironment, find
from operations.checks.finding import Finding, Findings, Subject
from operations.core.errors import FailedError

TOKENS = ("GH_TOKEN", "GITHUB_TOKEN")
"""Variables with a token, in the order of GitHub's own `gh`."""
API = "GITHUB_API_URL"
"""Variable with the address of GitHub's API, which GitHub Actions sets."""
_REVIEWERS = "required_reviewers"
_RULES = "docs/bootstrap.md#set-up-github"


def approvals(subject: Subject) -> Findings:
    """Check that a release of an environment with `ci.approval` waits for a person.

    Raises:
        FailedError: GitHub cannot be asked, or does not answer: then nobody knows.
    """
    session = subject.session
    github = find(session.runtime.environments / f"{session.environment}.yaml")
    if github is None or not github.needs_approval:
        return
    protection = _read(github, session.runtime.timeout_seconds)
    if protection is None:
        yield _finding(github, "error", "there is no such GitHub environment, or no access to it")
        return
    rules = {str(rule.get("type")): rule for rule in protection.get("protection_rules", [])}
    reviewers = rules.get(_REVIEWERS, {})
    if not reviewers.get("reviewers"):
        yield _finding(github, "error", "it has no required reviewers")
        return
    gaps = []
    if not reviewers.get("prevent_self_review"):
        gaps.append("the person who starts a release can approve it")
    if protection.get("can_admins_bypass", True):
        gaps.append("administrators can release without an approval")
    if gaps:
        yield _finding(github, "warning", "; ".join(gaps))
    else:
        yield Finding(severity="ok", what=_name(github), actual="a person approves each release")


def _name(github: GitHubEnvironment) -> str:
    return f"GitHub environment {github.name} of {github.repository}"


def _finding(github: GitHubEnvironment, severity: Any, actual: str) -> Finding:
    return Finding(
        severity=severity,
        what=_name(github),
        actual=actual,
        expected="required reviewers, without self-review and without bypass: ci.approval is true",
        advice=f"set its protection rules: {_RULES}",
    )


def _read(github: GitHubEnvironment, timeout_seconds: float) -> Mapping[str, Any] | None:
    """Return the environment (GitHub REST, "Get an environment"), None if GitHub knows none."""
    import requests  # noqa: PLC0415 (most commands have no use for it)

    token = next(filter(None, map(os.environ.get, TOKENS)), None)
    if token is None:
        raise FailedError(
            "GitHub was not asked for its approvals: no token", advice="GH_TOKEN=$(gh auth token)"
        )
    api = os.environ.get(API, "https://api.github.com").rstrip("/")
    try:
        answer = requests.get(
            f"{api}/repos/{github.repository}/environments/{github.name}",
            headers={"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"},
            timeout=timeout_seconds,
            allow_redirects=False,
        )
        if answer.status_code == requests.codes.not_found:
            return None
        if answer.status_code != requests.codes.ok:
            raise FailedError(
                f"GitHub answers {answer.status_code} about {_name(github)}",
                advice="use a token that can read actions of the repository",
            )
        found = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise FailedError(
            f"GitHub does not answer about {_name(github)}: {type(error).__name__}",
            advice="try again; until then, look in the settings of the repository",
        ) from error
    return found if isinstance(found, dict) else {}
