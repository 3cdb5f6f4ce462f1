"""The format of an error: what happened, where, why, and what to do."""

import pytest

from operations.core.errors import (
    BlockedError,
    FailedError,
    IncompleteError,
    OperationError,
    UsageError,
)
from operations.core.outcomes import render

RETRY = "run the command again"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            UsageError("the plan file does not exist", advice="grid plan dev --out plan"),
            "Error: The plan file does not exist\n"
            "  --> grid apply dev\n"
            "help: grid plan dev --out plan",
        ),
        (
            FailedError("no answer to GET https://a.b/c: connection reset", advice=RETRY),
            "Error: No answer to GET https://a.b/c\n"
            "  --> grid apply dev\n"
            "  connection reset\n"
            "  No changes of this run remain.\n"
            "help: Run the command again",
        ),
        (
            BlockedError("the plan destroys data:\n  a: b\n  c: d", advice="add `--x`"),
            "Error: The plan destroys data\n"
            "  --> grid apply dev\n"
            "    a: b\n"
            "    c: d\n"
            "  No changes of this run remain.\n"
            "help: Add `--x`",
        ),
        (
            IncompleteError("grid-dev-api is split", remaining=("a: completed",), advice=RETRY),
            "Error: grid-dev-api is split\n"
            "  --> grid apply dev\n"
            "  Not reverted: a: completed\n"
            "help: Run the command again",
        ),
    ],
    ids=["usage", "reason", "lines", "not reverted"],
)
def test_error_has_title_place_reason_and_help(error: OperationError, expected: str) -> None:
    assert render(error, "grid apply dev", is_write=True) == expected


def test_command_that_only_reads_has_no_changes_to_report() -> None:
    error = FailedError("no answer", advice=RETRY)
    assert "No changes" not in render(error, "grid status dev", is_write=False)
