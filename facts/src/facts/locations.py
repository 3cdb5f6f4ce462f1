"""Regions, and the other places where a bucket can be."""

from functools import cache

from facts.table import strings


@cache
def regions() -> frozenset[str]:
    """Return the regions of Google Cloud, such as `us-central1`."""
    return strings("locations", "regions")


@cache
def bucket_areas() -> frozenset[str]:
    """Return the multi-regions and dual-regions of Cloud Storage, such as `EU`."""
    return strings("locations", "bucket_areas")
