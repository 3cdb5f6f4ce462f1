"""The Terraform outputs of an environment: `terraform output -json`."""

from cdktf import TerraformOutput
from constructs import Construct
from constructs.ai import VectorSearch
from constructs.backup import AppDataCopy, DatabaseExport
from constructs.base import GridConstruct
from constructs.compute import MigrationJob, Services, SmokeJobs
from constructs.database import Database
from constructs.edge import Edge
from constructs.gateway import Gateway
from constructs.networking import Network
from constructs.observability import Observability
from constructs.storage import Registry, Storage

from contract import outputs as contract
from contract.outputs import PlatformOutputs


class Outputs(GridConstruct):
    """The outputs of `contract.outputs`. `grid` and pipelines take the names of resources from them
    and never derive a name from a pattern.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        network: Network,
        database: Database,
        storage: Storage,
        export: DatabaseExport | None,
        app_data_copy: AppDataCopy | None,
        registry: Registry,
        vector_search: VectorSearch | None,
        services: Services,
        migration_job: MigrationJob | None,
        smoke_jobs: SmokeJobs,
        edge: Edge,
        observability: Observability,
    ) -> None:
        super().__init__(scope, id_)
        monitoring, dashboard = observability.monitoring, observability.dashboard
        region, billing_export = self.primary_region, observability.billing_export
        outputs = PlatformOutputs(
            project_id=self.names.project_id,
            primary_region=region,
            lb_ip=edge.load_balancer.address,
            hosts=self.environment.hosts,
            network=network.id,
            registry=registry.path,
            services=_services(services),
            database=contract.Database(
                instance=database.instance_name,
                connection_name=database.connection_name,
                name=self.environment.database.name,
                region=self.environment.database_region,
                replicas=dict(database.replicas),
            ),
            buckets=contract.Buckets(
                backups=storage.backups.name,
                app_data=storage.app_data.name,
                static_assets=storage.static_assets.name,
            ),
            slos={
                name: contract.Slos(availability=slos.availability, latency=slos.latency)
                for name, slos in monitoring.slos.items()
            },
            uptime_check=monitoring.uptime_check,
            dashboard=dashboard.id if dashboard else None,
            smoke_jobs={
                region: contract.Job(name=name, region=region)
                for region, name in smoke_jobs.by_region.items()
            },
            migration_job=contract.Job(name=migration_job.name, region=region)
            if migration_job
            else None,
            vector_search=_vector_search(vector_search) if vector_search else None,
            billing_export=contract.BillingExport(
                dataset=billing_export.dataset, reports=billing_export.reports
            )
            if billing_export
            else None,
            backups=contract.ScheduledBackups(
                bucket=storage.backups.name,
                prefix=export.prefix,
                region=region,
                workflow=export.export_workflow,
                scheduler_job=export.scheduler_job,
                app_data_bucket=app_data_copy.bucket,
                transfer_job=app_data_copy.transfer_job,
            )
            if export and app_data_copy
            else None,
            gateway=_gateway(edge.gateway) if edge.gateway else None,
        )
        for name, value in outputs.model_dump(mode="json", exclude_none=True).items():
            description = PlatformOutputs.model_fields[name].description
            TerraformOutput(self, name, value=value, description=description)


def _services(services: Services) -> dict[str, dict[str, contract.Service]]:
    return {
        name: {
            region: contract.Service(name=regional.name, uri=regional.uri)
            for region, regional in service.regions.items()
        }
        for name, service in services.by_name.items()
    }


def _vector_search(vector_search: VectorSearch) -> contract.VectorSearch:
    deployment = vector_search.deployment
    if not deployment:
        return contract.VectorSearch(index=vector_search.index_id)
    return contract.VectorSearch(
        index=vector_search.index_id,
        endpoint=deployment.endpoint_id,
        deployed_index=deployment.deployed_index_id,
        domain=deployment.domain,
    )


def _gateway(gateway: Gateway) -> contract.Gateway:
    return contract.Gateway(
        organization=gateway.organization,
        environment=gateway.apigee_environment,
        proxy=gateway.proxy,
        revision=gateway.revision,
        host=gateway.host,
    )
