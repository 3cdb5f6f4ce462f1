"""Vertex AI Vector Search: machines and replicas of a deployed index."""

from functools import cache

from facts.table import integer, read


@cache
def machine_types(shard_size: str) -> tuple[str, ...]:
    """Return the machine types that hold a shard of that size, the smallest first.

    Empty if there is no such shard size.
    """
    return tuple(read("vertex_ai")["machine_types_by_shard_size"].value.get(shard_size, ()))


def max_replicas() -> int:
    """Return the highest number of replicas of a deployed index."""
    return integer("vertex_ai", "max_replicas")
