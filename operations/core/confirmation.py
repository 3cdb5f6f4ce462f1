"""Confirmation of a change by the operator."""

from __future__ import annotations

from collections.abc import Iterable

from operations.core.errors import BlockedError
from operations.core.session import ReadContext


def confirm(session: ReadContext, lines: Iterable[str], question: str, *, yes: bool) -> None:
    """Ask the operator whether to continue. Without a terminal the command continues.

    Raises:
        BlockedError: the answer is not yes.
    """
    if yes or not session.runtime.is_interactive():
        return
    for line in lines:
        session.report.log(line)
    if session.runtime.prompt(f"{question} [y/N] ").strip().lower() not in {"y", "yes"}:
        raise BlockedError("the command was not confirmed", advice="answer y, or give --yes")


def confirm_by_name(
    session: ReadContext, action: str, question: str, *, review: str, yes: bool
) -> None:
    """Ask the operator to type the name of the environment. Without a terminal, --yes is required.

    `action` is a noun phrase, and `review` says what to do before --yes.

    Raises:
        BlockedError: the answer is another one, or there is no terminal to ask on.
    """
    if yes:
        return
    if not session.runtime.is_interactive():
        raise BlockedError(
            f"{action} needs confirmation, and standard input is not a terminal",
            advice=f"{review}, then run the command again with --yes",
        )
    name = session.environment
    if session.runtime.prompt(f"{question} Type {name} to continue: ") != name:
        raise BlockedError(f"{action} was not confirmed", advice=f"type {name}, or give --yes")
