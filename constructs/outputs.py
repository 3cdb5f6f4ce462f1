"""What an environment tells its operators and tools: `terraform output -json`."""

from dataclasses import dataclass
from typing import Any

from cdktf import TerraformOutput
from constructs import Construct
from constructs.ai import VectorSearch
from constructs.backup import AppDataCopy, DatabaseExport
from constructs.compute import MigrationJob, Services, SmokeJobs
from constructs.cost import BillingExport
from constructs.database import Database
from constructs.edge import LoadBalancer
from constructs.gateway import Gateway
from constructs.monitoring import Dashboard, Monitoring
from constructs.networking import Network
from constructs.storage import Registry, Storage

from environments import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Backups:
    """The constructs of the scheduled backups."""

    export: DatabaseExport
    app_data: AppDataCopy


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The constructs that have something to tell."""

    network: Network
    database: Database
    storage: Storage
    backups: Backups | None
    registry: Registry
    services: Services
    migration_job: MigrationJob | None
    gateway: Gateway | None
    smoke_jobs: SmokeJobs
    load_balancer: LoadBalancer
    vector_search: VectorSearch | None
    billing_export: BillingExport | None
    monitoring: Monitoring
    dashboard: Dashboard | None


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
        slos = {
            name: {"availability": one.availability, "latency": one.latency}
            for name, one in parts.monitoring.slos.items()
        }
        self._output("project_id", config.project_id, "Google Cloud project")
        self._output("primary_region", config.primary_region, "Region of database and registry")
        self._output("lb_ip", parts.load_balancer.address, "Address for the DNS A records")
        self._output("hosts", list(config.hosts), "Host names of the certificates")
        self._output("network", parts.network.id, "VPC network")
        self._output("registry", parts.registry.path, "Where images are pushed")
        self._output("services", services, "Cloud Run services by name and region")
        self._output("database", database, "Cloud SQL instance and database")
        self._output("buckets", buckets, "Buckets by purpose")
        self._output("slos", slos, "Service level objectives by service")
        self._output("uptime_check", parts.monitoring.uptime_check, "Uptime check of the API")
        if parts.dashboard:
            self._output("dashboard", parts.dashboard.id, "Dashboard in Cloud Monitoring")
        smoke_jobs = {
            region: {"name": name, "region": region}
            for region, name in parts.smoke_jobs.by_region.items()
        }
        self._output("smoke_jobs", smoke_jobs, "Cloud Run jobs that test new revisions, by region")
        if parts.migration_job:
            job = {"name": parts.migration_job.name, "region": config.primary_region}
            self._output("migration_job", job, "Cloud Run job that migrates the database")
        if parts.vector_search:
            index = {"index": parts.vector_search.index_id}
            if deployment := parts.vector_search.deployment:
                index["endpoint"] = deployment.endpoint_id
                index["deployed_index"] = deployment.deployed_index_id
                index["domain"] = deployment.domain
            self._output("vector_search", index, "Vector index, and where it is searched")
        if parts.billing_export:
            datasets = {
                "dataset": parts.billing_export.dataset,
                "reports": parts.billing_export.reports,
            }
            self._output("billing_export", datasets, "BigQuery datasets of the billing export")

        if parts.backups:
            export, app_data = parts.backups.export, parts.backups.app_data
            backups = {
                "bucket": parts.storage.backups,
                "prefix": export.prefix,
                "region": config.primary_region,
                "workflow": export.export_workflow,
                "scheduler_job": export.scheduler_job,
                "app_data_bucket": app_data.bucket,
                "transfer_job": app_data.transfer_job,
            }
            self._output("backups", backups, "Scheduled backups: what makes them, where they are")
        if parts.gateway:
            gateway = {
                "organization": parts.gateway.organization,
                "environment": parts.gateway.environment,
                "proxy": parts.gateway.proxy,
                "revision": parts.gateway.revision,
                "host": parts.gateway.host,
            }
            self._output("gateway", gateway, "Apigee, and the proxy's revision to deploy")

    def _output(self, name: str, value: Any, description: str) -> None:
        TerraformOutput(self, name, value=value, description=description)
