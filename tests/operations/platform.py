"""A platform in the local Google, as an apply leaves it, and the outputs that tell of it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.operations.google.cloud import Cloud
from tests.operations.google.jobs import Jobs
from tests.operations.google.monitoring import Monitoring
from tests.operations.google.registry import Registry
from tests.operations.google.run import Run
from tests.operations.google.server import address
from tests.operations.google.sql import Sql
from tests.operations.google.sql_data import SqlData
from tests.operations.google.storage import Storage

PROJECT = "grid-test-example"
REGIONS = ("us-central1", "us-east1")
INSTANCE, REPLICA, BACKUPS = "grid-test-db-1a2b", "grid-test-db-1a2b-replica", "grid-test-backups"
MIGRATIONS = "registry.example/migrations@sha256:" + "0" * 64
TABLES = {"users": 3, "sessions": 12}


class LocalGoogle(Cloud):
    """Every API of the local Google, with one platform: two services in two regions."""

    def __init__(self) -> None:
        super().__init__()
        self.url = address()
        self.run = Run(self)
        self.jobs = Jobs(self, self.run.operations)
        self.registry = Registry(self)
        self.monitoring = Monitoring(self, self.run)
        self.storage = Storage(self)
        self.sql = Sql(self)
        self.sql_data = SqlData(self, self.sql, self.storage)

    def apply(self) -> None:
        """Create the platform."""
        for service in ("api", "auth"):
            for region in REGIONS:
                self.run.create(service_name(service, region))
        self.jobs.create(job_name(), MIGRATIONS, NODE_ENV="production")
        for region in REGIONS:
            name = job_name("smoke", region)
            self.jobs.create(name, "example/cli")
            self.jobs.programs[name] = self._smoke
        self.storage.buckets = {BACKUPS: {}, "grid-test-app-data": {}}
        self.sql.create(INSTANCE, {"grid": TABLES})
        self.storage.allow(BACKUPS, self.sql.instances[INSTANCE]["serviceAccountEmailAddress"])
        self.sql.create(REPLICA, {"grid": TABLES}, replica_of=INSTANCE)

    def _smoke(self, arguments: list[str]) -> bool:
        """Ask a candidate from inside the network: the service's address, then the tag's."""
        _, address = arguments
        return self.run.page(address.removeprefix(f"{self.url}/served/"))[0] == 200

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
        replica = {"instance": REPLICA, "connection_name": connection, "region": "us-east1"}
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


def write(outputs: Mapping[str, Any], file: Path) -> Path:
    """Write outputs as `terraform output -json` prints them."""
    shown = {name: {"sensitive": False, "value": value} for name, value in outputs.items()}
    file.write_text(json.dumps(shown), encoding="utf-8")
    return file
