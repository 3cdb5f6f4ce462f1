"""Asks the operator about a plan, and applies it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from operations.core.confirmation import confirm_by_name
from operations.core.errors import FailedError, IncompleteError
from operations.core.session import WriteContext
from operations.plan.workflow import PartialApplyError, run_terraform


def confirm_plan(session: WriteContext, summary: str, *, yes: bool) -> None:
    """Ask the operator to type the environment's name.

    Raises:
        BlockedError: the answer is another one, or there is no terminal to ask on.
    """
    question = f"Apply to {session.environment}: {summary}."
    confirm_by_name(session, "the apply", question, review="review the plan", yes=yes)


def apply_plan(
    session: WriteContext, folder: Path, file: Path, values: Mapping[str, str]
) -> list[str]:
    """Apply a saved plan, and return the addresses that were changed.

    Raises:
        IncompleteError: Terraform failed after it had begun to change resources.
        TerraformError: it failed before that.
    """
    session.journal.begin("apply")
    try:
        with session.report.step("apply"):
            _, done = run_terraform(session, folder, "apply", str(file.absolute()), values=values)
    except PartialApplyError as error:
        unfinished = sorted(set(error.started) - set(error.completed))
        remaining = (
            f"{len(error.completed)} resources were changed, and are in the state",
            *(f"{address}: begun, and not done" for address in unfinished),
        )
        raise IncompleteError(
            str(error),
            remaining=remaining,
            advice=f"correct the cause, then run grid apply {session.environment} again",
        ) from error
    except FailedError:
        session.journal.undone("apply")
        raise
    session.journal.done("apply")
    return done
