"""Waivers: the failed checks that stay, each with its reason and its date."""

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
    """The file of waivers is wrong; the message names the file and every mistake."""


@dataclass(frozen=True, order=True)
class Finding:
    """A check that failed for a resource of an environment; `title` is checkov's name for it."""

    environment: str
    check: str
    address: str
    title: str = ""


class Waiver(BaseModel):
    """Lets a check fail for some resources."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: Annotated[str, Field(pattern=r"^CKV2?_[A-Z]+_\d+$")]
    """checkov's id of the check."""
    resource: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.\S+$")]
    """Terraform address, with `*` for any characters after the type."""
    environment: Annotated[str, Field(pattern=r"^\S+$")] = "*"
    """Name of the environment, with `*` for any characters."""
    reason: Annotated[str, Field(min_length=30)]
    """Why the check may fail, in words."""
    date: dt.date
    """When that was decided."""

    @model_validator(mode="after")
    def _type_is_whole(self) -> Self:
        if set("*?[") & set(self.resource.partition(".")[0]):
            raise ValueError(f"resource {self.resource!r} leaves the type open; name one type")
        return self

    def covers(self, finding: Finding) -> bool:
        """Whether a failed check is one of those that this lets fail."""
        return (
            self.check == finding.check
            and fnmatchcase(finding.address, self.resource)
            and fnmatchcase(finding.environment, self.environment)
        )


class _Waivers(RootModel[tuple[Waiver, ...]]):
    """The whole file."""


@dataclass(frozen=True)
class Sorted:
    """Failed checks after the waivers: those without one, and the waivers that have none."""

    failed: tuple[Finding, ...]
    waived: tuple[tuple[Waiver, tuple[Finding, ...]], ...]
    stale: tuple[Waiver, ...]


def load(file: Path = FILE, *, today: dt.date | None = None) -> tuple[Waiver, ...]:
    """Read the waivers of a file.

    Raises:
        WaiverFileError: it cannot be read, a waiver lacks something, is dated after `today`, or
            there twice.
    """
    try:
        waivers = _Waivers.model_validate(yaml.safe_load(file.read_text("utf-8")) or ()).root
    except (OSError, yaml.YAMLError) as error:
        raise WaiverFileError(f"{file.name}: {error}") from error
    except ValidationError as error:
        said = [
            f"{file.name}: {'.'.join(map(str, one['loc']))}: {one['msg']}"
            for one in error.errors(include_url=False)
        ]
        raise WaiverFileError("\n".join(said)) from error
    seen: set[tuple[str, str, str]] = set()
    wrong = []
    for waiver in waivers:
        key = (waiver.check, waiver.resource, waiver.environment)
        if key in seen:
            wrong.append(f"{file.name}: {waiver.check} of {waiver.resource} is there twice")
        if waiver.date > (today or dt.datetime.now(dt.UTC).date()):
            wrong.append(f"{file.name}: {waiver.check}: {waiver.date} is in the future")
        seen.add(key)
    if wrong:
        raise WaiverFileError("\n".join(wrong))
    return waivers


def sort(findings: Iterable[Finding], waivers: Sequence[Waiver]) -> Sorted:
    """Tell which failed checks a waiver covers. The first waiver that covers one has it."""
    covered: dict[Waiver, list[Finding]] = {waiver: [] for waiver in waivers}
    failed = []
    for finding in sorted(findings):
        for waiver in waivers:
            if waiver.covers(finding):
                covered[waiver].append(finding)
                break
        else:
            failed.append(finding)
    return Sorted(
        failed=tuple(failed),
        waived=tuple((one, tuple(found)) for one, found in covered.items() if found),
        stale=tuple(one for one, found in covered.items() if not found),
    )
