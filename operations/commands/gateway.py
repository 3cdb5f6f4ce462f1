"""`grid gateway`: which revision of the Apigee proxy serves."""

from __future__ import annotations

from typing import Annotated

import typer

from operations.core.errors import UsageError
from operations.core.exclusion import LeaseRule
from operations.core.options import AsJson, Environment, Outputs, TakeOver, application
from operations.core.session import write_context
from operations.release import apigee

app = application()


@app.callback()
def gateway() -> None:
    """Deploy the Apigee proxy."""


@app.command()
def deploy(
    context: typer.Context,
    environment: Environment,
    revision: Annotated[
        str, typer.Option(help="Revision to deploy. Default: the newest that Terraform created.")
    ] = "",
    url: Annotated[
        str, typer.Option(help="URL of the smoke test. Default: that of the gateway.")
    ] = "",
    take_over: TakeOver = "",
    outputs: Outputs = None,
    as_json: AsJson = False,
) -> None:
    """Deploy the revision, test it, and return to the previous one if the test fails."""
    with write_context(
        context,
        environment,
        outputs=outputs,
        as_json=as_json,
        lease=LeaseRule(reason=take_over),
    ) as session:
        output = session.platform.gateway
        if output is None:
            raise UsageError(
                f"{environment} has no gateway",
                advice="add gateway: to its environment file, and apply it",
            )
        new_revision = revision or output.revision
        before = apigee.deploy(
            session, output, new_revision, url or f"https://{output.host}{apigee.PATH}"
        )
        session.report.result = {"revision": new_revision, "before": before}
