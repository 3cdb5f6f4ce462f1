"""Cloud Run: sizes and GPUs of services and jobs, checked on their
own.
"""

import re
from collections.abc import Iterator

from facts import cloud_run
from offline.services.context import Block, RuleContext, at, blocks, text
from offline.services.registry import rule

SERVICE, JOB = "google_cloud_run_v2_service", "google_cloud_run_v2_job"
GPU = "nvidia.com/gpu"
_UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def template(context: RuleContext) -> Block:
    """Return the template of a revision: of a job that is the template within the template."""
    items = context.blocks("template.template" if context.type == JOB else "template")
    return items[0] if items else {}


def containers(context: RuleContext) -> Iterator[tuple[int, Block]]:
    """Yield the containers with their index."""
    yield from enumerate(blocks(template(context), "containers"))


def limits(container: Block) -> Block:
    """Return the resource limits of a container; empty when none are given."""
    value = at(container, "resources.limits")
    return value if isinstance(value, dict) else {}


def cpus(value: object) -> float | None:
    """VCPU in Kubernetes' notation: `2`, `1000m`."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(m?)", str(value))
    return None if match is None else float(match[1]) / (1000 if match[2] else 1)


def mebibytes(value: object) -> float | None:
    """Memory in MiB from Kubernetes' notation: `512Mi`, `4Gi`."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(k|M|G|Ki|Mi|Gi)?", str(value))
    return None if match is None else float(match[1]) * _UNITS[match[2] or ""] / 2**20


@rule(SERVICE, JOB)
def sizes(context: RuleContext) -> str | None:
    """CPU that is not offered, or memory that does not go with it."""
    for index, container in containers(context):
        given = limits(container)
        cpu, memory = cpus(given.get("cpu") or "1"), mebibytes(given.get("memory") or "512Mi")
        where = f"template.containers[{index}].resources.limits"
        if cpu is None or memory is None:
            return f"{where}: Invalid quantity {dict(given)}."
        problem = _pair(cpu, memory)
        if problem:
            return f"{where}: {problem}"
    return None


def _pair(cpu: float, memory: float) -> str | None:
    # The API takes what the first generation of execution environments takes.
    bounds = cloud_run.memory_range_mib(cpu, generation=1)
    if bounds is None:
        return "Invalid value specified for cpu. Must be equal to one of [.08-1], 1, 2, 4, 6, 8."
    low, high = bounds
    if low <= memory <= high:
        return None
    return (
        f"Invalid value specified for memory. For {cpu:.1f} CPU, memory must be between "
        f"{_size(low)} "
        f"and {_size(high)} inclusive."
    )


def _size(mebi: int) -> str:
    return f"{mebi // 1024}Gi" if mebi % 1024 == 0 else f"{mebi}Mi"


@rule(SERVICE, JOB)
def gpu(context: RuleContext) -> str | None:
    """Reject a GPU without its type, 4 CPU, 16 GiB, CPU always on and a region that has it; or a
    type without a GPU.
    """
    chosen = text(template(context), "node_selector.accelerator")
    containers_ = [(item, limits(item)) for _, item in containers(context) if GPU in limits(item)]
    if chosen and not containers_:
        return (
            "template.nodeSelector: an accelerator needs a container with a limit of "
            "nvidia.com/gpu."
        )
    for container, given in containers_:
        if str(given[GPU]) != "1":
            return (
                f"template.containers.resources.limits[{GPU}]: '{given[GPU]}' is invalid, "
                "must be 1."
            )
        if not chosen and not _unknown_selector(context):
            return (
                "template.nodeSelector: a GPU requires run.googleapis.com/accelerator to be "
                "set (nvidia-l4)."
            )
        problem = _gpu_host(context, container, given)
        if problem:
            return problem
    return None


def _unknown_selector(context: RuleContext) -> bool:
    return any(
        node_selector.get("accelerator") is not None
        and not isinstance(node_selector.get("accelerator"), str)
        for node_selector in blocks(template(context), "node_selector")
    )


def _gpu_host(context: RuleContext, container: Block, given: Block) -> str | None:
    cpu, memory = cpus(given.get("cpu") or "1"), mebibytes(given.get("memory") or "512Mi")
    if cpu is not None and cpu < cloud_run.gpu_min_cpu():
        return f"A GPU requires at least {cloud_run.gpu_min_cpu()} CPU, got {cpu:g}."
    least = cloud_run.gpu_min_memory_mib()
    if memory is not None and memory < least:
        return (
            f"A GPU requires at least {_size(least)} of memory, "
            f"got {given.get('memory') or '512Mi'}."
        )
    if context.type == SERVICE and at(container, "resources.cpu_idle") is True:
        return (
            "A GPU requires instance-based billing: CPU must always be allocated (cpu_idle = "
            "false)."
        )
    if context.region and context.region not in cloud_run.gpu_regions():
        return f"GPU nvidia-l4 is not available in region {context.region}."
    return None
