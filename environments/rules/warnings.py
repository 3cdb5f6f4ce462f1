"""Warnings: values that Google Cloud accepts and that are probably a mistake."""

from collections.abc import Iterator

from environments.pipeline import token_subjects
from environments.problems import Problem
from environments.rules import doubts
from environments.rules.networking import private_ranges
from environments.rules.quotas import warn_quotas
from environments.schema import Environment
from facts import iam

_OWNER_ID_DIGITS = 9
"""Of the number of a GitHub organization or user that is created in 2026."""


def warn_public_ranges(environment: Environment) -> Iterator[Problem]:
    """Warn about ranges of the VPC that belong to the internet.

    Google Cloud accepts them as privately used public addresses. The owners of the addresses can
    then not be reached. Source: VPC, "Subnets", https://cloud.google.com/vpc/docs/subnets.
    """
    for path, private in private_ranges(environment).items():
        if private.is_global:
            yield Problem(
                path,
                f"{private}, which are public addresses",
                "a private range, such as one in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16; "
                "otherwise nothing in the VPC reaches the owner of these addresses",
            )


def warn_immutable_subjects(environment: Environment) -> Iterator[Problem]:
    """Warn about token subjects that are too long once they contain the numbers of the owner and
    of the repository.

    Repositories that were created or renamed after 2026-06-18 have such subjects, others can opt
    in. Source: GitHub changelog, "Immutable subject claims for GitHub Actions OIDC tokens",
    https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens.
    """
    ci, limit = environment.ci, iam.max_subject_bytes()
    size = max(map(len, token_subjects(environment)), default=0)
    if ci and size <= limit:
        numbered = size + len(f"-{'0' * _OWNER_ID_DIGITS}-{ci.repository_id}")
        if numbered > limit:
            yield Problem(
                ("ci", "repository"),
                f"with the numbers of owner and repository, which GitHub adds since 2026-06-18, "
                f"the subject of its tokens has about {numbered} bytes",
                f"at most {limit} bytes, or Google Cloud rejects the tokens of a repository that "
                "was created or renamed since",
            )


def warn_pager(environment: Environment) -> Iterator[Problem]:
    """Warn about a protected environment whose critical alerts wake nobody: they go to e-mail."""
    if environment.protect and environment.monitoring.pagerduty_channel is None:
        yield Problem(
            ("monitoring", "pagerduty_channel"),
            "no pager, so that critical alerts go to e-mail alone",
            "the number of a PagerDuty channel, where `protect` is true: "
            "docs/decisions/0012-monitoring.md",
            depends_on=(("protect",),),
        )


WARNINGS = (
    warn_public_ranges,
    warn_immutable_subjects,
    warn_quotas,
    warn_pager,
    *doubts.WARNINGS,
)
