"""A synthesized stack: what an environment asks of Google, before and after it is applied."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract.quantities import cpu_millis, memory_bytes
from operations.core import outputs
from operations.core.runtime import Runtime


@dataclass(frozen=True, kw_only=True)
class RunWorkload:
    """A Cloud Run service or job in one region."""

    name: str
    region: str
    instances: int
    """The highest number at a time; those of a job run its tasks."""
    cpu: int
    """Of one instance, in thousandths."""
    memory: int
    """Of one instance, in bytes."""
    gpus: int
    gpu_zonal_redundancy: bool
    ingress: str
    """Of a service; empty for a job."""
    egress: str
    """Of vpc_access; empty without it."""


@dataclass(frozen=True)
class Stack:
    """The JSON of a stack, by what is asked of it."""

    document: Mapping[str, Any]

    @property
    def project(self) -> str:
        """The project of the provider without an alias."""
        providers = self.document["provider"]["google"]
        return str(next(provider for provider in providers if "alias" not in provider)["project"])

    @property
    def state_bucket(self) -> str:
        """The bucket of the state."""
        return str(self.document["terraform"]["backend"]["gcs"]["bucket"])

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that lead to the load balancer."""
        return tuple(self.document["output"]["hosts"]["value"])

    def resources(self, type_: str) -> list[Mapping[str, Any]]:
        """Return the resources of a type."""
        return list(self.document["resource"].get(type_, {}).values())

    def values(self, type_: str, attribute: str) -> list[str]:
        """Return an attribute of every resource of a type, where it is set."""
        return [
            str(resource[attribute]) for resource in self.resources(type_) if attribute in resource
        ]

    @property
    def services(self) -> list[RunWorkload]:
        """Every Cloud Run service."""
        return [_service(resource) for resource in self.resources("google_cloud_run_v2_service")]

    @property
    def is_protected(self) -> bool:
        """Whether the environment file says `protect: true`."""
        services = self.resources("google_cloud_run_v2_service")
        return any(service["deletion_protection"] for service in services)

    @property
    def workloads(self) -> list[RunWorkload]:
        """Every Cloud Run service and job; the quotas of CPU and memory count both."""
        return [*self.services, *map(_job, self.resources("google_cloud_run_v2_job"))]

    @property
    def public(self) -> list[str]:
        """The types of the grants to everybody."""
        return [
            type_
            for type_ in self.document["resource"]
            if type_.endswith("_iam_member") and "allUsers" in self.values(type_, "member")
        ]


def read(environment: str, runtime: Runtime) -> Stack:
    """Read the stack of an environment.

    Raises:
        UsageError: it is not synthesized.
    """
    folder = outputs.stack_folder(environment, runtime)
    outputs.check_stack_is_current(folder)
    return Stack(json.loads((folder / "cdk.tf.json").read_text("utf-8")))


def read_bootstrap(environment: str, runtime: Runtime) -> Stack | None:
    """Read the bootstrap of an environment; None where it is not synthesized."""
    file = runtime.stacks / f"{environment}-bootstrap" / "cdk.tf.json"
    return Stack(json.loads(file.read_text("utf-8"))) if file.is_file() else None


def _service(resource: Mapping[str, Any]) -> RunWorkload:
    template = resource["template"]
    return _workload(resource, template, template["scaling"]["max_instance_count"])


def _job(resource: Mapping[str, Any]) -> RunWorkload:
    execution = resource["template"]
    tasks = execution.get("task_count", 1)
    return _workload(resource, execution["template"], execution.get("parallelism") or tasks)


def _workload(
    resource: Mapping[str, Any], template: Mapping[str, Any], instances: int
) -> RunWorkload:
    limits = [container["resources"]["limits"] for container in template["containers"]]
    return RunWorkload(
        name=str(resource["name"]),
        region=str(resource["location"]),
        instances=int(instances),
        cpu=sum(cpu_millis(each["cpu"]) for each in limits),
        memory=sum(memory_bytes(each["memory"]) for each in limits),
        gpus=sum(int(each.get("nvidia.com/gpu", 0)) for each in limits),
        gpu_zonal_redundancy=not template.get("gpu_zonal_redundancy_disabled", False),
        ingress=str(resource.get("ingress", "")),
        egress=str(template.get("vpc_access", {}).get("egress", "")),
    )
