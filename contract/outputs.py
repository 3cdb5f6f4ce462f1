"""Outputs of an applied environment: stacks/ declares them, operations/ reads them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Output(BaseModel):
    """Frozen. Unknown outputs are ignored, so that an older `grid` reads a newer environment."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Service(_Output):
    """A Cloud Run service in one region."""

    name: str
    uri: str


class Replica(_Output):
    """A read replica of the database."""

    instance: str
    connection_name: str
    region: str


class Database(_Output):
    """The Cloud SQL instance, and the database in it."""

    instance: str
    connection_name: str
    name: str
    region: str
    replicas: dict[str, Replica]


class Buckets(_Output):
    """Cloud Storage buckets by purpose."""

    backups: str
    app_data: str
    static_assets: str


class Slos(_Output):
    """Service level objectives of one service."""

    availability: str
    latency: str


class Job(_Output):
    """A Cloud Run job."""

    name: str
    region: str


class VectorSearch(_Output):
    """The vector index; endpoint, deployed index and domain only while one is deployed."""

    index: str
    endpoint: str | None = None
    deployed_index: str | None = None
    domain: str | None = None


class BillingExport(_Output):
    """BigQuery datasets of the billing export."""

    dataset: str
    reports: str


class ScheduledBackups(_Output):
    """The scheduled export of the database and the scheduled copy of the app data."""

    bucket: str
    prefix: str
    region: str
    workflow: str
    scheduler_job: str
    app_data_bucket: str
    transfer_job: str


class Gateway(_Output):
    """Apigee, and the newest revision of the API proxy that Terraform uploaded."""

    organization: str
    environment: str
    proxy: str
    revision: str
    host: str


class PlatformOutputs(_Output):
    """The outputs of one environment's platform stack, in the order in which it declares them."""

    project_id: str = Field(description="Google Cloud project")
    primary_region: str = Field(description="Region of database and registry")
    lb_ip: str = Field(description="Address for the DNS A records")
    hosts: tuple[str, ...] = Field(description="Host names of the certificates")
    network: str = Field(description="VPC network")
    registry: str = Field(description="Where images are pushed")
    services: dict[str, dict[str, Service]] = Field(
        description="Cloud Run services by name and region"
    )
    database: Database = Field(description="Cloud SQL instance and database")
    buckets: Buckets = Field(description="Buckets by purpose")
    slos: dict[str, Slos] = Field(description="Service level objectives by service")
    uptime_check: str = Field(description="Uptime check of the API")
    dashboard: str | None = Field(default=None, description="Dashboard in Cloud Monitoring")
    smoke_jobs: dict[str, Job] | None = Field(
        default=None, description="Cloud Run jobs that test new revisions, by region"
    )
    """None in an environment that was applied before smoke jobs existed."""
    migration_job: Job | None = Field(
        default=None, description="Cloud Run job that migrates the database"
    )
    vector_search: VectorSearch | None = Field(
        default=None, description="Vector index, and where it is searched"
    )
    billing_export: BillingExport | None = Field(
        default=None, description="BigQuery datasets of the billing export"
    )
    backups: ScheduledBackups | None = Field(
        default=None, description="Scheduled backups: what makes them, where they are"
    )
    gateway: Gateway | None = Field(
        default=None, description="Apigee, and the proxy's revision to deploy"
    )
