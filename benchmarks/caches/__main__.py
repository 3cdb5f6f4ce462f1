"""`make bench-services`: measure the cache and the service api, and print tables or JSON."""

import argparse
import asyncio
import json
import os
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import api
from benchmarks.api import restart
from benchmarks.caches import faults, levels, stampede
from benchmarks.caches.subjects import SUBJECTS
from tests.services.servers import redis_server

TIMES = ("p50", "p99", "worst")


async def measure(rounds: int) -> dict[str, Any]:
    """Measure the cache, one run after the other, against a fresh Redis."""
    figures: dict[str, Any] = {"levels": {}, "stampede": {}}
    with redis_server() as server:
        os.environ |= {"REDIS_URL": server.url, "REDIS_CA_CERTS": server.ca}
        for name in SUBJECTS:
            measured = await levels.measure(name)
            figures["levels"][name] = {level: asdict(row) for level, row in measured.items()}
        for name in SUBJECTS:
            figures["stampede"][name] = [
                asdict(await stampede.measure(name, f"{name}-cold-{number}"))
                for number in range(rounds)
            ]
        figures["faults"] = {
            fault: asdict(seen) for fault, seen in (await faults.all_faults(server)).items()
        }
    return figures


def _table(console: Console, title: str, columns: list[str], rows: list[list[object]]) -> None:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="left" if column == columns[0] else "right")
    for row in rows:
        table.add_row(*(f"{cell:,.0f}" if isinstance(cell, float) else str(cell) for cell in row))
    console.print(table)


def show(figures: dict[str, Any]) -> None:
    """Print tables."""
    console = Console()
    for level in ("L1", "L2", "L3"):
        _table(
            console,
            f"{level}, one after another; throughput with {levels.AT_ONCE} callers",
            ["", "p50 µs", "p99 µs", "reads/s"],
            [[name, *of[level].values()] for name, of in figures["levels"].items()],
        )
    _table(
        console,
        f"{stampede.PROCESSES * stampede.CALLS} misses in {stampede.PROCESSES} processes",
        ["", "fetches", "answers", "until the last, ms"],
        [
            [name, run["fetches"], run["answers"], run["seconds"] * 1000]
            for name, runs in figures["stampede"].items()
            for run in runs
        ],
    )
    _table(
        console,
        f"Faults of {faults.DURING:.0f} s under load (grid_shared)",
        ["", "answers", "errors", "longest, ms", "fetches"],
        [
            [fault, seen["answers"], seen["errors"], seen["longest"] * 1000, seen["fetches"]]
            for fault, seen in figures["faults"].items()
        ],
    )
    _show_reads(console, "The service api", figures["api"])
    restarted = figures["restart"]
    _show_reads(console, "PostgreSQL crashes during a migration", restarted["load"])
    console.print(
        f"Migration {restarted['migration']}; {restarted['acknowledged']:,} rows acknowledged, "
        f"{restarted['lost']} of them lost, {restarted['refused']} tries refused."
    )
    before, after = figures["load_average"]
    console.print(f"Load average of the machine: {before:.1f} before, {after:.1f} after.")


def _show_reads(console: Console, title: str, load: dict[str, Any]) -> None:
    _table(
        console,
        f"{title}: {load['rate']:.0f}/s asked, {load['per_second']:.0f}/s answered, "
        f"99 of 100 sent within {load['late']:.1f} ms",
        ["", "requests", "errors", "p50 ms", "p99 ms", "worst ms"],
        [
            [kind, seen["requests"], seen["errors"], *(f"{seen[name]:.1f}" for name in TIMES)]
            for kind, seen in load["reads"].items()
        ],
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.caches", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="stampedes of each cache (3)")
    parser.add_argument("--rate", type=float, default=300, help="requests/s to the service (300)")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    arguments = parser.parse_args()
    busy = os.getloadavg()[0]
    result = asyncio.run(measure(arguments.rounds))
    result["api"] = asdict(api.measure(arguments.rate))
    result["restart"] = asdict(restart.measure())
    result["load_average"] = [busy, os.getloadavg()[0]]
    print(json.dumps(result, indent=2)) if arguments.json else show(result)
