"""A Cloud Run service in one region."""

from collections.abc import Mapping
from dataclasses import dataclass

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.cloud_run_v2_service import (
    CloudRunV2Service,
    CloudRunV2ServiceBinaryAuthorization as ServiceBinaryAuthorization,
    CloudRunV2ServiceScaling as ServiceScaling,
    CloudRunV2ServiceTemplate as Template,
    CloudRunV2ServiceTemplateContainers as Container,
    CloudRunV2ServiceTemplateContainersEnv as Env,
    CloudRunV2ServiceTemplateContainersEnvValueSource as ValueSource,
    CloudRunV2ServiceTemplateContainersEnvValueSourceSecretKeyRef as SecretKeyRef,
    CloudRunV2ServiceTemplateContainersLivenessProbe as LivenessProbe,
    CloudRunV2ServiceTemplateContainersLivenessProbeHttpGet as LivenessHttpGet,
    CloudRunV2ServiceTemplateContainersPorts as Ports,
    CloudRunV2ServiceTemplateContainersResources as Resources,
    CloudRunV2ServiceTemplateContainersStartupProbe as StartupProbe,
    CloudRunV2ServiceTemplateContainersStartupProbeHttpGet as StartupHttpGet,
    CloudRunV2ServiceTemplateContainersVolumeMounts as VolumeMount,
    CloudRunV2ServiceTemplateNodeSelector as NodeSelector,
    CloudRunV2ServiceTemplateScaling as TemplateScaling,
    CloudRunV2ServiceTemplateVolumes as Volume,
    CloudRunV2ServiceTemplateVolumesSecret as VolumeSecret,
    CloudRunV2ServiceTemplateVolumesSecretItems as VolumeSecretItem,
    CloudRunV2ServiceTemplateVpcAccess as VpcAccess,
    CloudRunV2ServiceTemplateVpcAccessNetworkInterfaces as NetworkInterface,
    CloudRunV2ServiceTraffic as Traffic,
)
from cdktf_cdktf_provider_google.cloud_run_v2_service_iam_member import CloudRunV2ServiceIamMember
from constructs import Construct
from constructs.base import GridConstruct
from constructs.compute.container import Variables
from constructs.compute.template import env, vpc_access
from constructs.dependencies import Dependencies
from constructs.encryption import Key
from constructs.lifecycle import replaced_with
from constructs.networking import Egress
from constructs.security import Secret

from environments.naming import identifier
from environments.schema import ProbesConfig, ServiceConfig

CONTAINER_PORT = 8080
SECRETS_FOLDER, SECRET_FILE = "/secrets", "value"
"""The file of a secret is `/secrets/<VARIABLE>/value`, which `grid_shared` reads."""
OWNED_BY_RELEASES = [
    "annotations",
    "client",
    "client_version",
    "template[0].annotations",
    "template[0].containers[0].image",
    "template[0].labels",
    "traffic",
]
"""What releases change and Terraform leaves alone after the creation. `template[0].revision` is not
among them: an ignored name would be sent again with the next change, and refused as taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One service in one region: its names, service account, variables and network."""

    service: str
    """Name of the service in the environment file."""
    resource_name: str
    """Name of the Cloud Run service."""
    region: str
    """Region."""
    account: str
    """Address of the service account."""
    grants: Dependencies = ()
    """What the service account must be granted first."""
    variables: Variables
    """Environment variables."""
    egress: Egress
    """Way into the VPC."""


