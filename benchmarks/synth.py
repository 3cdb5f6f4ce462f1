"""Time and memory of synthesizing every environment: overlay, stock import and JavaScript.

Each command runs once to fill caches, then in rounds, one run of every command after the other, so
that a slow spell of the machine falls on all of them alike. Time and memory have separate rounds.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import npm, outputs, peer
from benchmarks.measure import (
    BenchmarkError,
    Command,
    memory_method,
    peak_mebibytes,
    wall_seconds,
)
from benchmarks.report import Report, Row, describe_machine
from benchmarks.services import write_environment

SERVICE_COUNTS = (3, 30, 300)
MEMORY_ROUNDS = 3  # at most: memory varies by one per cent between runs


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns 0, or 1 where a figure would have no meaning."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synth", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="timed runs of each command (5)")
    parser.add_argument("--json", action="store_true", help="print every run as JSON")
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error(f"--runs is {options.runs}; it must be at least 1")
    try:
        with tempfile.TemporaryDirectory(prefix="grid-bench-") as folder:
            report = measure(Path(folder), options.runs)
    except BenchmarkError as error:
        _say(str(error))
        return 1
    sys.stdout.write((report.as_json() if options.json else report.as_text()) + "\n")
    return 0


def measure(folder: Path, runs: int) -> Report:
    """Measure every command in an empty folder, with this many timed runs of each.

    Raises:
        BenchmarkError: a command failed, or two of them did different work.
    """
    _say("first run of each command, to fill caches")
    apps = _python_apps(folder) | _javascript_apps(folder)
    scaled = _scaled_apps(folder)
    everything = (*apps.values(), *scaled.values())
    for number in range(1, runs + 1):
        _say(f"time, round {number} of {runs}")
        for command, row in everything:
            row.seconds.append(wall_seconds(command))
    rounds = min(runs, MEMORY_ROUNDS) if memory_method() else 0
    for number in range(1, rounds + 1):
        _say(f"memory, round {number} of {rounds}")
        for command, row in everything:
            row.mebibytes.append(peak_mebibytes(command))
    return Report(
        rows={name: row for name, (_, row) in apps.items()},
        services={count: row for count, (_, row) in scaled.items()},
        resources=outputs.resources(folder / "overlay"),
        memory_method=memory_method(),
        machine=describe_machine(node=npm.node()),
    )


def _python_apps(folder: Path) -> dict[str, tuple[Command, Row]]:
    """Prepare the application with and without the overlay, each run once."""
    apps = {
        "overlay": (_synth(folder / "overlay"), Row("overlay, as `make synth`")),
        "stock": (
            _synth(folder / "stock", optimize=False, GRID_BINDINGS="stock"),
            Row("stock import, as any CDKTF application"),
        ),
        "stock_optimized": (
            _synth(folder / "stock_optimized", GRID_BINDINGS="stock"),
            Row("stock import, python -O"),
        ),
    }
    for name, (command, _) in apps.items():
        wall_seconds(command)
        outputs.expect_same_bytes(folder / "overlay", folder / name)
    return apps


def _javascript_apps(folder: Path) -> dict[str, tuple[Command, Row]]:
    """Prepare the same stacks in JavaScript, run once; none if npm cannot install its packages."""
    try:
        peer.install()
    except npm.NotInstalledError as error:
        _say(f"the JavaScript rows are left out: {error}")
        return {}
    apps = {}
    for name, title in (
        ("javascript", "JavaScript"),
        ("javascript_whole", "JavaScript, whole provider"),
    ):
        command = peer.command(
            folder / "overlay", folder / name, whole_provider=name == "javascript_whole"
        )
        wall_seconds(command)
        outputs.expect_same_stacks(folder / "overlay", folder / name)
        apps[name] = (command, Row(title))
    return apps


def _scaled_apps(folder: Path) -> dict[int, tuple[Command, Row]]:
    """Prepare the application with the overlay, for one environment of each service count."""
    apps = {}
    for count in SERVICE_COUNTS:
        environments = folder / f"environments-{count}"
        write_environment(environments, count)
        command = _synth(folder / f"services-{count}", GRID_ENVIRONMENTS=str(environments))
        wall_seconds(command)
        apps[count] = (command, Row(f"overlay, 1 environment, {count} services"))
    return apps


def _synth(outdir: Path, *, optimize: bool = True, **variables: str) -> Command:
    flags = ("-O",) if optimize else ()
    return Command((sys.executable, *flags, "main.py"), {"CDKTF_OUTDIR": str(outdir)} | variables)


def _say(line: str) -> None:
    sys.stderr.write(f"bench: {line}\n")


if __name__ == "__main__":
    sys.exit(main())
