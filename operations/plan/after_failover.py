"""Blocks a plan that would lead the services back to the database of before a failover."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from operations.core.errors import BlockedError
from operations.core.failed_over import read_failover
from operations.core.session import ReadContext


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
            advice='let Terraform know first: docs/runbooks/region.md, "Let Terraform know"',
        )
