"""`python -m tests.provider`: apply the stacks with the genuine provider, and print a table."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from facts.provider_methods import unexpected
from offline.serve.google import Google
from offline.terraform.core import core
from offline.terraform.sources import ProviderNotFoundError
from tests.provider import directory
from tests.provider.mirror import unpack
from tests.provider.result import Result
from tests.provider.trial import Trial
from tests.template import ENVIRONMENTS

LONGEST = 2000
"""Characters of an error that are printed."""
STEPS = ("applied", "second plan", "refused", "changed", "destroyed")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the trials of the fixtures; returns the exit code: 0, 1 for a failure, 2 for usage."""
    parser = argparse.ArgumentParser(prog="python -m tests.provider", description=__doc__)
    parser.add_argument("environments", nargs="*", help="fixtures (default: all)")
    parser.add_argument("--version", default="6.50.0", help="of hashicorp/google (%(default)s)")
    parser.add_argument("--keep", type=Path, help="keep the folders of the runs here")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="a value of the environment files, as JSON where it can be",
    )
    parser.add_argument("--record", type=Path, help="write which type makes which requests here")
    args = parser.parse_args(argv)
    names = args.environments or sorted(file.stem for file in ENVIRONMENTS.glob("*.yaml"))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="grid-provider-") as scratch:
        base = args.keep or Path(scratch)
        try:
            mirror = unpack(base / "providers", core(), args.version)
        except ProviderNotFoundError as error:
            print(error, file=sys.stderr)
            return 2
        trials = [
            Trial(
                name,
                base / name,
                core(),
                mirror=mirror,
                version=args.version,
                records=args.record is not None,
                values=dict(map(_value, args.set)),
            )
            for name in names
        ]
        Google()  # loads every API before there are threads
        # The provider sleeps for seconds after each service account: side by side is faster.
        with ThreadPoolExecutor(len(trials)) as pool:
            results = [one for both in pool.map(Trial.run, trials) for one in both]
        if not args.environments:
            results.append(directory.run(base / "directory", mirror))
    if args.record is not None:
        methods = sorted(set().union(*(one.methods for one in results)))
        args.record.write_text(json.dumps(methods, indent=1), encoding="utf-8")
        for request in unexpected(methods):
            print(f"not in facts/src/facts/data/provider_methods.json: {request}", file=sys.stderr)
    print(table(results))
    for result in results:
        report(result)
    print(f"\nhashicorp/google {args.version}, {time.monotonic() - begun:.0f} s in all")
    return 0 if all(result.is_good for result in results) else 1


def _value(text: str) -> tuple[str, Any]:
    key, _, value = text.partition("=")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


def table(results: Sequence[Result]) -> str:
    """Return one line for each stack."""
    head = f"{'stack':<20} {'resources':>9} " + " ".join(f"{name:<11}" for name in STEPS)
    lines = [f"{head} {'rejected':>8} {'denied':>6} {'requests':>8} {'seconds':>7}"]
    for one in results:
        marks = (_mark(one, name) for name in STEPS)
        counts = f"{len(one.rejected):>8} {len(one.denied):>6} {one.requests.total():>8}"
        cells = " ".join(f"{mark:<11}" for mark in marks)
        lines.append(f"{one.stack:<20} {one.resources:>9} {cells} {counts} {one.seconds:>7.0f}")
    total: Counter[str] = sum((one.requests for one in results), Counter())
    apis = ", ".join(f"{api} {count}" for api, count in total.most_common())
    return "\n".join([*lines, "", f"Requests by API: {apis}"])


def report(result: Result) -> None:
    """Print the errors of a stack."""
    for name, error in result.steps.items():
        if error:
            print(f"\n{result.stack}, {name}: {error[:LONGEST]}")
    for kind in ("rejected", "denied", "mistakes"):
        for text, count in Counter(getattr(result, kind)).most_common(20):
            print(f"{result.stack}, {kind} ({count}): {text}")
    for text, count in result.ignored.most_common():
        print(f"{result.stack}, ignored by the API ({count}): {text}")


def _mark(result: Result, name: str) -> str:
    if name not in result.steps:
        return "-"
    return "failed" if result.steps[name] else "yes"


if __name__ == "__main__":
    sys.exit(main())
