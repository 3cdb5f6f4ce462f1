"""`grid status`: what serves."""

from __future__ import annotations

from dataclasses import asdict

import typer
from rich.table import Table
from rich.text import Text

from operations.core.options import AsJson, Environment, Outputs, application
from operations.core.session import read_context
from operations.release import cloud_run, history
from operations.release.cloud_run import Serving

app = application()


@app.command()
def status(
    context: typer.Context,
    environment: Environment,
    outputs: Outputs = None,
    as_json: AsJson = False,
) -> None:
    """Show what serves in each region: revisions, traffic, tags, images and addresses.

    And the last release from this machine, by the journal.
    """
    with read_context(context, environment, outputs=outputs, as_json=as_json) as session:
        with session.report.step("read the services"):
            services = list(
                cloud_run.read_services(session.platform, session.google, session.client)
            )
        release = history.last_release(session.runtime.folder, environment)
        session.report.result = {
            "services": [asdict(service) for service in services],
            "last_release": release,
        }
        session.report.show(_table(services))
        if release:
            images = ", ".join(f"{name} {image}" for name, image in release["images"].items())
            summary = f"last release from here, {release['at']}, {release['outcome']}: {images}"
            session.report.show(Text(summary))


def _table(services: list[Serving]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("service", "region", "revision", "traffic", "tag", "ready", "image"):
        table.add_column(heading, overflow="fold")
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
    return table
