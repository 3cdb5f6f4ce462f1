"""A platform in the local Google, as an apply leaves it, and the outputs that tell of it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from offline.serve.apis.artifactregistry import Registry
from offline.serve.apis.monitoring import Monitoring
from offline.serve.apis.run import Run
from offline.serve.apis.sqladmin import Sql
from offline.serve.apis.storage import Storage
from offline.serve.google import Google
from offline.serve.listener import Listener

PROJECT = "grid-test-example"
REGIONS = ("us-central1", "us-east1")
STATE_BUCKET, STATE_PREFIX = "grid-test-example-tfstate", "grid/test"
INSTANCE, REPLICA, BACKUPS = "grid-test-db-1a2b", "grid-test-db-1a2b-replica", "grid-test-backups"
MIGRATIONS = "registry.example/migrations@sha256:" + "0" * 64
TABLES = {"users": 3, "sessions": 12}


START = datetime(2026, 11, 1, 12, tzinfo=UTC)


@cache
def listener() -> Listener:
    """Listen on a free port of this machine, the same as long as this process lives: clouds are
    copied from one test to the next, and have the address in them.
    """
    return Listener()


class LocalGoogle(Google):
    """A served Google with one platform: two services in two regions.

    A second passes with each request, and begun work is done after three more requests.
    """

    def __init__(self) -> None:
        super().__init__()
        self._passed = timedelta()
        self.number(PROJECT)
        self.url = listener().url
        self.operations.takes = 3
        self.run: Run = self.service("run")
        self.jobs = self.run.jobs
        self.sql: Sql = self.service("sqladmin")
        self.sql_data = self.sql.backups
        self.registry: Registry = self.service("artifactregistry")
        self.monitoring: Monitoring = self.service("monitoring")
        self.storage: Storage = self.service("storage")

    @property
    def now(self) -> datetime:
        """The time: a second passes with each request."""
        return START + self._passed

    def tick(self) -> None:
        """Let the time of one request pass."""
        self._passed += timedelta(seconds=1)
        super().tick()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._passed += timedelta(seconds=seconds)

    def apply(self) -> None:
        """Create the platform."""
        for service in ("api", "auth"):
            for region in REGIONS:
                self.run.create(service_name(service, region))
        self.jobs.create(job_name(), MIGRATIONS, NODE_ENV="production")
        for region in REGIONS:
            self.jobs.create(job_name("smoke", region), "example/cli")
        self.storage.create(STATE_BUCKET, versioning={"enabled": True})
        for bucket in (BACKUPS, "grid-test-app-data"):
            self.storage.create(bucket)
        self.sql.create(INSTANCE, {"grid": TABLES})
        self.storage.allow(BACKUPS, self.sql.instances[INSTANCE]["serviceAccountEmailAddress"])
        self.sql.create(REPLICA, {"grid": TABLES}, replica_of=INSTANCE)

    def outputs(self) -> dict[str, Any]:
        """Return the values of Terraform's outputs."""
        services = {
            service: {
                region: {
                    "name": f"grid-test-{service}",
                    "uri": self.run.services[service_name(service, region)]["uri"],
                }
                for region in REGIONS
            }
            for service in ("api", "auth")
        }
        connection = f"{PROJECT}:us-central1:{INSTANCE}"
        replica = {
            "instance": REPLICA,
            "connection_name": f"{PROJECT}:us-east1:{REPLICA}",
            "region": "us-east1",
        }
        return {
            "project_id": PROJECT,
            "primary_region": REGIONS[0],
            "lb_ip": "203.0.113.7",
            "hosts": ["test.example.com"],
            "network": f"projects/{PROJECT}/global/networks/grid-test",
            "registry": f"us-central1-docker.pkg.dev/{PROJECT}/services",
            "services": services,
            "database": {
                "instance": INSTANCE,
                "connection_name": connection,
                "name": "grid",
                "region": REGIONS[0],
                "replicas": {"replica": replica},
            },
            "buckets": {
                "backups": BACKUPS,
                "app_data": "grid-test-app-data",
                "static_assets": "grid-test-static",
            },
            "slos": {
                service: {
                    "availability": f"{service}-availability",
                    "latency": f"{service}-latency",
                }
                for service in ("api", "auth")
            },
            "uptime_check": f"projects/{PROJECT}/uptimeCheckConfigs/grid-test-api",
            "migration_job": {"name": "grid-test-migrate", "region": REGIONS[0]},
            "smoke_jobs": {
                region: {"name": "grid-test-smoke", "region": region} for region in REGIONS
            },
        }


def scheduled_backups(app_data_bucket: str) -> dict[str, str]:
    """Return the value of the output `backups`, with the bucket that holds the copy of the app
    data.
    """
    return {
        "bucket": BACKUPS,
        "prefix": "db/",
        "region": REGIONS[0],
        "workflow": "grid-test-database-export",
        "scheduler_job": "grid-test-database-export",
        "app_data_bucket": app_data_bucket,
        "transfer_job": "transferJobs/grid-test-app-data",
    }


def service_name(service: str, region: str) -> str:
    """Return the name by which Cloud Run knows a service."""
    return f"projects/{PROJECT}/locations/{region}/services/grid-test-{service}"


def job_name(job: str = "migrate", region: str = REGIONS[0]) -> str:
    """Return the name by which Cloud Run knows a job: the migration job, unless another is
    named.
    """
    return f"projects/{PROJECT}/locations/{region}/jobs/grid-test-{job}"


def write_environment(folder: Path) -> Path:
    """Write an environment file that says where the state is, and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = f"state: {{bucket: {STATE_BUCKET}, prefix: {STATE_PREFIX}}}\n"
    (folder / "test.yaml").write_text(text, encoding="utf-8")
    return folder


def write(outputs: Mapping[str, Any], file: Path) -> Path:
    """Write outputs as `terraform output -json` prints them."""
    shown = {name: {"sensitive": False, "value": value} for name, value in outputs.items()}
    file.write_text(json.dumps(shown), encoding="utf-8")
    return file
