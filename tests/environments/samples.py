"""Contents of environment files to break, and ways to break them."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path as FilePath
from typing import Any

import pytest
import yaml

from environments import EnvironmentFileError, Problem, load
from environments.checking import check
from environments.problems import Path
from tests.template import ENVIRONMENTS, data

Content = dict[str, Any]
Changes = Mapping[str, Any]
"""New values by dotted path; `REMOVED` takes the key away."""
ProblemRow = tuple[str, str, str]
"""Path, actual and expected of a problem."""
Row = tuple[str, Changes, Changes, list[ProblemRow]]
"""A file's name, changes that a rule allows, changes that it does not, and what it says then."""

REMOVED: Any = object()
PROJECT = tuple(sorted(file.stem for file in ENVIRONMENTS.glob("*.yaml")))
"""Names of the project's environments."""

NAMED: tuple[Path, ...] = (
    ("labels",),
    ("regions",),
    ("database", "flags"),
    ("database", "replicas"),
    ("secrets",),
    ("encryption", "kms_keys"),
    ("services",),
    ("services", "*", "env"),
    ("services", "*", "secrets"),
)
"""Mappings whose keys are names, which the file chooses."""

FULL_TEXT = """\
environment: integration
project_id: grid-full-example
project_name: g
node_env: production
protect: true
labels: {cost_center: platform}
state: {bucket: grid-full-example-tfstate, prefix: grid/full}
primary_region: us-east1
regions:
  us-central1:
    subnet_range: 10.0.0.0/26
    services_range: 10.0.16.0/29
    pods_range: 10.0.32.0/29
    connector: {range: 10.1.0.0/28, machine_type: f1-micro, min_instances: 8, max_instances: 9}
  us-east1:
    subnet_range: 10.2.0.0/20
    services_range: 10.2.16.0/20
    pods_range: 192.168.240.0/20
    connector: {range: 10.1.0.16/28, machine_type: e2-micro, min_instances: 2, max_instances: 3}
network:
  egress: direct
  egress_traffic: ALL_TRAFFIC
  private_services_range: 10.64.0.0/23
  additional_private_services_ranges: [10.66.0.0/24]
  abandon_private_services_on_destroy: true
  flow_logs: {aggregation_interval: INTERVAL_5_SEC, sampling: 1}
  dns_logging: false
domain:
  name: full.example.com
  api_label: rest
  alias_labels: [www, api]
  dns_zone: full
load_balancer:
  access_log_sample_rate: 0.5
  tls_profile: RESTRICTED
  static_cache_seconds: 60
  grant_all_users: false
  outlier_detection:
    {consecutive_errors: 3, interval_seconds: 2, ejection_seconds: 60, max_ejection_percent: 100}
cloud_armor:
  preview: true
  allow_ranges: [203.0.113.0/24, "2001:db8::/32"]
  deny_ranges: [198.51.100.0/24]
  waf_rule_sets: [sqli-v33-stable]
  preview_rule_sets: [sqli-v33-stable]
  waf_sensitivity: 2
  rate_limit: {requests: 50, interval_seconds: 10, ban_seconds: 60}
  verbose_logs: true
database:
  version: POSTGRES_16
  edition: ENTERPRISE
  tier: db-custom-2-7680
  high_availability: true
  disk_size_gb: 10
  disk_limit_gb: 20
  max_connections: 120
  name: app
  user: app
  migration_user: grid_app
  password_version: 2
  flags: {log_lock_waits: "on"}
  slow_query_ms: 500
  backups: {start_hour: 12, retained_backups: 3, log_retention_days: 2}
  maintenance: {day: MONDAY, hour: 3}
  replicas:
    reader: {region: us-central1}
  promoted: {replica: writer, region: us-east1}
cache:
  version: REDIS_7_0
  memory_gb: 2
  high_availability: true
  snapshots: true
  maintenance: {day: TUESDAY, hour: 4}
storage:
  backups: {location: us-central1, retention_days: 5, expire_days: 10, lock_retention: true}
  noncurrent_days: 3
  upload_origins: ["https://full.example.com"]
registry: {immutable_tags: true, keep_versions: 5, delete_untagged_days: 3}
secrets:
  session-key: {source: generated, length: 32, version: 2, rotation_days: 30}
encryption:
  kms_keys:
    us-east1: projects/keys-example/locations/us-east1/keyRings/grid/cryptoKeys/grid
binary_authorization:
  {attestors: [projects/security-example/attestors/built],
   exempt_images: [us-docker.pkg.dev/tools/*], enforced: true}
organization:
  security_contact: security@example.com
  policies: [sql.restrictPublicIp]
  perimeter: {access_policy: "123456", services: [storage.googleapis.com],
    members: ["user:admin@example.com"], enforced: true}
services:
  api:
    regions: [us-east1]
    route: {default: true, paths: [/v1], cdn: {default_ttl_seconds: 30, max_ttl_seconds: 60,
      not_found_ttl_seconds: 5}}
    image: example.com/api
    cpu: 8
    memory: 32Gi
    cpu_always_allocated: true
    startup_cpu_boost: false
    min_instances: 20
    max_instances: 20
    concurrency: 10
    target_cpu_percent: 70
    timeout_seconds: 30
    database: {pool_size: 5}
    cache: true
    app_data: true
    env: {LOG_LEVEL: info}
    secrets: {SESSION_KEY: session-key}
    secret_files: true
    vertex_ai: true
    roles: [roles/storage.objectViewer]
    probes: {path: /ready, startup_period_seconds: 1, startup_failures: 240,
      liveness_period_seconds: 5, liveness_failures: 2}
    slo: {availability_percent: 99.9, latency_ms: 300, latency_percent: 99, rolling_days: 30}
  model:
    regions: [us-central1]
    route: {paths: [/model]}
    cpu: 4
    memory: 16Gi
    cpu_always_allocated: true
    gpu: {type: nvidia-l4, zonal_redundancy: true}
    max_instances: 1
migration_job: {image: example.com/migrate, cpu: 2, memory: 8Gi, timeout_seconds: 60}
vector_search:
  dimensions: 768
  distance: COSINE_DISTANCE
  approximate_neighbors: 100
  leaf_embeddings: 500
  leaf_search_percent: 20
  shard_size: SHARD_SIZE_MEDIUM
  deployment: {machine_type: e2-standard-16, min_replicas: 3, max_replicas: 3}
cost:
  billing_account: 012345-6789AB-CDEF01
  budget: {amount: 700, currency: EUR, thresholds: [0.25], forecast_thresholds: [1.5]}
  export:
    location: EU
    table: gcp_billing_export_resource_v1_012345_6789AB_CDEF01
    days: 60
    daily_report: {hour: 9}
monitoring:
  alert_email: oncall@example.com
  pagerduty_channel: "1234567890"
  runbooks_url: https://example.com/docs/runbooks
  uptime: {period_seconds: 300, timeout_seconds: 5}
  alerts: {error_percent: 2, error_seconds: 120, least_requests_per_second: 1, latency_seconds: 600,
    instances_percent: 90, database_cpu_percent: 70, database_memory_percent: 80,
    database_disk_percent: 70, database_connections_percent: 70, replica_lag_seconds: 30,
    cache_memory_percent: 70, auto_close_seconds: 1800}
  dashboard: false
  logs: {retention_days: 90, data_access_audit: false, all_services_audit: true,
    audit_alerts: false, archive: {retention_days: 90, locked: true},
    sink: {destination: storage.googleapis.com/other-logs, filter: severity>=ERROR}}
backups:
  {schedule: "*/30 6-9,18 * * *", time_zone: Europe/Berlin, timeout_minutes: 30, app_data_hour: 0}
ci:
  {repository: full/grid.infrastructure, repository_id: 1, branch: release/1.x, wave: 2,
   approval: true, roles: minimal}
gateway:
  billing_type: PAYG
  environment_type: COMPREHENSIVE
  nodes: {minimum: 11, maximum: 12}
  label: partners
  requests_per_second: 5
  app_requests_per_minute: 60
  target_timeout_seconds: 30
  egress_addresses: 2
smoke_job: {image: example.com/python}
"""
"""Every key of the schema. Where a value is bound by another one, it would be wrong beside the
other's default: whoever takes a broken part out of this file gets problems that are not there."""


