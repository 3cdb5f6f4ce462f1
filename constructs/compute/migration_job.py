"""The Cloud Run job that migrates the database."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.cloud_run_v2_job import (
    CloudRunV2Job,
    CloudRunV2JobTemplate as JobTemplate,
    CloudRunV2JobTemplateTemplate as TaskTemplate,
    CloudRunV2JobTemplateTemplateContainers as Container,
    CloudRunV2JobTemplateTemplateContainersEnv as Env,
    CloudRunV2JobTemplateTemplateContainersEnvValueSource as ValueSource,
    CloudRunV2JobTemplateTemplateContainersEnvValueSourceSecretKeyRef as SecretKeyRef,
    CloudRunV2JobTemplateTemplateContainersResources as Resources,
    CloudRunV2JobTemplateTemplateVpcAccess as VpcAccess,
    CloudRunV2JobTemplateTemplateVpcAccessNetworkInterfaces as NetworkInterface,
)
from constructs import Construct
from constructs.compute.container import Variables, common
from constructs.compute.template import env, vpc_access
from constructs.database import Database
from constructs.networking import Network
from constructs.order import Order
from constructs.security import IdentityConfig, ServiceIdentity

from environments.naming import MIGRATION_JOB, Names
from environments.schema import Environment, MigrationJobConfig


class MigrationJob(Construct):
    """Runs as the user that owns the schema, never retries, and is started by releases alone."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: MigrationJobConfig,
        *,
        environment: Environment,
        database: Database,
        network: Network,
        names: Names,
        account_after: Order,
        after: Order,
    ) -> None:
        super().__init__(scope, id_)
        url = database.migration_url
        identity = ServiceIdentity(
            self,
            "identity",
            IdentityConfig(name=MIGRATION_JOB, roles=("roles/cloudsql.client",), secrets=(url,)),
            names=names,
            after=account_after,
        )
        region = environment.primary_region
        variables = Variables(
            plain=common(environment)
            | {
                "DATABASE_APP_USER": database.app_user,
                "DATABASE_CA_CERTS": database.ca_certificates,
            },
            secret={"DATABASE_URL": url},
        )
        job = CloudRunV2Job(
            self,
            MIGRATION_JOB,
            name=names.service(MIGRATION_JOB),
            location=region,
            deletion_protection=environment.protect,
            template=JobTemplate(
                task_count=1,
                template=TaskTemplate(
                    service_account=identity.email,
                    timeout=f"{config.timeout_seconds}s",
                    max_retries=0,
                    containers=[
                        Container(
                            image=config.image,
                            resources=Resources(
                                limits={"cpu": str(config.cpu), "memory": config.memory}
                            ),
                            env=env(variables, Env, ValueSource, SecretKeyRef),
                        )
                    ],
                    vpc_access=vpc_access(network.egress(region), VpcAccess, NetworkInterface),
                ),
            ),
            lifecycle=TerraformResourceLifecycle(
                ignore_changes=[
                    "annotations",
                    "client",
                    "client_version",
                    "template[0].annotations",
                    "template[0].template[0].containers[0].image",
                ]
            ),
            depends_on=[*after, *identity.grants],
        )
        self._name = job.name

    @property
    def name(self) -> str:
        """Name of the Cloud Run job."""
        return self._name
