"""`grid journal`: what was done from this machine."""

from __future__ import annotations

from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from operations.core.journal import read
from operations.core.options import AsJson, Environment, application
from operations.core.session import read_context

app = application()


@app.command()
def journal(context: typer.Context, environment: Environment, as_json: AsJson = False) -> None:
    """Print the steps of each command, the newest last."""
    with read_context(context, environment, outputs=None, as_json=as_json) as session:
        folder = session.runtime.folder / "journal" / environment
        entries = sorted(
            (
                {"command": file.stem, **entry}
                for file in folder.glob("*.jsonl")
                for entry in read(file)
            ),
            key=lambda entry: str(entry["at"]),
        )
        session.report.result = {"entries": entries}
        session.report.show(
            _table(entries)
            if entries
            else f"nothing was changed in {environment} from this machine"
        )


def _table(entries: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("at", "command", "event", "what", "value"):
        table.add_column(heading, overflow="fold")
    for entry in entries:
        cells = (entry.get(name, "") for name in ("at", "command", "event", "what", "value"))
        table.add_row(*(Text(str(cell)) for cell in cells))
    return table
