"""Environments of different shapes, synthesized once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from preview.architecture.model import Architecture
from preview.architecture.reader import read
from tests.template import Template, platform, platforms, variant


def _region(number: int) -> dict[str, object]:
    return {
        "subnet_range": f"10.{number}.0.0/20",
        "services_range": f"10.{number}.16.0/20",
        "pods_range": f"10.{number}.32.0/20",
        "connector": {"range": f"10.1.0.{number * 16}/28"},
    }


SHAPES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "dev": ("dev", {}),
    "prod": ("prod", {}),
    "three-regions": (
        "prod",
        {"regions.europe-west1": _region(4), "database.max_connections": 1000},
    ),
    "twelve-services": (
        "dev",
        {
            f"services.worker-{number}": {"cpu": 1, "memory": "1Gi", "max_instances": 2}
            for number in range(9)
        },
    ),
    "small": ("dev", {"vector_search": None, "migration_job": None, "network.egress": "direct"}),
    "no-gateway": ("prod", {"gateway": None, "vector_search": None, "backups": None}),
}
"""Changes to a fixture by the name of the shape."""


@cache
def template(shape: str) -> Template:
    """Return the stack of a shape."""
    name, changes = SHAPES[shape]
    return platform(variant(name, changes)) if changes else platforms()[name]


@cache
def architecture(shape: str) -> Architecture:
    """Return the architecture of a shape."""
    return read(template(shape).document, shape.partition("-")[0])