class RegionalService(GridConstruct):
    """One Cloud Run service. It answers the load balancer and the project's own network, not the
    internet: its run.app address would bypass Cloud Armor.
    """

    APIS = ("run",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: ServiceConfig,
        *,
        deployment: Deployment,
    ) -> None:
        super().__init__(scope, id_)
        name, region = identifier(deployment.service), identifier(deployment.region)
        files = deployment.variables.files
        key = self.key("run", deployment.region)
        grant_all_users = self.environment.load_balancer.grant_all_users
        service = CloudRunV2Service(
            self,
            f"{name}_service_{region}",
            name=deployment.resource_name,
            location=deployment.region,
            labels={"service": deployment.service},
            ingress="INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
            if config.route
            else "INGRESS_TRAFFIC_INTERNAL_ONLY",
            invoker_iam_disabled=True if config.route and not grant_all_users else None,
            deletion_protection=self.protect,
            # Without the mode, the provider sends no block for a minimum of 0.
            scaling=ServiceScaling(
                scaling_mode="AUTOMATIC", min_instance_count=config.min_instances
            ),
            binary_authorization=ServiceBinaryAuthorization(use_default=True)
            if self.environment.binary_authorization
            else None,
            template=_template(config, deployment, key),
            traffic=[Traffic(type="TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent=100)],
            lifecycle=TerraformResourceLifecycle(ignore_changes=OWNED_BY_RELEASES),
            depends_on=[
                *self.apis("run"),
                *deployment.grants,
                *key.ready,
                *(version for secret in files.values() for version in secret.versions),
            ],
        )
        self._service = service
        self._invokers: list[CloudRunV2ServiceIamMember] = []
        if config.route and grant_all_users:
            # The load balancer passes requests on without credentials of its own.
            self._invokers.append(self.grant_invoker(self, f"{name}_invoker_{region}", "allUsers"))

    @property
    def name(self) -> str:
        """Name of the Cloud Run service."""
        return self._service.name

    @property
    def invokers(self) -> Dependencies:
        """The grant without which it answers the load balancer with 403; none without a route, or
        if it checks no invoker.
        """
        return self._invokers

    @property
    def uri(self) -> str:
        """Its run.app address, which answers inside the project only."""
        return self._service.uri

    def grant_invoker(self, scope: Construct, id_: str, member: str) -> CloudRunV2ServiceIamMember:
        """Allow a member to call the service."""
        return CloudRunV2ServiceIamMember(
            scope,
            id_,
            name=self._service.name,
            location=self._service.location_input,
            role="roles/run.invoker",
            member=member,
            lifecycle=replaced_with(self._service),
        )


def _template(config: ServiceConfig, deployment: Deployment, key: Key) -> Template:
    gpu = config.gpu
    return Template(
        service_account=deployment.account,
        encryption_key=key.name,
        execution_environment="EXECUTION_ENVIRONMENT_GEN2",
        timeout=f"{config.timeout_seconds}s",
        max_instance_request_concurrency=config.concurrency,
        scaling=TemplateScaling(max_instance_count=config.max_instances),
        containers=[_container(config, deployment)],
        volumes=_volumes(deployment.variables.files) or None,
        vpc_access=vpc_access(deployment.egress, VpcAccess, NetworkInterface),
        node_selector=NodeSelector(accelerator=gpu.type) if gpu else None,
        gpu_zonal_redundancy_disabled=not gpu.zonal_redundancy if gpu else None,
    )


def _container(config: ServiceConfig, deployment: Deployment) -> Container:
    limits = {"cpu": str(config.cpu), "memory": config.memory}
    if config.gpu:
        limits["nvidia.com/gpu"] = "1"
    probes = config.probes
    return Container(
        image=config.image,
        resources=Resources(
            limits=limits,
            cpu_idle=not config.cpu_always_allocated,
            startup_cpu_boost=config.startup_cpu_boost,
        ),
        ports=Ports(container_port=CONTAINER_PORT),
        env=env(deployment.variables, Env, ValueSource, SecretKeyRef),
        volume_mounts=[
            VolumeMount(name=_volume_name(secret), mount_path=f"{SECRETS_FOLDER}/{variable}")
            for variable, secret in sorted(deployment.variables.files.items())
        ]
        or None,
        startup_probe=_startup_probe(probes),
        liveness_probe=LivenessProbe(
            http_get=LivenessHttpGet(path=probes.path),
            period_seconds=probes.liveness_period_seconds,
            failure_threshold=probes.liveness_failures,
        ),
    )


def _volumes(files: Mapping[str, Secret]) -> list[Volume]:
    """Return a volume for each secret: Cloud Run mounts one secret in one folder.

    Source: Cloud Run, "Configure secrets for services".
    """
    secrets = {_volume_name(secret): secret for secret in files.values()}
    return [
        Volume(
            name=name,
            secret=VolumeSecret(
                secret=secret.secret_id,
                default_mode=0o444,
                items=[VolumeSecretItem(path=SECRET_FILE, version="latest")],
            ),
        )
        for name, secret in sorted(secrets.items())
    ]


def _volume_name(secret: Secret) -> str:
    return secret.name.replace("_", "-")


def _startup_probe(probes: ProbesConfig) -> StartupProbe:
    """Asks until the container answers; its own timeout stays below the period."""
    return StartupProbe(
        http_get=StartupHttpGet(path=probes.path),
        initial_delay_seconds=0,
        period_seconds=probes.startup_period_seconds,
        timeout_seconds=max(1, probes.startup_period_seconds - 1),
        failure_threshold=probes.startup_failures,
    )
