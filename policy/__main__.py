"""`python -m policy`: plan every environment, evaluate the plans, and print the failed checks.

Exit codes: 0 every failed check has a waiver; 1 a failed check has none, a waiver is stale, or an
expected check has no result; 2 checkov, a plan, or a valid policy file is missing.
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

from offline.terraform.core import CoreNotFoundError
from offline.terraform.session import TerraformError
from policy.checkov import CheckovError, Report, run_checkov
from policy.expected import ChecksFileError, compare_results, load_expected
from policy.plans import NoStackError, create_plans, resource_addresses
from policy.waivers import (
    FILE as WAIVERS_FILE,
    Finding,
    WaiverFileError,
    WaiverResult,
    apply_waivers,
    load_waivers,
)

ROOT = Path(__file__).parent.parent
FAILED, UNUSABLE = 1, 2

_WIDTH = 120  # characters, where the output is not a terminal


def main() -> int:
    """Evaluate the stacks in cdktf.out and return the exit code."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    try:
        accepted, expected = load_waivers(), load_expected()
        plans = create_plans(ROOT / "cdktf.out" / "stacks", ROOT / ".cache" / "policy")
        report = run_checkov(ROOT, plans)
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
        name: resource_addresses(json.loads(plan.read_text("utf-8")))
        for name, plan in plans.items()
    }
    result = apply_waivers(report.failed, accepted)
    _print_failures(console, result, set(resources))
    _print_counts(console, report, result, resources)
    problems = [
        *(
            f"{finding.check} fails for {finding.address} of {finding.environment}"
            for finding in result.failed
        ),
        *(
            f"the waiver of {waiver.check} for {waiver.resource} ({waiver.environment}) covers "
            f"nothing: take it out of {WAIVERS_FILE.name}"
            for waiver in result.stale
        ),
        *compare_results(expected, resources, report.evaluated),
    ]
    for problem in problems:
        print(f"policy: {problem}", file=sys.stderr)
    return FAILED if problems else 0


def _print_failures(console: Console, result: WaiverResult, environments: set[str]) -> None:
    """Print the failed checks: first those without a waiver, then those with one."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("check", no_wrap=True)
    table.add_column("fails for", overflow="fold", ratio=3)
    table.add_column("waived", no_wrap=True)
    table.add_column("why", overflow="fold", ratio=2)
    by_check: dict[tuple[str, str], list[Finding]] = {}
    for finding in result.failed:
        by_check.setdefault((finding.check, finding.title), []).append(finding)
    for (check, title), failures in by_check.items():
        addresses = _addresses(failures, environments)
        table.add_row(f"[bold red]{check}", addresses, "[bold red]no", escape(title))
    for waiver, covered in result.waived:
        addresses = _addresses(covered, environments)
        table.add_row(waiver.check, addresses, waiver.date.isoformat(), escape(waiver.reason))
    if table.row_count:
        console.print(table)


def _print_counts(
    console: Console, report: Report, result: WaiverResult, resources: dict[str, list[str]]
) -> None:
    """Print the number of resources and results of each environment."""
    passed = Counter(finding.environment for finding in report.passed)
    failed = Counter(finding.environment for finding in result.failed)
    waived = Counter(finding.environment for _, covered in result.waived for finding in covered)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("environment")
    for head in ("resources", "passed", "waived", "failed"):
        table.add_column(head, justify="right")
    for name, addresses in resources.items():
        counts = (len(addresses), passed[name], waived[name], failed[name])
        table.add_row(name, *map(str, counts))
    console.print(table)
    checks = len({finding.check for finding in report.evaluated})
    console.print(f"checkov {report.version}, {checks} checks that apply here")


def _addresses(findings: Sequence[Finding], environments: set[str]) -> str:
    """Return a line for each resource, with its environments if these are not all."""
    lines = []
    for address in sorted({finding.address for finding in findings}):
        names = {finding.environment for finding in findings if finding.address == address}
        suffix = f" ({', '.join(sorted(names))})" if names != environments else ""
        lines.append(f"{address}{suffix}")
    return escape("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
