"""Checks that checkov must evaluate for each resource, so that a missing result is an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, RootModel, ValidationError

from policy.waivers import Finding

FILE = Path(__file__).with_name("checks.yaml")


class ChecksFileError(Exception):
    """The file of expected checks is invalid; the message has the location."""


class Expected(RootModel[dict[str, Annotated[tuple[str, ...], Field(min_length=1)]]]):
    """Expected checks by resource address, with `*` for any characters."""

    def checks(self, address: str) -> frozenset[str]:
        """Return the checks that must have a result for a resource."""
        return frozenset(
            check
            for pattern, checks in self.root.items()
            if fnmatchcase(address, pattern)
            for check in checks
        )


def load_expected(file: Path = FILE) -> Expected:
    """Read the expected checks of a file.

    Raises:
        ChecksFileError: The file cannot be read, or does not map addresses to checks.
    """
    try:
        return Expected.model_validate(yaml.safe_load(file.read_text("utf-8")) or {})
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ChecksFileError(f"{file.name}: {error}") from error


def compare_results(
    expected: Expected, resources: Mapping[str, Iterable[str]], evaluated: Iterable[Finding]
) -> list[str]:
    """Compare the results with the expected checks; `resources` are addresses by environment.

    Returns:
        One line for each expected check without a result, for each result of a check that is not
        expected, and for each pattern that matches no resource.
    """
    existing = {
        (environment, address)
        for environment, addresses in resources.items()
        for address in addresses
    }
    required = {
        (environment, address, check)
        for environment, address in existing
        for check in expected.checks(address)
    }
    actual = {(finding.environment, finding.address, finding.check) for finding in evaluated}
    lines = [
        f"{check} came to no result for {address} of {environment}"
        for environment, address, check in sorted(required - actual)
    ]
    unlisted = sorted({(check, address) for _, address, check in actual - required})
    lines += [
        f"{check} was evaluated for {address}: add it to {FILE.name}, to detect when it stops"
        for check, address in unlisted
    ]
    lines += [
        f"{pattern} of {FILE.name} has no resource in any environment: take it out"
        for pattern in expected.root
        if not any(fnmatchcase(address, pattern) for _, address in existing)
    ]
    return lines
