"""`grid logs`: the log entries of the services."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

import typer
from rich.text import Text

from operations.core.errors import UsageError
from operations.core.options import AsJson, Environment, Outputs, application
from operations.core.session import read_context
from operations.release import log_entries
from operations.release.log_entries import Entry

app = application()
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PAUSE = 3.0
"""Seconds between two requests that follow. A project has 60 a minute (Cloud Logging, "Quotas and
limits")."""
_STYLES = {"WARNING": "yellow", "DEFAULT": "", "DEBUG": "dim", "INFO": "", "NOTICE": ""}


@app.command()
def logs(
    context: typer.Context,
    environment: Environment,
    service: Annotated[
        list[str] | None, typer.Option(help="Only this service. Can be repeated.")
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option(help="Only this region. Can be repeated.")
    ] = None,
    severity: Annotated[str, typer.Option(help="Lowest severity.")] = "default",
    since: Annotated[str, typer.Option(help="Age of the oldest entry: 30s, 15m, 2h, 1d.")] = "15m",
    contains: Annotated[str, typer.Option(help="Only entries with this text.")] = "",
    limit: Annotated[
        int, typer.Option(help="Maximum number of entries, newest first.", min=1)
    ] = 100,
    follow: Annotated[
        bool, typer.Option("--follow", help="Continue with new entries until Ctrl-C.")
    ] = False,
    outputs: Outputs = None,
    as_json: AsJson = False,
) -> None:
    """Print the newest entries in order of time. With --follow, continue until Ctrl-C."""
    with read_context(context, environment, outputs=outputs, as_json=as_json) as session:
        if follow and as_json:
            raise UsageError(
                "--follow has no end, and --json prints one document", advice="use one of them"
            )
        age = _duration(since)
        with session.report.step("read the entries"):
            selection = log_entries.select(session, service, region, severity, contains)
            begin = session.google.server_time.now() - age
            entries = log_entries.newest(session, selection, begin, limit)
        session.report.result = {"entries": [entry.as_json() for entry in entries]}
        for entry in entries:
            session.report.show(_line(entry))
        if not follow:
            return
        known = {entry.id for entry in entries}
        start = entries[-1].time if entries else session.google.server_time.now()
        try:
            for new in log_entries.follow(session, selection, start - log_entries.LATE):
                if new is None:
                    session.runtime.clock.sleep(_PAUSE)
                elif new.id not in known and new.time >= start:
                    session.report.show(_line(new))
        except KeyboardInterrupt:
            return


def _duration(text: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if match is None:
        raise UsageError(f"--since {text} is no duration", advice="for example 30s, 15m, 2h, 1d")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def _line(entry: Entry) -> Text:
    head = f"{entry.time:%Y-%m-%dT%H:%M:%S.%fZ} {entry.severity:<8} {entry.revision} {entry.region}"
    return Text(f"{head}  {entry.message}", style=_STYLES.get(entry.severity, "bold red"))
