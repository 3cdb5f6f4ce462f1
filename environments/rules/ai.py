"""Rules of the vector index."""

from collections.abc import Iterator

from environments.problems import Path, Problem
from environments.schema import Environment

_MACHINES = {
    "SHARD_SIZE_SMALL": ("e2-standard-2", "e2-standard-16", "e2-highmem-16", "n2d-standard-32"),
    "SHARD_SIZE_MEDIUM": ("e2-standard-16", "e2-highmem-16", "n2d-standard-32"),
    "SHARD_SIZE_LARGE": ("e2-highmem-16", "n2d-standard-32"),
}
"""Machines by shard size. Source: provider doc `google_vertex_ai_index_endpoint_deployed_index`,
`dedicated_resources`."""
_AT: Path = ("vector_search", "deployment")


def check_vector_search(environment: Environment) -> Iterator[Problem]:
    """A replica's machine holds a shard, the most replicas are not below the least, and some
    service searches.
    """
    index = environment.vector_search
    if not index or not index.deployment:
        return
    deployment = index.deployment
    machines = _MACHINES[index.shard_size]
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
