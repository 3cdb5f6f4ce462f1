"""`python -m policy`: plan every environment, judge the plans, print what failed and what may.

Exit codes: 0 nothing failed without a waiver; 1 something did, a waiver is stale, or a check that
should have judged did not; 2 there was nothing to judge with or on, or a file of ours is wrong.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from offline.session import TerraformError
from offline.terraform import CoreNotFoundError
from policy import checkov, expected, plans, waivers
from policy.checkov import CheckovError, Report
from policy.expected import ChecksFileError
from policy.plans import NoStackError
from policy.waivers import Finding, Sorted, WaiverFileError

ROOT = Path(__file__).parent.parent
FAILED, UNUSABLE = 1, 2

_WIDTH = 120  # where the output is no terminal


def main() -> int:
    """Judge what is in cdktf.out; returns the exit code."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    try:
        waived, checks = waivers.load(), expected.load()
        made = plans.make(ROOT / "cdktf.out" / "stacks", ROOT / ".cache" / "policy")
        report = checkov.run(ROOT, made)
    except (
        CheckovError,
        ChecksFileError,
        CoreNotFoundError,
        NoStackError,
        TerraformError,
        WaiverFileError,
    ) as error:
        print(f"policy: {error}", file=sys.stderr)
        return UNUSABLE
    resources = {
        name: plans.resources(json.loads(plan.read_text("utf-8"))) for name, plan in made.items()
    }
    result = waivers.sort(report.failed, waived)
    _show(console, result, set(resources))
    _count(console, report, result, resources)
    problems = [
        *(f"{one.check} fails for {one.address} of {one.environment}" for one in result.failed),
        *(
            f"the waiver of {one.check} for {one.resource} ({one.environment}) covers nothing: "
            f"take it out of {waivers.FILE.name}"
            for one in result.stale
        ),
        *expected.differences(checks, resources, report.judged),
    ]
    for problem in problems:
        print(f"policy: {problem}", file=sys.stderr)
    return FAILED if problems else 0


def _show(console: Console, result: Sorted, environments: set[str]) -> None:
    """Print the failed checks: first those without a waiver, then those with one."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("check", no_wrap=True)
    table.add_column("fails for", no_wrap=True)
    table.add_column("waived", no_wrap=True)
    table.add_column("why", overflow="fold")
    by_check: dict[tuple[str, str], list[Finding]] = {}
    for one in result.failed:
        by_check.setdefault((one.check, one.title), []).append(one)
    for (check, title), found in by_check.items():
        where = _where(found, environments)
        table.add_row(f"[bold red]{check}", where, "[bold red]no", escape(title))
    for waiver, covered in result.waived:
        where = _where(covered, environments)
        table.add_row(waiver.check, where, waiver.date.isoformat(), escape(waiver.reason))
    if table.row_count:
        console.print(table)


def _count(
    console: Console, report: Report, result: Sorted, resources: dict[str, list[str]]
) -> None:
    """Print the figures of each environment."""
    passed = Counter(one.environment for one in report.passed)
    failed = Counter(one.environment for one in result.failed)
    waived = Counter(one.environment for _, covered in result.waived for one in covered)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("environment")
    for head in ("resources", "passed", "waived", "failed"):
        table.add_column(head, justify="right")
    for name, addresses in resources.items():
        counts = (len(addresses), passed[name], waived[name], failed[name])
        table.add_row(name, *map(str, counts))
    console.print(table)
    checks = len({one.check for one in report.judged})
    console.print(f"checkov {report.version}, {checks} checks that judge something here")


def _where(found: Sequence[Finding], environments: set[str]) -> str:
    """Return a line for each resource, with its environments where these are not all."""
    lines = []
    for address in sorted({one.address for one in found}):
        of = {one.environment for one in found if one.address == address}
        lines.append(f"{address} ({', '.join(sorted(of))})" if of != environments else address)
    return escape("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
