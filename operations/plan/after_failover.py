"""Blocks a plan that would lead the services back to the database of before a failover."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from operations.core.errors import BlockedError, FailedError
from operations.core.failed_over import read_failover
from operations.core.session import ReadContext

_ADVICE = 'let Terraform know first: docs/runbooks/region.md, "Let Terraform know"'


def check_failover(session: ReadContext, document: Mapping[str, Any]) -> None:
    """Check that a plan has the promoted instance as the database, if there was a failover.

    Raises:
        BlockedError: it has another one.
        FailedError: the state bucket does not answer.
    """
    promoted = read_failover(session.shared)
    outputs = document.get("planned_values", {}).get("outputs", {})
    planned = (outputs.get("database", {}).get("value") or {}).get("instance")
    if promoted and planned != promoted:
        raise BlockedError(
            f"{promoted} is the database since a failover, and the plan has "
            f"{planned or 'another one'}",
            advice=_ADVICE,
        )


def check_failed_plan(session: ReadContext, error: FailedError) -> None:
    """Check that a failed plan has nothing to do with a failover.

    A promoted instance is no replica any more, so Terraform would replace a protected one.

    Raises:
        BlockedError: Terraform does not know of a failover yet.
    """
    try:
        promoted = read_failover(session.shared)
    except FailedError:
        return  # what Terraform said matters more
    if promoted:
        raise BlockedError(
            f"{promoted} is the database since a failover, and Terraform cannot plan: {error}",
            advice=_ADVICE,
        ) from error
