"""Cloud Run: machine sizes, GPUs, probes and reserved variables."""

from functools import cache
from typing import Literal

from facts.table import integer, read, strings

Generation = Literal[1, 2]
"""Generation of the execution environment."""


@cache
def memory_range_mib(cpu: float, generation: Generation) -> tuple[int, int] | None:
    """Return the lowest and the highest memory in MiB of an instance with that many vCPU.

    None if Cloud Run has no such number of vCPU.
    """
    facts = read("cloud_run")
    minimum = int(facts["min_memory_mib_by_generation"].value[str(generation)])
    fractions = facts["memory_mib_by_fractional_cpu"].value
    steps = [most for start, most in fractions.items() if float(start) <= cpu]
    if cpu < 1 and steps:
        return minimum, max(steps)
    low, high = facts["memory_mib_by_cpu"].value.get(f"{cpu:g}", (0, 0))
    return (max(low, minimum), high) if high else None


@cache
def gpu_regions() -> frozenset[str]:
    """Return the regions with nvidia-l4 GPUs; some of them by invitation only."""
    return strings("cloud_run", "gpu_regions")


def gpu_min_cpu() -> int:
    """Return the lowest number of vCPU of an instance with a GPU."""
    return integer("cloud_run", "gpu_min_cpu")


def gpu_min_memory_mib() -> int:
    """Return the lowest memory in MiB of an instance with a GPU."""
    return integer("cloud_run", "gpu_min_memory_mib")


@cache
def reserved_variables() -> frozenset[str]:
    """Return the environment variables that Cloud Run sets in services."""
    return strings("cloud_run", "reserved_variables")


@cache
def reserved_job_variables() -> frozenset[str]:
    """Return the environment variables that Cloud Run sets in jobs."""
    return strings("cloud_run", "reserved_job_variables")


def max_startup_seconds() -> int:
    """Return the longest startup probe: period times failure threshold, in seconds."""
    return integer("cloud_run", "max_startup_seconds")


def max_startup_period_seconds() -> int:
    """Return the longest period of a startup probe in seconds."""
    return integer("cloud_run", "max_startup_period_seconds")


def max_liveness_period_seconds() -> int:
    """Return the longest period of a liveness probe in seconds."""
    return integer("cloud_run", "max_liveness_period_seconds")


def max_request_seconds() -> int:
    """Return the longest timeout of a request in seconds."""
    return integer("cloud_run", "max_request_seconds")


def max_concurrency() -> int:
    """Return the highest number of requests that one instance handles at a time."""
    return integer("cloud_run", "max_concurrency")


def max_services() -> int:
    """Return the default number of services of a project in a region."""
    return integer("cloud_run", "max_services")


def max_variables() -> int:
    """Return the highest number of environment variables of a service."""
    return integer("cloud_run", "max_variables")


def max_variable_bytes() -> int:
    """Return the length of the longest value of an environment variable, in bytes."""
    return integer("cloud_run", "max_variable_bytes")
