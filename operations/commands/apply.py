"""`grid apply`: applies a plan, unless it would destroy data unasked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from operations.backup.source import try_to_record
from operations.core import outputs
from operations.core.errors import FailedError, UsageError
from operations.core.exclusion import LeaseRule
from operations.core.failed_over import forget_failover
from operations.core.options import AsJson, Environment, RequiredYes, TakeOver, application
from operations.core.session import WriteContext, write_context
from operations.plan import plan_report
from operations.plan.after_failover import check_failover
from operations.plan.confirmed_apply import apply_plan, confirm_plan
from operations.plan.plan_file import private_file
from operations.plan.released_since import check_releases
from operations.plan.secret_values import secret_values
from operations.plan.stored_plans import ID, fetch_plan, is_applied, record_applied
from operations.plan.workflow import (
    Synth,
    check_plan_belongs,
    check_state_is_not_empty,
    create_plan,
    prepare_stack,
    show_plan,
)

app = application()


@app.command()
def apply(
    context: typer.Context,
    environment: Environment,
    plan: Annotated[
        str,
        typer.Option(
            metavar="FILE|ID",
            help="Plan that grid plan --out or --store saved. Default: plan now.",
        ),
    ] = "",
    allow_destroy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS", help="Allow Terraform to destroy this resource with its data."
        ),
    ] = None,
    yes: RequiredYes = False,
    take_over: TakeOver = "",
    synth: Synth = True,
    as_json: AsJson = False,
) -> None:
    """Plan, ask for confirmation, and apply.

    A plan that permanently destroys data is blocked, unless --allow-destroy names each resource.
    """
    with (
        write_context(
            context,
            environment,
            outputs=None,
            as_json=as_json,
            lease=LeaseRule(reason=take_over),
        ) as session,
        private_file() as scratch,
    ):
        if session.journal.unfinished:
            session.report.log(
                "The last apply from here was interrupted. What it made is in the state, "
                "and this one continues from there."
            )
        is_stored = plan.startswith(ID)
        file = Path(plan) if plan and not is_stored else scratch
        if not file.exists():
            raise UsageError(f"there is no {plan}", advice=f"grid plan {environment} --out {plan}")
        if is_stored:
            if is_applied(session, plan):
                session.report.show("the plan was applied before")
                session.report.result = {"changes": [], "done": []}
                return
            fetch_plan(session, plan, file)
        folder = prepare_stack(session, synth=synth and not plan)
        values = secret_values(folder, placeholders=False)
        if not plan:
            create_plan(session, folder, file, values=values)
        document = show_plan(folder, file)
        check_plan_belongs(document, folder, file)
        check_state_is_not_empty(session, document)
        check_failover(session, document)
        check_releases(session, document)
        report = plan_report.read(document)
        session.report.show(report.table() if report.changes else "")
        session.report.show(report.summary())
        report.check_rejections()
        report.guard(allow_destroy or ())
        done: list[str] = []
        if report.changes or report.outputs:
            confirm_plan(session, report.summary(), yes=yes)
            done = apply_plan(session, folder, file, values)
            _publish(session)
        if is_stored:
            record_applied(session, plan)
        session.report.result = {
            "changes": report.as_json(),
            "done": done,
        }


def _publish(session: WriteContext) -> None:
    """Copy the outputs and describe the database, for the time when neither can be read."""
    try:
        outputs.publish_outputs(session.shared)
        forget_failover(session.shared)  # the plan had the promoted instance
    except FailedError as error:
        session.report.log(f"warning: the outputs were not copied: {error}")
    try_to_record(session)
