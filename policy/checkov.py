"""Runs of checkov on plans.

checkov catches the exception of a check that crashes, writes it to its log, and leaves the check
out of its report, so that a crashed check looks like a passed one. Any output on stderr is
therefore an error here.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy.waivers import Finding

PROGRAM = Path(".cache", "policy-venv", "bin", "checkov")

_FAILED_CHECKS = 1
_SECONDS = 300


class CheckovError(Exception):
    """checkov returned no complete report; the message has the cause."""


@dataclass(frozen=True)
class Report:
    """Passed and failed checks of each environment."""

    version: str
    passed: frozenset[Finding]
    failed: frozenset[Finding]

    @property
    def evaluated(self) -> frozenset[Finding]:
        """Every check that has a result."""
        return self.passed | self.failed


def run_checkov(root: Path, plans: Mapping[str, Path]) -> Report:
    """Evaluate the plans of environments in one process, without network access.

    Raises:
        CheckovError: checkov is not installed, returned no report, wrote to stderr, or could not
            read a plan.
    """
    program = root / PROGRAM
    if not program.is_file():
        raise CheckovError("checkov is not installed; `make policy` does that")
    files = [part for plan in plans.values() for part in ("--file", plan.name)]
    folders = {plan.parent for plan in plans.values()}
    if len(folders) != 1:
        raise CheckovError("the plans are not in one folder")
    [folder] = folders
    command = [
        str(program),
        *files,
        *("--framework", "terraform_plan"),
        "--skip-download",  # otherwise it requests guidelines from its vendor's platform
        "--compact",
        *("--output", "json"),
    ]
    try:
        process = subprocess.run(  # noqa: S603
            command,
            cwd=folder,
            env=_environ(folder),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CheckovError(f"checkov did not run: {error}") from error
    if process.returncode not in (0, _FAILED_CHECKS):
        raise CheckovError(
            f"checkov ended with code {process.returncode}:\n{process.stderr[-4000:]}"
        )
    if process.stderr.strip():
        raise CheckovError(f"checkov wrote to its log:\n{process.stderr[-4000:]}")
    return parse_report(
        process.stdout, {plan.name: environment for environment, plan in plans.items()}
    )


def parse_report(text: str, environments: Mapping[str, str]) -> Report:
    """Parse checkov's JSON; `environments` has the environment of each plan's file name.

    Raises:
        CheckovError: The text is not a report, or checkov could not read a plan or skipped checks.
    """
    try:
        report = json.loads(text)
        results, summary = report["results"], report["summary"]
        if summary["parsing_errors"]:
            raise CheckovError(f"checkov could not read {', '.join(results['parsing_errors'])}")
        if summary["skipped"]:
            raise CheckovError("checkov skipped checks; waivers belong into policy/waivers.yaml")
        return Report(
            version=str(summary["checkov_version"]),
            passed=frozenset(_findings(results["passed_checks"], environments)),
            failed=frozenset(_findings(results["failed_checks"], environments)),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CheckovError(f"checkov's answer is no report ({error!r}):\n{text[:2000]}") from error


def _findings(
    records: Iterable[Mapping[str, Any]], environments: Mapping[str, str]
) -> Iterable[Finding]:
    for record in records:
        yield Finding(
            environments[record["file_path"].removeprefix("/")],
            record["check_id"],
            record["resource_address"],
            record["check_name"],
        )


def _environ(folder: Path) -> dict[str, str]:
    """Return an environment without the user's API key, configuration, and log level."""
    return {
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "LOG_LEVEL": "WARNING",
        "PATH": "",
        "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true",
    }
