"""What an environment tells its operators and tools: `terraform output -json`."""

from dataclasses import dataclass
from typing import Any

from cdktf import TerraformOutput
from constructs import Construct
from constructs.compute import MigrationJob, Services, SmokeJobs
from constructs.database import Database
from constructs.networking import LoadBalancer, Network
from constructs.storage import Registry, Storage

from environments import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The constructs that have something to tell."""

    network: Network
    database: Database
    storage: Storage
    registry: Registry
    services: Services
    migration_job: MigrationJob | None
    smoke_jobs: SmokeJobs
    load_balancer: LoadBalancer


class Outputs(Construct):
    """Declare the outputs. Their names and shapes are a contract with `grid` and with pipelines;
    names of resources are read from here and never put together from a pattern.
    """

    def __init__(self, scope: Construct, id_: str, config: Environment, *, parts: Parts) -> None:
        super().__init__(scope, id_)
        services = {
            name: {region: {"name": one.name, "uri": one.uri} for region, one in regions.items()}
            for name, regions in parts.services.by_name.items()
        }
        database = {
            "instance": parts.database.instance_name,
            "connection_name": parts.database.connection_name,
            "name": config.database.name,
            "region": config.primary_region,
            "replicas": parts.database.replicas,
        }
        buckets = {
            "backups": parts.storage.backups,
            "app_data": parts.storage.app_data,
            "static_assets": parts.storage.static_assets,
        }
        self._output("project_id", config.project_id, "Google Cloud project")
        self._output("primary_region", config.primary_region, "Region of database and registry")
        self._output("lb_ip", parts.load_balancer.address, "Address for the DNS A records")
        self._output("hosts", list(config.domain.hosts), "Host names of the certificate")
        self._output("network", parts.network.id, "VPC network")
        self._output("registry", parts.registry.path, "Where images are pushed")
        self._output("services", services, "Cloud Run services by name and region")
        self._output("database", database, "Cloud SQL instance and database")
        self._output("buckets", buckets, "Buckets by purpose")
        smoke_jobs = {
            region: {"name": name, "region": region}
            for region, name in parts.smoke_jobs.by_region.items()
        }
        self._output("smoke_jobs", smoke_jobs, "Cloud Run jobs that test new revisions, by region")
        if parts.migration_job:
            job = {"name": parts.migration_job.name, "region": config.primary_region}
            self._output("migration_job", job, "Cloud Run job that migrates the database")

    def _output(self, name: str, value: Any, description: str) -> None:
        TerraformOutput(self, name, value=value, description=description)
