"""Run checkov on plans, and trust nothing that it does not say.

checkov catches the exception of a check that crashes, writes it to its log, and leaves the check
out of its report: what it could not judge looks like what passed. Whatever it writes to its error
stream is therefore a failure here.
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
    """checkov did not judge; the message says what it did."""


@dataclass(frozen=True)
class Report:
    """What checkov judged: every pass and every failure, of each environment."""

    version: str
    passed: frozenset[Finding]
    failed: frozenset[Finding]

    @property
    def judged(self) -> frozenset[Finding]:
        """Every check that came to a result."""
        return self.passed | self.failed


def run(root: Path, plans: Mapping[str, Path]) -> Report:
    """Judge the plans of environments, all of them in one process, without a network.

    Raises:
        CheckovError: it is not installed, ended in another way than with a report, said anything on
            its error stream, or could not read a plan.
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
        "--skip-download",  # it would ask its maker's platform for guidelines
        "--compact",
        *("--output", "json"),
    ]
    try:
        done = subprocess.run(  # noqa: S603
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
    if done.returncode not in (0, _FAILED_CHECKS):
        raise CheckovError(f"checkov ended with code {done.returncode}:\n{done.stderr[-4000:]}")
    if done.stderr.strip():
        raise CheckovError(f"checkov wrote to its log:\n{done.stderr[-4000:]}")
    return read(done.stdout, {plan.name: environment for environment, plan in plans.items()})


def read(text: str, environments: Mapping[str, str]) -> Report:
    """Read checkov's JSON; `environments` has the environment of each plan's file name.

    Raises:
        CheckovError: it is no report, or has plans that could not be read.
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
    """Nothing of the user's: no key, no configuration, no log level, no version check."""
    return {
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "LOG_LEVEL": "WARNING",
        "PATH": "",
        "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true",
    }
