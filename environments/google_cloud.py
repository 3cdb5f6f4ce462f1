"""Facts of Google Cloud that a file can be checked against before anything is planned."""

import re

REGIONS = frozenset(
    """
    africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3
    asia-south1 asia-south2 asia-southeast1 asia-southeast2 asia-southeast3 australia-southeast1
    australia-southeast2 europe-central2 europe-north1 europe-north2 europe-southwest1
    europe-west1 europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9
    europe-west10 europe-west12 me-central1 me-central2 me-west1 northamerica-northeast1
    northamerica-northeast2 northamerica-south1 southamerica-east1 southamerica-west1
    us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4
    """.split()
)
"""Regions. Source: "Cloud locations", cloud.google.com/about/locations."""

MULTI_REGIONS = frozenset("ASIA EU US ASIA1 EUR4 EUR5 EUR7 EUR8 NAM4".split())
"""Locations of a bucket that are more than a region: multi-regions, and pairs of regions. Source:
Cloud Storage, "Bucket locations"."""

GPU_REGIONS = frozenset(
    """
    asia-south1 asia-southeast1 europe-west1 europe-west4 us-central1 us-east4
    """.split()
)
"""Regions with nvidia-l4 for Cloud Run. Source: Cloud Run, "GPU support for services"; some of
them by invitation only."""

MEMORY_MIB = {
    1: (512, 4096),
    2: (512, 8192),
    4: (2048, 16384),
    8: (4096, 32768),
}
"""Least and most memory of a Cloud Run instance by vCPU, in MiB. Source: Cloud Run, "Configure
CPU limits" and "Configure memory limits"; the least is that of the second generation. The API's
reference does not name the 6 vCPU of the guide, so they are left out."""

GPU_MIN_CPU = 4
"""Least vCPU beside an nvidia-l4. Source: Cloud Run, "GPU support for services"."""
GPU_MIN_MEMORY_MIB = 16384
"""Least memory in MiB beside an nvidia-l4. Source: as above."""

RESERVED_VARIABLES = frozenset({"PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"})
"""Environment variables that Cloud Run sets itself. Source: "Container runtime contract"."""

RESERVED_CONNECTIONS = 20
"""Database connections kept for migrations, Cloud SQL's own agents and a person with psql."""

ALERT_CONDITIONS = 6
"""Most conditions of an alert policy. Source: Monitoring API, AlertPolicy.conditions."""

_CONTINENTS = {
    "africa": "af",
    "asia": "as",
    "australia": "au",
    "europe": "eu",
    "me": "me",
    "northamerica": "na",
    "southamerica": "sa",
    "us": "us",
}
_DIRECTIONS = {
    "central": "c",
    "north": "n",
    "northeast": "ne",
    "south": "s",
    "southeast": "se",
    "southwest": "sw",
    "east": "e",
    "west": "w",
}


def short_region(region: str) -> str:
    """A region in four to six characters, for names with tight limits: `us-central1` is `usc1`.

    Raises:
        ValueError: the region is not one of `REGIONS`.
    """
    match = re.fullmatch(r"([a-z]+)-([a-z]+)([0-9]+)", region)
    if not match or region not in REGIONS:
        raise ValueError(f"{region!r} is not a Google Cloud region")
    continent, direction, number = match.groups()
    return f"{_CONTINENTS[continent]}{_DIRECTIONS[direction]}{number}"


def memory_mib(quantity: str) -> int:
    """Memory such as `512Mi` or `2Gi` in MiB."""
    factor = 1024 if quantity.endswith("Gi") else 1
    return int(quantity[:-2]) * factor


def sql_tier_problem(tier: str) -> str | None:
    """What is wrong with a Cloud SQL for PostgreSQL tier of edition ENTERPRISE, or None.

    Source: Cloud SQL for PostgreSQL, "Instance settings": shared core, or a custom machine with
    one or an even number of vCPU, 3840 MiB or more in steps of 256, and 0.9 to 6.5 GiB a vCPU.
    """
    if tier in {"db-f1-micro", "db-g1-small"}:
        return None
    match = re.fullmatch(r"db-custom-([0-9]+)-([0-9]+)", tier)
    if not match:
        return "db-f1-micro, db-g1-small or db-custom-<vCPU>-<memory in MiB>"
    cpu, memory = int(match[1]), int(match[2])
    if not 1 <= cpu <= 96 or (cpu > 1 and cpu % 2):
        return "1 or an even number of vCPU up to 96"
    if memory < 3840 or memory % 256:
        return "at least 3840 MiB of memory, in steps of 256"
    if not 0.9 * 1024 * cpu <= memory <= 6.5 * 1024 * cpu:
        return f"{0.9 * 1024 * cpu:.0f} to {6.5 * 1024 * cpu:.0f} MiB of memory for {cpu} vCPU"
    return None
