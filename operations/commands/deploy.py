"""`grid deploy`: a release."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from operations.core.confirmation import confirm
from operations.core.exclusion import LeaseRule
from operations.core.options import (
    AsJson,
    DryRun,
    Environment,
    ForeignImage,
    Outputs,
    TakeOver,
    Yes,
    application,
)
from operations.core.session import ReadContext, read_context, write_context
from operations.release import canary, images, migration
from operations.release.gate import Gate
from operations.release.records import Releases
from operations.release.release_log import ReleaseLog, unfinished
from operations.release.release_plan import RegionalRelease, plan_release

app = application()


@app.command()
def deploy(
    context: typer.Context,
    environment: Environment,
    image: Annotated[
        list[str],
        typer.Option(
            help="SERVICE=IMAGE@sha256:DIGEST. Repeat for each service.", show_default=False
        ),
    ],
    region: Annotated[
        list[str] | None,
        typer.Option(
            help="Release only in this region, while another one is down. Can be repeated."
        ),
    ] = None,
    migrate_image: Annotated[
        str, typer.Option(help="Image for the migration job, by digest.", show_default=False)
    ] = "",
    path: Annotated[str, typer.Option(help="Path of the smoke test.")] = "/health",
    watch: Annotated[
        float, typer.Option(help="Minutes to watch at 10, 50, and 100 % of the traffic.", min=0)
    ] = 5,
    hold: Annotated[
        int,
        typer.Option(
            metavar="PERCENT",
            help="Stop when every region has this percentage of traffic. The same command without "
            "--hold finishes the release; grid rollback ends it.",
            min=0,
            max=99,
            show_default=False,
        ),
    ] = 0,
    max_error_percent: Annotated[
        float,
        typer.Option(help="Maximum percentage of error responses while watching.", min=0, max=100),
    ] = 1,
    foreign_image: ForeignImage = False,
    yes: Yes = False,
    take_over: TakeOver = "",
    outputs: Outputs = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Create revisions without traffic, test them, and move the traffic to them in steps.

    The migration runs first. Then each region gets the new revisions, the primary region last:
    10%, 50%, and 100% of the traffic, compared with the previous revisions. After a failure, all
    traffic returns to the previous revisions. To finish an interrupted release, run the same
    command again.
    """
    if dry_run:
        with read_context(
            context, environment, outputs=outputs, as_json=as_json, dry_run=True
        ) as session:
            rule = images.rule(session, is_lifted=foreign_image)
            new_images = images.by_service(image, rule)
            images.check(session, new_images.values())
            parts = plan_release(session, new_images, regions=region or ())
            session.report.result = {"services": [part.as_json() for part in parts]}
            session.report.show(_table(parts))
        return

    def ask(session: ReadContext) -> None:
        lines = [*image, *([f"migrations={migrate_image}"] if migrate_image else [])]
        confirm(session, lines, f"Release this to {environment}?", yes=yes)

    with write_context(
        context,
        environment,
        outputs=outputs,
        as_json=as_json,
        lease=LeaseRule(reason=take_over),
        ask=ask,
    ) as session:
        rule = images.rule(session, is_lifted=foreign_image)
        new_images = images.by_service(image, rule)
        migrates = images.parse(migrate_image) if migrate_image else None
        if migrates:
            rule.check(migrates)
        job = (
            migration.find_migration(session)
            if migrates or session.platform.migration_job
            else None
        )
        with session.report.step("preflight"):
            images.check(session, [*new_images.values(), *([migrates] if migrates else [])])
        releases = Releases(session)
        earlier = unfinished(releases)
        is_same = earlier is not None and earlier.images == {
            service: new_image.reference for service, new_image in new_images.items()
        }
        resumed = earlier if is_same else None
        if earlier and not is_same:
            canary.revert_unfinished(session, earlier)
            releases.save(replace(earlier, state="reverted"))
        session.steps.resumes = resumed is not None
        with session.report.step("read the services"):
            parts = plan_release(session, new_images, resumed, region or ())
        with session.report.step("check permissions"):
            canary.check_permissions(session, parts)
        places = [part.as_place() for part in parts if not part.is_current]
        record = resumed or releases.new("deploy", migration=migrate_image)
        log = ReleaseLog(session, releases, record, places)
        if job and migrates:
            job.set_image(migrates.reference)
        if job:
            job.run()
        candidates = canary.create_candidates(session, parts, log)
        canary.test_candidates(session, parts, candidates, path, log)
        gate = Gate(seconds=watch * 60, max_error_percent=max_error_percent)
        percents = canary.percents_to(hold or 100)
        warnings = canary.shift_traffic(session, parts, candidates, gate, percents)
        if not hold:
            warnings += canary.watch_result(session, parts, candidates, gate)
        canary.check_result(session, parts, candidates, percents[-1])
        if hold:
            log.set_state("held")
        for warning in warnings:
            session.report.log(f"warning: {warning}")
        session.report.result = {
            "release": log.id,
            "services": [
                {**part.as_json(), "revision": candidates[part.place.label].revision}
                for part in parts
            ],
            "warnings": warnings,
        }
        session.report.show(_table(parts))


def _table(parts: list[RegionalRelease]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("service", "region", "before", "image"):
        table.add_column(heading, no_wrap=True)
    for part in parts:
        table.add_row(*map(Text, map(str, part.as_json().values())))
    return table
