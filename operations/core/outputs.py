"""What Terraform's outputs say of an applied environment: every name that `grid` uses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from operations.core import terraform
from operations.core.errors import UsageError
from operations.core.runtime import Machine


class _Output(BaseModel):
    """Frozen. Outputs that are not known here are left out: an older `grid` goes on working."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Service(_Output):
    """A Cloud Run service in one region."""

    name: str
    uri: str


class Replica(_Output):
    """A read replica of the database."""

    instance: str
    connection_name: str
    region: str


class Database(_Output):
    """The Cloud SQL instance, and the database in it."""

    instance: str
    connection_name: str
    name: str
    region: str
    replicas: dict[str, Replica]


class Buckets(_Output):
    """Cloud Storage buckets by purpose."""

    backups: str
    app_data: str
    static_assets: str


class ScheduledBackups(_Output):
    """What is backed up by a schedule."""

    app_data_bucket: str
    """The bucket that the app data are copied to."""


class Job(_Output):
    """A Cloud Run job."""

    name: str
    region: str


class Gateway(_Output):
    """The Apigee proxy in front of the API."""

    organization: str
    environment: str
    proxy: str
    revision: str
    """The newest that Terraform uploaded."""
    host: str


class Platform(_Output):
    """The outputs of one environment; constructs/outputs.py declares them."""

    project_id: str
    primary_region: str
    lb_ip: str
    hosts: tuple[str, ...]
    network: str
    registry: str
    services: dict[str, dict[str, Service]]
    """By the service's name in the environment file, then by region."""
    database: Database
    buckets: Buckets
    migration_job: Job | None = None
    """None where nothing migrates the database."""
    smoke_jobs: dict[str, Job] | None = None
    """By region. None in an environment that was applied before there were any."""
    backups: ScheduledBackups | None = None
    """None where nothing is backed up by a schedule."""
    gateway: Gateway | None = None
    """None where there is no Apigee."""


def load(environment: str, outputs: Path | None, machine: Machine) -> Platform:
    """Read the outputs of an environment: from a file, else from its state, through Terraform.

    `outputs` is what `terraform output -json` printed.

    Raises:
        UsageError: there is no such file, stack or Terraform, or an output is missing.
        FailedError: Terraform cannot read the state.
    """
    if outputs is None:
        where = f"the state of {environment}"
        text = terraform.capture("output", "-json", directory=stack(environment, machine))
    else:
        where = str(outputs)
        try:
            text = outputs.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{where} cannot be read: {error}") from error
    return _parse(text, where)


def known(machine: Machine) -> list[str]:
    """Return the environments that are synthesized."""
    return sorted(file.parent.name for file in machine.stacks.glob("*/cdk.tf.json"))


def stack(environment: str, machine: Machine) -> Path:
    """Return the folder of a synthesized stack.

    Raises:
        UsageError: there is none of that name.
    """
    names = known(machine)
    if environment not in names:
        raise UsageError(
            f"there is no stack {environment} in {machine.stacks}; there is "
            f"{', '.join(names) or 'nothing'}",
            advice="run make synth, or give --outputs FILE",
        )
    return machine.stacks / environment


def _parse(text: str, where: str) -> Platform:
    advice = "apply the environment with this version of the project; its outputs are a contract"
    try:
        shown: Any = json.loads(text)
        values = {name: one["value"] for name, one in shown.items()}
        return Platform.model_validate(values)
    except ValidationError as error:
        wrong = "\n".join(
            f"  {'.'.join(map(str, one['loc']))}: {one['msg'].lower()}" for one in error.errors()
        )
        raise UsageError(f"the outputs in {where} do not fit:\n{wrong}", advice=advice) from None
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise UsageError(
            f"{where} is not what terraform output -json prints ({error!r})",
            advice="terraform output -json > FILE",
        ) from error
