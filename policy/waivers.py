"""Waivers: failed checks that are accepted, each with its reason and its date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError, model_validator

FILE = Path(__file__).with_name("waivers.yaml")


class WaiverFileError(Exception):
    """The file of waivers is invalid; the message lists every error."""


@dataclass(frozen=True, order=True)
class Finding:
    """Result of a check for a resource; `title` is checkov's name of the check."""

    environment: str
    check: str
    address: str
    title: str = ""


class Waiver(BaseModel):
    """Accepted failure of a check for some resources."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: Annotated[str, Field(pattern=r"^CKV2?_[A-Z]+_\d+$")]
    """checkov's id of the check."""
    resource: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.\S+$")]
    """Terraform address, with `*` for any characters after the type."""
    environment: Annotated[str, Field(pattern=r"^\S+$")] = "*"
    """Name of the environment, with `*` for any characters."""
    reason: Annotated[str, Field(min_length=30)]
    """Why the failure is accepted."""
    date: dt.date
    """When the waiver was decided."""

    @model_validator(mode="after")
    def _check_type(self) -> Self:
        if set("*?[") & set(self.resource.partition(".")[0]):
            raise ValueError(f"resource {self.resource!r} leaves the type open; name one type")
        return self

    def covers(self, finding: Finding) -> bool:
        """Return whether the waiver applies to a failed check."""
        return (
            self.check == finding.check
            and fnmatchcase(finding.address, self.resource)
            and fnmatchcase(finding.environment, self.environment)
        )


class _Waivers(RootModel[tuple[Waiver, ...]]):
    """The whole file."""


@dataclass(frozen=True)
class WaiverResult:
    """Failed checks without and with a waiver, and the waivers that cover no failed check."""

    failed: tuple[Finding, ...]
    waived: tuple[tuple[Waiver, tuple[Finding, ...]], ...]
    stale: tuple[Waiver, ...]


def load_waivers(file: Path = FILE, *, today: dt.date | None = None) -> tuple[Waiver, ...]:
    """Read the waivers of a file.

    Raises:
        WaiverFileError: The file cannot be read, or a waiver is incomplete, is dated after
            `today`, or is a duplicate.
    """
    try:
        waivers = _Waivers.model_validate(yaml.safe_load(file.read_text("utf-8")) or ()).root
    except (OSError, yaml.YAMLError) as error:
        raise WaiverFileError(f"{file.name}: {error}") from error
    except ValidationError as error:
        problems = [
            f"{file.name}: {'.'.join(map(str, detail['loc']))}: {detail['msg']}"
            for detail in error.errors(include_url=False)
        ]
        raise WaiverFileError("\n".join(problems)) from error
    seen: set[tuple[str, str, str]] = set()
    invalid = []
    for waiver in waivers:
        key = (waiver.check, waiver.resource, waiver.environment)
        if key in seen:
            invalid.append(f"{file.name}: {waiver.check} of {waiver.resource} is there twice")
        if waiver.date > (today or dt.datetime.now(dt.UTC).date()):
            invalid.append(f"{file.name}: {waiver.check}: {waiver.date} is in the future")
        seen.add(key)
    if invalid:
        raise WaiverFileError("\n".join(invalid))
    return waivers


def apply_waivers(findings: Iterable[Finding], waivers: Sequence[Waiver]) -> WaiverResult:
    """Assign each failed check to the first waiver that covers it."""
    covered: dict[Waiver, list[Finding]] = {waiver: [] for waiver in waivers}
    failed = []
    for finding in sorted(findings):
        for waiver in waivers:
            if waiver.covers(finding):
                covered[waiver].append(finding)
                break
        else:
            failed.append(finding)
    return WaiverResult(
        failed=tuple(failed),
        waived=tuple((waiver, tuple(failures)) for waiver, failures in covered.items() if failures),
        stale=tuple(waiver for waiver, failures in covered.items() if not failures),
    )
