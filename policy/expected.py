"""What checkov has to judge: a check that comes to no result any more must not go unnoticed."""

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
    """The file of expected checks is wrong; the message says where."""


class Expected(RootModel[dict[str, Annotated[tuple[str, ...], Field(min_length=1)]]]):
    """The checks that judge resources, by their addresses, with `*` for any characters."""

    def checks(self, address: str) -> frozenset[str]:
        """Return the checks that have to judge a resource."""
        return frozenset(
            check
            for pattern, checks in self.root.items()
            if fnmatchcase(address, pattern)
            for check in checks
        )


def load(file: Path = FILE) -> Expected:
    """Read the expected checks of a file.

    Raises:
        ChecksFileError: it cannot be read, or is no map of addresses to checks.
    """
    try:
        return Expected.model_validate(yaml.safe_load(file.read_text("utf-8")) or {})
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ChecksFileError(f"{file.name}: {error}") from error


def differences(
    expected: Expected, resources: Mapping[str, Iterable[str]], judged: Iterable[Finding]
) -> list[str]:
    """Compare what was judged with what should have been; `resources` are addresses by environment.

    Returns one line for each difference: a check that is missing for a resource, a check that
    judged one without being listed, and a listed check that no resource has.
    """
    there = {
        (environment, address) for environment, found in resources.items() for address in found
    }
    wanted = {
        (environment, address, check)
        for environment, address in there
        for check in expected.checks(address)
    }
    found = {(one.environment, one.address, one.check) for one in judged}
    lines = [
        f"{check} came to no result for {address} of {environment}"
        for environment, address, check in sorted(wanted - found)
    ]
    unlisted = sorted({(check, address) for _, address, check in found - wanted})
    lines += [
        f"{check} judged {address}: add it to {FILE.name}, so that it is missed when it stops"
        for check, address in unlisted
    ]
    lines += [
        f"{pattern} of {FILE.name} has no resource in any environment: take it out"
        for pattern in expected.root
        if not any(fnmatchcase(address, pattern) for _, address in there)
    ]
    return lines
