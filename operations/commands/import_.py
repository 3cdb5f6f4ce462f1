"""`grid import`: adopts an object that exists into the Terraform state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from contract.plan import managed_resources
from operations.core import outputs, terraform
from operations.core.errors import BlockedError, FailedError, IncompleteError
from operations.core.exclusion import LeaseRule
from operations.core.options import AsJson, Environment, RequiredYes, TakeOver, application
from operations.core.session import WriteContext, write_context
from operations.core.shared_objects import ABSENT
from operations.plan import plan_report
from operations.plan.adoption import (
    check_address,
    explain_failed_plan,
    import_folder,
    read_adoption,
)
from operations.plan.after_failover import check_failover
from operations.plan.confirmed_apply import apply_plan, confirm_plan
from operations.plan.drift_report import Attribute, attribute
from operations.plan.events import TerraformError
from operations.plan.plan_file import private_file
from operations.plan.released_since import check_releases
from operations.plan.secret_values import secret_values
from operations.plan.workflow import (
    Synth,
    check_state_is_not_empty,
    create_plan,
    prepare_stack,
    show_plan,
)

app = application()


@app.command()
def import_(
    context: typer.Context,
    environment: Environment,
    address: Annotated[
        str,
        typer.Argument(help="Terraform address of the resource in the stack.", show_default=False),
    ],
    import_id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="Import ID of the object, as the provider's documentation of its type says.",
            show_default=False,
        ),
    ],
    yes: RequiredYes = False,
    take_over: TakeOver = "",
    synth: Synth = True,
    as_json: AsJson = False,
) -> None:
    """Plan with an import block for this resource only, ask for confirmation, and apply that plan.

    It shows the attributes that change in place. A plan that would create, replace, or destroy
    anything is blocked.
    """
    with (
        write_context(
            context,
            environment,
            outputs=None,
            as_json=as_json,
            lease=LeaseRule(reason=take_over),
        ) as session,
        private_file() as file,
    ):
        stack = prepare_stack(session, synth=synth)
        check_address(stack, address)
        state = _read_state(stack)
        if address in _addresses(state):
            raise BlockedError(
                f"{address} is in the state already",
                advice=f"grid drift {environment} compares it with the object",
            )
        check_state_is_not_empty(session, {"prior_state": state})
        values = secret_values(stack, placeholders=False)
        with import_folder(stack, address, import_id) as folder:
            try:
                create_plan(session, folder, file, f"-target={address}", values=values)
            except TerraformError as error:
                raise explain_failed_plan(error, address, import_id) from error
            document = show_plan(folder, file)
            change = read_adoption(document, address)
            check_failover(session, document)
            check_releases(session, document)
            report = plan_report.read(document)
            report.check_rejections()
            changed = [
                attribute(difference, "set here")
                for difference in change.differences()
                if not difference.is_empty
            ]
            summary = f"import {address}; {len(changed)} attributes change in place"
            if changed:
                session.report.show(_table(changed))
            session.report.show(summary)
            confirm_plan(session, summary, yes=yes)
            apply_plan(session, folder, file, values)
        if address not in _addresses(_read_state(stack)):
            raise IncompleteError(
                f"{address} is not in the state after the import",
                remaining=("apply: completed",),
                advice=f"grid plan {environment} shows whether the state has changed",
            )
        if report.outputs:
            _refresh_outputs(session)
        session.report.result = {
            "address": address,
            "id": import_id,
            "changes": [
                {"path": each.path, "before": each.before, "after": each.after} for each in changed
            ],
        }


def _read_state(folder: Path) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(terraform.capture("show", "-json", directory=folder))
    return state


def _addresses(state: dict[str, Any]) -> set[str]:
    return {resource["address"] for resource in managed_resources(state.get("values"))}


def _refresh_outputs(session: WriteContext) -> None:
    """Copy the outputs, if an apply has done so before: those of an import alone are not all."""
    try:
        if session.shared.generation(outputs.COPY) != ABSENT:
            outputs.publish_outputs(session.shared)
    except FailedError as error:
        session.report.log(f"warning: the outputs were not copied: {error}")


def _table(attributes: list[Attribute]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("attribute", "now", "after the import"):
        table.add_column(heading, overflow="fold")
    for each in attributes:
        table.add_row(*(Text(cell) for cell in (each.path, each.before, each.after)))
    return table
