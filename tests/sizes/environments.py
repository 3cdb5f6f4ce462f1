"""Environment files of any size, made from one content."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from tests.template import ROOT, Template

REGIONS = ("us-central1", "europe-west1", "asia-east1")
LONGEST_SERVICE = 30 - len("grid-s300-")
"""Characters of the longest service name; the limit is that of a service account."""


class Size(NamedTuple):
    """What makes an environment large."""

    services: int
    regions: int = 1
    name_characters: int = 0
    """Length of the services' names; 0 for short ones."""
    values: int = 1
    """How many different limits and targets the services have."""
    paths: int = 1
    """Paths of each service."""
    gateway: bool = False

    @property
    def name(self) -> str:
        """Name of the environment."""
        return f"s{self.services}"


def content(size: Size) -> dict[str, Any]:
    """Return the content of an environment file."""
    first, *_ = REGIONS
    name = size.name
    return {
        "environment": name,
        "project_id": f"grid-{name}-example",
        "node_env": "production",
        "protect": False,
        "state": {"bucket": f"grid-{name}-example-tfstate", "prefix": "grid"},
        "primary_region": first,
        "regions": {
            region: {
                "subnet_range": f"10.{number}.0.0/20",
                "services_range": f"10.{number}.16.0/20",
                "pods_range": f"10.{number}.32.0/20",
                "connector": {"range": f"10.100.{number}.0/28"},
            }
            for number, region in enumerate(REGIONS[: size.regions])
        },
        "network": {"private_services_range": "10.64.0.0/16"},
        "domain": {"name": f"{name}.example.com"},
        "database": {"tier": "db-custom-1-3840"},
        "storage": {"backups": {"location": "US", "retention_days": 7}},
        "services": dict(_services(size)),
        "monitoring": {"alert_email": "oncall@example.com"},
        **({"gateway": {"billing_type": "PAYG"}} if size.gateway else {}),
    }


def _services(size: Size) -> Iterable[tuple[str, dict[str, Any]]]:
    for number in range(size.services):
        name = f"s{number}".ljust(size.name_characters, "x")
        value = number % size.values
        yield (
            name,
            {
                "route": {
                    "default": number == 0,
                    "paths": [f"/{name}/{path}" for path in range(size.paths)],
                },
                "max_instances": 1 + value,
                "target_cpu_percent": 10 + value % 80,
                "slo": {"latency_ms": 100 + value},
            },
        )


@cache
def synthesized(sizes: tuple[Size, ...]) -> Mapping[str, Template]:
    """Return the platforms of environments of these sizes by name, written as `make synth` does."""
    with TemporaryDirectory(prefix="grid-sizes-") as scratch:
        files, out = Path(scratch, "environments"), Path(scratch, "out")
        files.mkdir()
        for size in sizes:
            text = json.dumps(content(size))
            (files / f"{size.name}.yaml").write_text(text, encoding="utf-8")
        environ = {**os.environ, "GRID_ENVIRONMENTS": str(files), "CDKTF_OUTDIR": str(out)}
        command = [sys.executable, "-O", str(ROOT / "main.py")]
        done = subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return {
            size.name: Template(
                json.loads((out / "stacks" / size.name / "cdk.tf.json").read_text("utf-8"))
            )
            for size in sizes
        }
