"""`grid unlock`: ends the lock of the state and the lease of a command that is dead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from contract.state_location import LOCK
from operations.core.confirmation import confirm_by_name
from operations.core.errors import BlockedError
from operations.core.exclusion import LeaseRule
from operations.core.lease import NAME, Holder
from operations.core.options import AsJson, Environment, RequiredYes, application
from operations.core.session import ReadContext, write_context
from operations.core.shared_objects import ABSENT, SharedObject, UnreadableObjectError

app = application()


@app.command()
def unlock(
    context: typer.Context,
    environment: Environment,
    reason: Annotated[
        str,
        typer.Option(
            metavar="REASON", help="Why the holder cannot run any more. The reason is recorded."
        ),
    ],
    yes: RequiredYes = False,
    as_json: AsJson = False,
) -> None:
    """Show the holders, ask for confirmation, and remove both.

    First make sure that no process of the holder is running.
    """
    locked: list[int] = []

    def ask(session: ReadContext) -> None:
        lease, lock = _read(session, NAME), _read(session, LOCK)
        session.report.log(f"lease: {_holder(lease)}")
        session.report.log(f"state lock: {_describe(lock)}")
        locked.append(session.shared.generation(LOCK))
        confirm_by_name(
            session,
            "the removal of the locks",
            "Nothing of it runs?",
            review="check the holders",
            yes=yes,
        )

    with write_context(
        context,
        environment,
        outputs=None,
        as_json=as_json,
        lease=LeaseRule(reason=reason),  # acquired, and released at the end
        ask=ask,
    ) as session:
        [generation] = locked
        session.journal.note("reason", reason)
        if generation != ABSENT:
            with session.report.step("remove the state lock"):
                session.shared.delete(LOCK, generation=generation)
                if session.shared.generation(LOCK) != ABSENT:
                    raise BlockedError(
                        f"another Terraform locked the state of {environment} meanwhile",
                        advice="wait for its end, or run the command again",
                    )
        session.report.result = {"state_lock_removed": generation != ABSENT, "reason": reason}


def _read(session: ReadContext, name: str) -> SharedObject | None:
    try:
        return session.shared.read(name)
    except UnreadableObjectError as error:
        session.report.log(f"warning: {error}")
        return None


def _holder(lease: SharedObject | None) -> str:
    return f"{Holder.of(lease)}, {lease.updated:%Y-%m-%d %H:%M:%S} UTC" if lease else "none"


def _describe(lock: SharedObject | None) -> str:
    if lock is None:
        return "none"
    content: Mapping[str, Any] = lock.content
    parts = (content.get(name, "?") for name in ("Who", "Operation", "Created", "ID"))
    return "{} for {} since {}, ID {}".format(*parts)
