"""The options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from operations.core.outputs import known_environments
from operations.core.runtime import Runtime


def application() -> typer.Typer:
    """Return the Typer app of a command's module."""
    return typer.Typer(
        add_completion=False,  # that of `grid` completes its commands too
        rich_markup_mode=None,  # rich's help takes longer than most requests
    )


def _complete(incomplete: str) -> list[str]:
    return [name for name in known_environments(Runtime()) if name.startswith(incomplete)]


def _name(given: str) -> str:
    """Reject a name that cannot be a part of a path."""
    if given in {"", ".", ".."} or "/" in given:
        raise typer.BadParameter(
            f"{given!r} is not the name of an environment, such as those in environments/"
        )
    return given


Environment = Annotated[
    str,
    typer.Argument(
        callback=_name,
        help="Name of the environment, as under environments/.",
        show_default=False,
        autocompletion=_complete,
    ),
]
Outputs = Annotated[
    Path | None,
    typer.Option(
        help="File with the output of terraform output -json. Default: read the state.",
        show_default=False,
        dir_okay=False,
    ),
]
TakeOver = Annotated[
    str,
    typer.Option(
        metavar="REASON",
        help="Take over the lease of another command. The reason is recorded.",
        show_default=False,
    ),
]
ForeignImage = Annotated[
    bool,
    typer.Option(
        "--foreign-image",
        help="Allow an image of another registry or service.",
    ),
]
Yes = Annotated[
    bool, typer.Option("--yes", help="Skip the confirmation. Without a terminal, there is none.")
]
RequiredYes = Annotated[
    bool, typer.Option("--yes", help="Skip the confirmation. Required without a terminal.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
]
