"""How an environment is operated: its pipeline and its scheduled backups."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from environments.schema.base import Expected, Hour, Section, member_of

Repository = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$"),
    Expected("a GitHub repository as owner/name"),
]
Branch = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"),
    Expected("a branch, such as main: letters, digits, ., _, / and -"),
]


def _cron_field(number: str) -> str:
    """Return the pattern of a field of unix-cron: a list of `*`, numbers and ranges with steps."""
    part = rf"(\*|({number})(-({number}))?)(/[1-9]\d?)?"
    return f"{part}(,{part})*"


def _check_cron(schedule: str) -> str:
    """Return the schedule itself.

    Raises:
        ValueError: a range ends before it begins, or a step leads out of its field.
    """
    for field, values in zip(schedule.split(), (60, 24), strict=False):
        for part in field.split(","):
            numbers, _, step = part.partition("/")
            first, _, last = numbers.partition("-")
            if int(step or 1) >= values or (last and int(first) > int(last)):
                raise ValueError(part)
    return schedule


@cache
def _time_zones() -> frozenset[str]:
    """Return the names of the time zone database, from the package `tzdata`: the same names on each
    machine.
    """
    names = (files("tzdata") / "zones").read_text(encoding="utf-8").split()
    return frozenset(names) - {"Factory"}  # stands for a machine without a time zone


DailyCron = Annotated[
    str,
    StringConstraints(
        pattern=rf"^{_cron_field('[0-5]?[0-9]')} {_cron_field('[01]?[0-9]|2[0-3]')} \* \* \*$"
    ),
    AfterValidator(_check_cron),
    Expected("unix-cron for every day, such as 30 9 * * * for 09:30"),
]
TimeZone = Annotated[
    str,
    AfterValidator(member_of(_time_zones)),
    Expected("a name of the time zone database, such as Etc/UTC or Europe/Berlin"),
]


MAX_WAVE = 3
"""Waves that `.github/workflows/deploy.yml` has jobs for."""


class CiConfig(Section):
    """The GitHub repository whose workflows plan and apply this environment, without a key. Its
    GitHub environment has this environment's name.
    """

    repository: Repository
    """GitHub repository as owner/name."""
    repository_id: Annotated[int, Field(ge=1)]
    """GitHub's number of the repository, from `gh api repos/<owner>/<name> --jq .id`. A name can
    be taken by someone else after a rename or a deletion; a number is never used again."""
    branch: Branch = "main"
    """The only branch that may apply."""
    wave: Annotated[int, Field(ge=1, le=MAX_WAVE)] = 1
    """When a merge is released to this environment: wave 1 first, and each further wave after all
    environments of the wave before."""
    roles: Literal["predefined", "minimal"] = "predefined"
    """Roles of the pipeline's accounts: Google's predefined ones, or custom ones with just the
    permissions that the stack's requests and the pipeline need (`grid permissions`). With `minimal`
    apply the bootstrap before each change that adds a type of resource or a feature."""
    approval: bool = False
    """A person approves each release. The pipeline stops where the GitHub environment of this name
    has no required reviewers."""


class ScheduledBackupsConfig(Section):
    """Copies that outlive the database instance: a nightly SQL export to the backups bucket, and
    a copy of the app data in the backups' location.
    """

    schedule: DailyCron = "0 9 * * *"
    """When the database is exported (unix-cron), every day: the alert on a missing export waits for
    26 hours. The default is after the window of the automated
    backups and that of maintenance: Cloud SQL does one of these at a time."""
    time_zone: TimeZone = "Etc/UTC"
    """Time zone of `schedule`."""
    timeout_minutes: Annotated[int, Field(ge=30, le=1440)] = 360
    """How long the export may take before it counts as failed, in minutes."""
    app_data_hour: Hour = 10
    """Hour of the day, in UTC, at which the daily copy of the app data starts."""
