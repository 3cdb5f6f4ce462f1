"""`grid plan`: what an apply would do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from operations.core.errors import FindingsError, UsageError
from operations.core.options import AsJson, Environment, application
from operations.core.session import read_context
from operations.plan import plan_report
from operations.plan.plan_file import private_file
from operations.plan.secret_values import secret_values
from operations.plan.stored_plans import store_plan
from operations.plan.workflow import UNLOCKED, Synth, create_plan, prepare_stack, show_plan

app = application()


@app.command()
def plan(
    context: typer.Context,
    environment: Environment,
    out: Annotated[
        Path | None,
        typer.Option(help="Save the plan for grid apply --plan.", dir_okay=False),
    ] = None,
    store: Annotated[
        bool,
        typer.Option(
            "--store", help="Save the plan in the state bucket; --json has its ID for apply --plan."
        ),
    ] = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 5 if there are changes.")
    ] = False,
    synth: Synth = True,
    as_json: AsJson = False,
) -> None:
    """Synthesize the stack, and plan it with Terraform. Permanent data loss is listed first."""
    with (
        read_context(context, environment, outputs=None, as_json=as_json) as session,
        private_file() as scratch,
    ):
        if out and not out.absolute().parent.is_dir():
            raise UsageError(
                f"--out {out}: there is no folder {out.parent}", advice=f"mkdir -p {out.parent}"
            )
        folder = prepare_stack(session, synth=synth)
        file = out or scratch
        values = secret_values(folder, placeholders=True)
        create_plan(session, folder, file, UNLOCKED, values=values)
        report = plan_report.read(show_plan(folder, file))
        session.report.result = {
            "changes": report.as_json(),
            "counts": report.counts(),
            "outputs": report.outputs,
            "plan": str(out) if out else None,
            "summary": report.summary(),
        }
        if report.changes:
            session.report.show(report.table())
        session.report.show(report.summary())
        report.check_rejections()
        if store:
            plan_id = store_plan(session, file)
            session.report.result["plan"] = plan_id
            session.report.log(f"grid apply {environment} --plan {plan_id}")
        if detailed_exitcode and (report.changes or report.outputs):
            raise FindingsError(report.summary(), advice=f"grid apply {environment}")
