"""Time and memory of `offline terraform plan`: an empty directory, four resources, and prod.

Each command runs once to fill caches, then in rounds, as in benchmarks.synth. The ratios are of
processor time, which other programs on the machine change less than wall time.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.measure import (
    ROOT,
    BenchmarkError,
    Command,
    memory_method,
    peak_mebibytes,
    wall_and_processor_seconds,
    wall_seconds,
)
from benchmarks.report import columns, describe_machine, spread
from offline.terraform.core import core

MEMORY_ROUNDS = 3
FOUR = ROOT / "benchmarks" / "four"
OFFLINE = (sys.executable, "-m", "offline")


@dataclass(frozen=True, slots=True)
class Row:
    """Measurements of one command."""

    title: str
    """What ran."""
    command: Command
    """How it ran."""
    seconds: list[float] = field(default_factory=list)
    """Wall time of each timed run."""
    processor_seconds: list[float] = field(default_factory=list)
    """Processor time of each timed run, of all processes."""
    mebibytes: list[float] = field(default_factory=list)
    """Peak memory of each run that was watched, of all processes, in MiB."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns 0, or 1 where a command failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plan", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="timed runs of each command (5)")
    parser.add_argument("--json", action="store_true", help="print every run as JSON")
    parser.add_argument(
        "--mirror", type=Path, help="filesystem mirror with the genuine provider, to plan with too"
    )
    options = parser.parse_args(arguments)
    if options.runs < 1:
        parser.error(f"--runs is {options.runs}; it must be at least 1")
    try:
        with tempfile.TemporaryDirectory(prefix="grid-bench-") as folder:
            rows = measure(Path(folder), options.runs, options.mirror)
    except BenchmarkError as error:
        sys.stderr.write(f"bench: {error}\n")
        return 1
    machine = describe_machine()
    sys.stdout.write((_json(rows, machine) if options.json else _text(rows, machine)) + "\n")
    return 0


def measure(folder: Path, runs: int, mirror: Path | None) -> dict[str, Row]:
    """Measure every command in an empty folder, with this many timed runs of each.

    Raises:
        BenchmarkError: a command failed.
    """
    sys.stderr.write("bench: first run of each command, to fill caches\n")
    rows = _rows(folder, mirror)
    for row in rows.values():
        wall_seconds(row.command)
    for _ in range(runs):
        for row in rows.values():
            wall, processor = wall_and_processor_seconds(row.command)
            row.seconds.append(wall)
            row.processor_seconds.append(processor)
    for _ in range(min(runs, MEMORY_ROUNDS) if memory_method() else 0):
        for row in rows.values():
            row.mebibytes.append(peak_mebibytes(row.command))
    return rows


def _rows(folder: Path, mirror: Path | None) -> dict[str, Row]:
    empty = folder / "empty"
    empty.mkdir()
    (empty / "main.tf").write_text("locals {}\n", "utf-8")
    prod = _synthesized(folder)
    alone = Command(
        tuple(core().command([f"-chdir={empty}", "plan"])),
        {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull},
    )
    imports = (sys.executable, "-c", "import offline.terraform.command")
    rows = {
        "core": Row("terraform plan, empty directory", alone),
        "imports": Row("Python and its imports, no plan", Command(imports)),
    }
    embedded = {"empty": empty, "four": FOUR, "prod": prod}
    for name, directory in embedded.items():
        rows[name] = Row(f"offline, {name}", _plan(folder, directory, "embedded"))
    if mirror:
        for name in ("four", "prod"):
            command = _plan(folder, embedded[name], "genuine", f"--mirror={mirror.resolve()}")
            rows[f"genuine_{name}"] = Row(f"genuine provider, {name}", command)
    return rows


def _synthesized(folder: Path) -> Path:
    """Return the directory of prod's stack, written into a folder."""
    wall_seconds(Command((sys.executable, "-O", "main.py"), {"CDKTF_OUTDIR": str(folder)}))
    return folder / "stacks" / "prod"


def _plan(folder: Path, directory: Path, provider: str, *options: str) -> Command:
    """Prepare a plan of a directory in an empty world."""
    name = f"{provider}-{directory.name}"
    file = directory / "cdk.tf.json"
    content = json.loads(file.read_bytes()) if file.exists() else {}
    needed = [key for key, entry in content.get("variable", {}).items() if "default" not in entry]
    environment = {f"TF_VAR_{key}": "bench" for key in needed} | {
        "OFFLINE_WORLD": str(folder / f"world-{name}"),
        "TF_CLI_CONFIG_FILE": os.devnull,
        "TF_DATA_DIR": str(folder / f"data-{name}"),
    }
    terraform = (*OFFLINE, "terraform", f"--provider={provider}", *options, f"-chdir={directory}")
    wall_seconds(Command((*terraform, "init"), environment, is_quiet=True))
    return Command((*terraform, "plan"), environment, is_quiet=True)


def _ratios(rows: dict[str, Row]) -> dict[str, float]:
    base = median(rows["core"].processor_seconds)
    return {name: median(row.processor_seconds) / base for name, row in rows.items()}


def _json(rows: dict[str, Row], machine: dict[str, str]) -> str:
    document = {"rows": {name: asdict(row) for name, row in rows.items()}}
    return json.dumps(document | {"ratios": _ratios(rows), "machine": machine}, indent=2)


def _text(rows: dict[str, Row], machine: dict[str, str]) -> str:
    heads = ("÷ terraform", "CPU seconds", "seconds", f"MiB, {memory_method() or 'unknown'}")
    ratios = _ratios(rows)
    lines = [columns("median (min-max)", *heads)]
    lines += [
        columns(
            row.title,
            f"{ratios[name]:.1f}",
            spread(row.processor_seconds, 2),
            spread(row.seconds, 2),
            spread(row.mebibytes, 0),
        )
        for name, row in rows.items()
    ]
    named = ", ".join(f"{name} {value}" for name, value in machine.items())
    return "\n".join([*lines, "", f"terraform: {core().name}", f"machine: {named}"])


if __name__ == "__main__":
    sys.exit(main())
