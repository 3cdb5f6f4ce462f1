"""Quotas: default values, and how Google calls those of Cloud Run and Compute Engine."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from facts.table import read

Resource = Literal["cpu", "memory", "gpu", "gpu_zonal_redundancy"]


class RunQuota(NamedTuple):
    """A quota of Cloud Run, per region."""

    metric: str
    """Metric of run.googleapis.com."""
    id: str
    """Quota ID, as `gcloud beta quotas` takes it."""


@cache
def defaults() -> Mapping[str, float]:
    """Return the quotas of a project in use for a while; units are in the note of the fact."""
    return MappingProxyType(read("quotas")["defaults"].value)


@cache
def monitoring() -> Mapping[str, float]:
    """Return the quotas of Cloud Monitoring and of log-based metrics; none is confirmed."""
    return MappingProxyType(read("quotas")["monitoring"].value)


@cache
def new_project() -> Mapping[str, float]:
    """Return the quotas that new projects reportedly have, by names of `defaults`."""
    return MappingProxyType(read("quotas")["new_project"].value)


def cloud_run(resource: Resource) -> RunQuota:
    """Return the quota of a resource of Cloud Run: vCPU in thousandths, memory in bytes, GPUs."""
    return RunQuota(**read("quotas")["cloud_run"].value[resource])


@cache
def compute_types() -> Mapping[str, str]:
    """Return the Terraform resource type that each quota metric of Compute Engine counts.

    Metrics that count something else than resources of one type are left out.
    """
    return MappingProxyType(read("quotas")["compute"].value)
