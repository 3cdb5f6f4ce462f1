"""Regions, and the other places where a bucket can be."""

from functools import cache

from facts.table import read, strings


@cache
def regions() -> frozenset[str]:
    """Return the regions of Google Cloud, such as `us-central1`."""
    return strings("locations", "regions")


def kms_location(location: str) -> str:
    """Return the location of Cloud KMS whose keys encrypt what is in a location: that of a bucket
    in any case of letters, a region, or `global`.
    """
    names = read("locations")["kms_locations"].value
    return str(names.get(location.upper(), location.lower()))


@cache
def bucket_areas() -> frozenset[str]:
    """Return the multi-regions and dual-regions of Cloud Storage, such as `EU`."""
    return strings("locations", "bucket_areas")
