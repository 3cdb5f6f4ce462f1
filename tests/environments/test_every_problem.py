"""Everything that is wrong is reported at once, and nothing that is not."""

from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings, strategies as st

from tests.environments.samples import FULL_TEXT, REMOVED, changed, load_problems, problems_of

EDITS = (
    ("node_env: production", "node_env: prod"),
    ("    services_range: 10.2.16.0/20", "    services_range: 10.0.16.0/20"),
    ("    min_instances: 20", "    min_instances: 21"),
    ("    concurrency: 10", "    concurency: 10"),
    ("    secrets: {SESSION_KEY: session-key}", "    secrets: {SESSION_KEY: session}"),
    ("  model:", "  model-for-answers-and-more:"),
    ("    regions: [us-central1]", "    regions: [us-east1]"),
    ("storage:", "# storage:"),
    (
        "  backups: {location: us-central1, retention_days: 5, expire_days: 10,"
        " lock_retention: true}",
        "",
    ),
    ("  noncurrent_days: 3", ""),
    ('  upload_origins: ["https://full.example.com"]', ""),
)
WRONG = (
    ("storage", ""),
    ("node_env", "node_env: prod"),
    ("regions.us-east1.services_range", "    services_range: 10.0.16.0/20"),
    ("services.api.max_instances", "    max_instances: 20"),
    ("services.api.concurency", "    concurency: 10"),
    ("services.api.secrets.SESSION_KEY", "    secrets: {SESSION_KEY: session}"),
    ("services.model-for-answers-and-more", "  model-for-answers-and-more:"),
    (
        "services.model-for-answers-and-more.gpu",
        "    gpu: {type: nvidia-l4, zonal_redundancy: true}",
    ),
)
"""Path of each problem and the line that it names, in the order of the file."""


def test_load_reports_every_problem_of_one_file_with_its_line(tmp_path: Path) -> None:
    lines = FULL_TEXT.splitlines()
    for old, new in EDITS:
        lines[lines.index(old)] = new
    file = tmp_path / "integration.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    problems = load_problems(tmp_path)
    assert [(".".join(map(str, one.path)), one.line) for one in problems] == [
        (path, lines.index(line) + 1 if line else None) for path, line in WRONG
    ]
    assert {one.file for one in problems} == {str(file)}


class Fault(NamedTuple):
    """One change that makes `full` wrong."""

    path: str
    value: Any
    at: str = ""
    """Where the problem is, if not where the change is."""
    needs: tuple[str, ...] = ()
    """Other paths that must be as they are, or it is no problem, or not known to be one."""

    @property
    def where(self) -> str:
        return self.at or self.path

    def collides(self, other: "Fault") -> bool:
        """Whether the two can not stand in one file, or the other hides this one."""
        return any(_touch(path, other.path) for path in (self.path, self.where, *self.needs))


def _touch(one: str, other: str) -> bool:
    """Whether one path is the other, or leads to it, or the other way round."""
    pairs = zip(one.split("."), other.split("."), strict=False)
    return all(mine == its or mine == "*" for mine, its in pairs)


