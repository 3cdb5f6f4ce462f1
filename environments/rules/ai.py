"""Rules of the vector index."""

from collections.abc import Iterator
from typing import get_args

from environments.problems import Path, Problem
from environments.schema import Environment
from environments.schema.ai import MachineType
from facts import vertex_ai

_AT: Path = ("vector_search", "deployment")


def check_vector_search(environment: Environment) -> Iterator[Problem]:
    """Check that a replica's machine holds a shard, that the maximum of replicas is not below the
    minimum, and that some service searches.
    """
    index = environment.vector_search
    if not index or not index.deployment:
        return
    deployment = index.deployment
    known = get_args(MachineType)
    machines = [name for name in vertex_ai.machine_types(index.shard_size) if name in known]
    if deployment.machine_type not in machines:
        expected = f"{' or '.join(machines)} for {index.shard_size}"
        path, size = (*_AT, "machine_type"), ("vector_search", "shard_size")
        yield Problem(path, deployment.machine_type, expected, depends_on=(size,))
    if deployment.min_replicas > deployment.max_replicas:
        expected = f"at least min_replicas ({deployment.min_replicas})"
        most, least = (*_AT, "max_replicas"), (*_AT, "min_replicas")
        yield Problem(most, str(deployment.max_replicas), expected, depends_on=(least,))
    if not any(service.vertex_ai for service in environment.services.values()):
        expected = "vertex_ai: true in a service, or no deployment: its replicas are billed all day"
        asked = ("services", "*", "vertex_ai")
        yield Problem(_AT, "no service that searches", expected, depends_on=(asked,))


RULES = (check_vector_search,)
