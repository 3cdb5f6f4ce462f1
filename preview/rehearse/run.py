"""`python -m preview rehearse ENV`: run the steps one after the other, and report."""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import requests
from rich.console import Console

from preview.progress import create_console
from preview.rehearse import report, worlds
from preview.rehearse.laptop import ROOT, Laptop, StepFailedError
from preview.rehearse.life import Life
from preview.rehearse.report import Done
from preview.rehearse.steps import STEPS, Step
from preview.rehearse.timeline import picture

DONE, FAILED, USAGE = 0, 1, 2


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("environment", metavar="ENV")
    parser.add_argument(
        "--provider",
        choices=worlds.PROVIDERS,
        default=os.environ.get("PROVIDER") or worlds.EMBEDDED,
        help="Terraform's provider (default: $PROVIDER, else %(default)s)",
    )
    parser.add_argument(
        "--mirror",
        type=Path,
        metavar="DIR",
        default=os.environ.get("GRID_PROVIDER_MIRROR") or None,
        help="filesystem mirror with the genuine provider (default: $GRID_PROVIDER_MIRROR)",
    )
    parser.add_argument(
        "--to",
        type=Path,
        metavar="DIR",
        default=Path(".cache", "rehearse"),
        help="where log and timeline go, in a folder of the environment (default: %(default)s)",
    )
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write the timeline here, too")
    parser.set_defaults(run=rehearse)


def rehearse(args: argparse.Namespace) -> int:
    """Run all steps; the first one that fails ends the rehearsal.

    Returns the exit code: 0, 1 if a step failed, or 2 if there is no such environment.
    """
    console = create_console()
    source = Path(os.environ.get("GRID_ENVIRONMENTS") or ROOT / "environments")
    if not (source / f"{args.environment}.yaml").is_file():
        names = ", ".join(sorted(file.stem for file in source.glob("*.yaml")))
        create_console(stderr=True).print(
            f"Error: There is no environment {args.environment}\n"
            f"  --> {source}\n  The environments are: {names or 'none'}\n"
            "help: Name one of them: make rehearse ENV=dev",
            markup=False,
        )
        return USAGE
    folder = (args.to / args.environment).absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    log_file = folder / "rehearsal.log"
    with (
        worlds.create(args.provider, args.mirror) as session,
        log_file.open("w", encoding="utf-8") as log,
    ):
        laptop = Laptop(args.environment, folder, session, log)
        laptop.copy_environments(source)
        laptop.variables |= worlds.variables(session, folder / "bin" / "terraform")
        done = list(_run(Life(laptop, session.serve()), console, log))
    timeline = picture(args.environment, args.provider, done)
    files = [folder / "timeline.svg", *([args.svg] if args.svg else [])]
    for file in files:
        file.write_text(timeline, "utf-8")
    if done[-1].has_failed:
        return FAILED
    written = [str(file) for file in (log_file, *files)]
    report.print_summary(args.environment, args.provider, done, written, console)
    return DONE


def _run(life: Life, console: Console, log: IO[str]) -> Iterator[Done]:
    """Run the steps until one fails, and print a line for each."""
    began = time.monotonic()
    for step in STEPS:
        if not step.is_needed(life):
            continue
        done, output = _run_step(step, life, began, console)
        report.print_step(done, console)
        yield done
        if done.has_failed:
            report.print_failure(done, output, log.name, create_console(stderr=True))
            return


def _run_step(step: Step, life: Life, began: float, console: Console) -> tuple[Done, str]:
    life.laptop.typed.clear()
    started, has_failed, output = time.monotonic(), False, ""
    with _spinner(step.name, console):
        try:
            result = step.run(life)
        except (StepFailedError, requests.RequestException) as error:
            result, has_failed = str(error), True
            output = getattr(error, "output", "")
    seconds = time.monotonic() - started
    commands = tuple(life.laptop.typed)
    return Done(step.name, commands, started - began, seconds, result, has_failed), output


@contextmanager
def _spinner(name: str, console: Console) -> Iterator[None]:
    if console.is_terminal:
        with console.status(name):
            yield
    else:
        yield