SERVICE = {"cpu": 1, "memory": "1Gi", "max_instances": 1}
ROUTES = ("services.*.route.default",)
FAULTS = (
    # The schema.
    Fault("protekt", 5),
    Fault("node_env", "test"),
    Fault("protect", REMOVED),
    Fault("labels.Cost", "x"),
    Fault("state", REMOVED),
    Fault("regions.us-central1.connectors", {}),
    Fault("regions.us-central1.pods_range", "10.0.32.1/29"),
    Fault("regions.us-east1.subnet_range", REMOVED),
    Fault("network.egress", "nat"),
    Fault("load_balancer", []),
    Fault("cloud_armor.rate_limit.interval_seconds", REMOVED),
    Fault("cloud_armor.allow_ranges.0", "everyone"),
    Fault("database.version", "POSTGRES_9"),
    Fault("database.slow_query_ms", "slow"),
    Fault("cache.memory_gb", 0),
    Fault("registry.keep_versions", {}),
    Fault("secrets.session-key.source", "vault"),
    Fault("services.api.cpu", 3),
    Fault("services.api.memory", "32GB"),
    Fault("services.api.database.pool_size", 0),
    Fault("services.api.concurency", 5),
    Fault("services.Admin", None),
    Fault("migration_job.timeout_seconds", 0),
    # The rules.
    Fault("environment", "other"),
    Fault("primary_region", "us-west1", needs=("regions",)),
    Fault("regions.us-central1.services_range", "10.2.0.0/24", "regions.us-east1.subnet_range"),
    Fault("regions.us-central1.connector.range", "10.3.0.0/27"),
    Fault("regions.us-east1.connector.max_instances", 2),
    Fault("regions.us-east1.services_range", "10.2.16.0/30"),
    Fault(
        "network.private_services_range",
        "10.64.0.0/24",
        needs=(
            "regions",
            "primary_region",
            "database.replicas",
            "network.additional_private_services_ranges",
        ),
    ),
    Fault("domain.alias_labels", ["www", "www"]),
    Fault("database.tier", "db-n1-standard-1"),
    Fault("database.disk_limit_gb", 9, needs=("database.disk_size_gb",)),
    Fault("database.migration_user", "app", needs=("database.user",)),
    Fault("database.max_connections", 119, needs=("services.api.database.pool_size",)),
    Fault("database.flags.max_connections", "5"),
    Fault("database.backups.retained_backups", 2, needs=("database.backups.log_retention_days",)),
    Fault("database.maintenance.hour", 12, needs=("database.backups.start_hour",)),
    Fault("database.replicas.reader.region", "us-west1"),
    Fault("cache.high_availability", False, "cache.snapshots"),
    Fault("storage.backups.location", "US-EAST1", needs=("primary_region",)),
    Fault("storage.backups.expire_days", 5, needs=("storage.backups.retention_days",)),
    Fault("secrets.redis-x", {"source": "external"}),
    Fault("services.model.route.default", True, "services", ROUTES),
    Fault("services.model.route.paths", ["/v1"], "services.model.route.paths.0"),
    Fault("services.api.route.cdn.max_ttl_seconds", 29),
    Fault("services.api.min_instances", 21, "services.api.max_instances"),
    Fault("services.api.env.PORT", "80"),
    Fault("services.api.secrets.SESSION_KEY", "session"),
    Fault("services.model.regions", ["us-east1"], "services.model.gpu"),
    Fault("services.model.cpu_always_allocated", False),
    Fault("services.a-name-that-is-too-long", SERVICE, needs=("environment", "project_name")),
    Fault("services.migrate", SERVICE, needs=("migration_job",)),
)


def _where(*faults: Fault) -> list[str]:
    return [
        path
        for path, _, _ in problems_of(
            changed("full", {one.path: one.value for one in faults}), "integration"
        )
    ]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.path)
def test_check_reports_one_problem_for_one_fault(fault: Fault) -> None:
    assert _where(fault) == [fault.where]


def test_check_reports_two_problems_for_two_faults() -> None:
    pairs = [
        (one, other)
        for one, other in combinations(FAULTS, 2)
        if not one.collides(other) and not other.collides(one)
    ]
    assert len(pairs) > 1200
    wrong = {
        (one.path, other.path): _where(one, other)
        for one, other in pairs
        if _where(one, other) != sorted([one.where, other.where])
    }
    assert wrong == {}


@settings(deadline=None)
@given(st.lists(st.sampled_from(FAULTS), min_size=3, unique_by=lambda fault: fault.path))
def test_check_reports_as_many_problems_as_faults(drawn: list[Fault]) -> None:
    faults: list[Fault] = []
    for one in drawn:
        if not any(one.collides(other) or other.collides(one) for other in faults):
            faults.append(one)
    assert _where(*faults) == sorted(one.where for one in faults)
