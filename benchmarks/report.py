"""The results of a benchmark, as tables and as JSON."""

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """Measurements of one command."""

    title: str
    """What ran."""
    seconds: list[float] = field(default_factory=list)
    """Wall time of each timed run."""
    mebibytes: list[float] = field(default_factory=list)
    """Peak memory of each run that was watched, in MiB; empty where it cannot be measured."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A median divided by that of the overlay: above 1, the overlay is faster or smaller."""

    seconds: float
    """Of wall times."""
    mebibytes: float | None
    """Of peak memory."""


@dataclass(frozen=True, slots=True)
class Report:
    """All results."""

    rows: dict[str, Row]
    """All environments: `overlay`, `stock` and, where npm works, `javascript` and
    `javascript_whole`."""
    services: dict[int, Row]
    """One environment with this many services, with the overlay."""
    resources: dict[str, int]
    """Resources of each stack."""
    memory_method: str | None
    """`PSS`, `RSS` or None; see `measure.memory_method`."""
    machine: dict[str, str]
    """Processor, cores and versions."""

    def ratios(self) -> dict[str, Ratio]:
        """Every other row against the overlay."""
        base = self.rows["overlay"]
        return {
            name: Ratio(
                median(row.seconds) / median(base.seconds),
                median(row.mebibytes) / median(base.mebibytes) if row.mebibytes else None,
            )
            for name, row in self.rows.items()
            if row is not base
        }

    def milliseconds_per_service(self) -> float:
        """Time that one service adds, between the fewest and the most services measured."""
        few, many = min(self.services), max(self.services)
        added = median(self.services[many].seconds) - median(self.services[few].seconds)
        return 1000 * added / (many - few)

    def as_json(self) -> str:
        """Every run, the ratios and the slope."""
        document = asdict(self) | {
            "ratios": {name: asdict(ratio) for name, ratio in self.ratios().items()},
            "milliseconds_per_service": self.milliseconds_per_service(),
        }
        return json.dumps(document, indent=2)

    def as_text(self) -> str:
        """Medians with minimum and maximum, then the ratios, the sizes and the machine."""
        lines = [columns("median (min-max)", "seconds", f"MiB, {self.memory_method or 'unknown'}")]
        lines += [
            columns(row.title, spread(row.seconds, 2), spread(row.mebibytes, 0))
            for row in (*self.rows.values(), *self.services.values())
        ]
        lines += ["", columns("ratio of medians", "seconds", "MiB")]
        lines += [
            columns(
                f"{self.rows[name].title} ÷ overlay",
                f"{ratio.seconds:.2f}",
                "-" if ratio.mebibytes is None else f"{ratio.mebibytes:.2f}",
            )
            for name, ratio in self.ratios().items()
        ]
        counts = ", ".join(f"{stack} {count}" for stack, count in self.resources.items())
        machine = ", ".join(f"{name} {value}" for name, value in self.machine.items())
        lines += [
            "",
            f"each further service: {self.milliseconds_per_service():.1f} ms",
            f"resources: {sum(self.resources.values())} ({counts})",
            f"machine: {machine}",
        ]
        return "\n".join(lines)


def describe_machine(**programs: str) -> dict[str, str]:
    """Processor, number of cores, and the versions of Python and of these programs."""
    machine = {
        "cpu": _processor(),
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
    }
    for name, program in programs.items():
        process = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        machine[name] = process.stdout.partition("\n")[0].split()[-1].removeprefix("v")
    return machine


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:  # not Linux
        pass
    return platform.processor() or platform.machine()


def columns(title: str, *values: str) -> str:
    """Return a line of a table."""
    return f"{title:<42}" + "".join(f"{value:>22}" for value in values)


def spread(values: list[float], digits: int) -> str:
    """Return the median, with minimum and maximum."""
    if not values:
        return "-"
    low, middle, high = (f"{f(values):.{digits}f}" for f in (min, median, max))
    return f"{middle} ({low}-{high})"