def content(name: str) -> Content:
    """Return a copy of the content of one of the project's files, or of `full`."""
    return deepcopy(_content(name))


@cache
def _content(name: str) -> Content:
    loaded: Content = yaml.safe_load(FULL_TEXT) if name == "full" else data(name)
    return loaded


def changed(name: str, changes: Changes) -> Content:
    """Return the content of a file with other values."""
    result = content(name)
    for path, value in changes.items():
        put(result, tuple(int(key) if key.isdigit() else key for key in path.split(".")), value)
    return result


def put(target: Any, path: Path, value: Any) -> None:
    """Set the value at a path, and the mappings that lead there; `REMOVED` takes the key away."""
    for key in path[:-1]:
        target = target.setdefault(key, {}) if isinstance(target, dict) else target[key]
    if value is REMOVED:
        del target[path[-1]]
    else:
        target[path[-1]] = deepcopy(value)


def paths(value: Any, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every key and item of a content, with its value."""
    below: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        below = list(value.items())
    elif isinstance(value, list):
        below = list(enumerate(value))
    for key, item in below:
        yield (*at, key), item
        yield from paths(item, (*at, key))


def dotted(path: Path) -> str:
    return ".".join(map(str, path))


def problems_of(wrong: Any, name: str = "") -> list[ProblemRow]:
    """Return the problems of a content, sorted; its name is right unless one is given."""
    name = name or (wrong.get("environment", "") if isinstance(wrong, dict) else "")
    problems = check(wrong, name).problems
    return sorted((dotted(one.path), one.actual, one.expected) for one in problems)


def load_problems(folder: FilePath, *names: str) -> tuple[Problem, ...]:
    """Return the problems that keep the files of a folder from being loaded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRID_ENVIRONMENTS", str(folder))
        with pytest.raises(EnvironmentFileError) as caught:
            load(names)
    return caught.value.problems


def write(folder: FilePath, name: str, wrong: Any) -> FilePath:
    """Return a file with this content."""
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(wrong, sort_keys=False), encoding="utf-8")
    return file
