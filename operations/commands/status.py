"""`grid status`: the serving revisions."""

from __future__ import annotations

from dataclasses import asdict

import typer
from rich.table import Table
from rich.text import Text

from operations.core.errors import FailedError, OperationError
from operations.core.options import AsJson, Environment, Outputs, application
from operations.core.parallel import at_once
from operations.core.session import ReadContext, read_context
from operations.release import cloud_run
from operations.release.cloud_run import Serving
from operations.release.gateway_log import COMMAND
from operations.release.records import Record, Releases

app = application()


@app.command()
def status(
    context: typer.Context,
    environment: Environment,
    outputs: Outputs = None,
    as_json: AsJson = False,
) -> None:
    """Read every service in every region.

    If a service cannot be read, the command lists it with the others and exits with code 1.
    """
    with read_context(context, environment, outputs=outputs, as_json=as_json) as session:
        with session.report.step("read the services"):
            services, errors = _read(session)
        release = _last_release(session)
        session.report.result = {
            "services": [asdict(service) for service in services],
            "unreadable": errors,
            "last_release": release.as_json() if release else None,
        }
        session.report.show(_table(services, errors))
        if release:
            images = ", ".join(f"{name} {image}" for name, image in sorted(release.images.items()))
            session.report.show(
                Text(
                    f"last {release.command}: {release.id}, {release.state}, "
                    f"by {release.by}: {images or 'no service'}"
                )
            )
        if errors:
            raise FailedError(
                f"{len(errors)} of {len(errors) + len(services)} services cannot be read:\n"
                + "\n".join(
                    f"  {error['service']} {error['region']}: {error['error']}" for error in errors
                ),
                advice="check status.cloud.google.com, and grid plan for services that are gone",
            )


def _read(session: ReadContext) -> tuple[list[Serving], list[dict[str, str]]]:
    """Read all services at once; return those that answered, and the errors of the others."""

    def read(own: ReadContext, place: tuple[str, str]) -> Serving | dict[str, str]:
        service, region = place
        name = cloud_run.full_name(session.platform, service, region)
        try:
            return cloud_run.read_service(name, service, region, own.google, own.client)
        except OperationError as error:
            return {"service": service, "region": region, "error": str(error)}

    places = [
        (name, region) for name, regions in session.platform.services.items() for region in regions
    ]
    found = at_once(session, read, places)
    serving = [each for each in found if isinstance(each, Serving)]
    return serving, [each for each in found if not isinstance(each, Serving)]


def _last_release(session: ReadContext) -> Record | None:
    try:
        records = Releases(session).newest()
        return next((record for record in records if record.command != COMMAND), None)
    except OperationError as error:
        session.report.log(f"warning: the releases cannot be read: {error}")
        return None


def _table(services: list[Serving], errors: list[dict[str, str]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("service", "region", "revision", "traffic", "tag", "ready", "image"):
        table.add_column(heading, no_wrap=True)
    for service in services:
        for target in service.targets:
            cells = (
                service.service,
                service.region,
                target.revision + (" (latest)" if target.latest else ""),
                f"{target.percent} %",
                target.tag or "-",
                "yes" if target.ready else "no",
                target.image or "-",
            )
            table.add_row(*map(Text, cells))
        if service.latest_created != service.latest_ready:
            note = f"{service.latest_created} is newer, and not ready"
            table.add_row(*map(Text, (service.service, service.region, note)))
    for error in errors:
        table.add_row(*map(Text, (error["service"], error["region"], "unknown")))
    return table
