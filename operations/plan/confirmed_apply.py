"""Asks the operator about a plan, and applies it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from operations.core.errors import BlockedError, FailedError, IncompleteError
from operations.core.session import WriteContext
from operations.plan.workflow import PartialApplyError, run_terraform


def confirm_plan(session: WriteContext, summary: str, *, yes: bool) -> None:
    """Ask the operator to type the environment's name.

    Raises:
        BlockedError: the answer is another one, or there is no terminal to ask on.
    """
    if yes:
        return
    if not session.runtime.is_interactive():
        raise BlockedError(
            "the apply needs confirmation, and standard input is not a terminal",
            advice="review the plan, then run the command again with --yes",
        )
    environment = session.environment
    question = f"Apply to {environment}: {summary}. Type {environment} to continue: "
    if session.runtime.prompt(question) != environment:
        raise BlockedError(
            "the apply was not confirmed", advice=f"type {environment}, or give --yes"
        )


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
