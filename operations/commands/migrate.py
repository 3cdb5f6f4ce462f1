"""`grid migrate`: the migration job, by itself."""

from __future__ import annotations

from typing import Annotated

import typer

from operations.core.exclusion import LeaseRule
from operations.core.options import (
    AsJson,
    Environment,
    ForeignImage,
    Outputs,
    TakeOver,
    application,
)
from operations.core.session import write_context
from operations.release import images, migration
from operations.release.job_executions import describe

app = application()


@app.command()
def migrate(
    context: typer.Context,
    environment: Environment,
    image: Annotated[
        str,
        typer.Option(help="Image to set on the job before it runs, by digest.", show_default=False),
    ] = "",
    seed: Annotated[
        bool,
        typer.Option(
            "--seed",
            help="Write development data instead. Only in development environments.",
        ),
    ] = False,
    foreign_image: ForeignImage = False,
    take_over: TakeOver = "",
    outputs: Outputs = None,
    as_json: AsJson = False,
) -> None:
    """Run the job with its image, or with the one that --image gives it. Fail if the job fails."""
    with write_context(
        context,
        environment,
        outputs=outputs,
        as_json=as_json,
        lease=LeaseRule(reason=take_over),
    ) as session:
        job = migration.find_migration(session)
        if seed:
            job.check_seed_allowed()
        if image:
            new_image = images.parse(image)
            images.rule(session, is_lifted=foreign_image).check(new_image)
            images.check(session, [new_image])
            job.set_image(new_image.reference)
        execution = job.run(migration.SEED if seed else ())
        session.report.result = {
            "execution": execution["name"],
            "log": execution.get("logUri", ""),
        }
        session.report.show(describe(execution))
