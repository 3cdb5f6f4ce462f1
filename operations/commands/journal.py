"""`grid journal`: what was done from this machine."""

from __future__ import annotations

import typer
from rich.table import Table
from rich.text import Text

from operations.console import Report
from operations.journal import read
from operations.machine import Machine
from operations.options import AsJson, Environment, application

app = application()


@app.command()
def journal(context: typer.Context, environment: Environment, as_json: AsJson = False) -> None:
    """Show what grid did in an environment, from this machine, the newest last."""
    machine: Machine = context.obj
    files = sorted((machine.folder / "journal" / environment).glob("*.jsonl"))
    entries = sorted(
        ({"command": file.stem, **entry} for file in files for entry in read(file)),
        key=lambda entry: str(entry["at"]),
    )
    report = Report(machine.clock, as_json=as_json)
    report.result = {"entries": entries}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("at", "command", "event", "what", "value"):
        table.add_column(heading, overflow="fold")
    for entry in entries:
        cells = (entry.get(name, "") for name in ("at", "command", "event", "what", "value"))
        table.add_row(*(Text(str(cell)) for cell in cells))
    report.show(table if entries else f"nothing was changed in {environment} from this machine")
    report.end({"command": "journal", "environment": environment, "exit_code": 0})
