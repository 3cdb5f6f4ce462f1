"""A Cloud Run job of one task, which releases start and Cloud Run never retries."""

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.cloud_run_v2_job import (
    CloudRunV2Job,
    CloudRunV2JobBinaryAuthorization as JobBinaryAuthorization,
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
from constructs.base import GridConstruct
from constructs.compute.container import Variables
from constructs.compute.template import env, vpc_access
from constructs.networking import Egress
from constructs.security import ServiceIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The container of a job, and its region."""

    name: str
    """Name of the Cloud Run job."""
    region: str
    """Region."""
    image: str
    """Image of its container."""
    command: Sequence[str] = ()
    """What the container runs; without it what its image says."""
    cpu: int
    """vCPU."""
    memory: str
    """Memory, such as `512Mi`."""
    timeout_seconds: int
    """Longest time for one run."""
    variables: Variables
    """Environment variables."""
    egress: Egress
    """Way into the VPC."""
    owned_by_releases: Sequence[str] = ()
    """What releases change and Terraform leaves alone after the creation."""


def job(scope: GridConstruct, id_: str, task: Task, *, identity: ServiceIdentity) -> CloudRunV2Job:
    """Create the job of a task. It runs as the service account of `identity`, after its grants."""
    key = scope.key("run", task.region)
    return CloudRunV2Job(
        scope,
        id_,
        name=task.name,
        location=task.region,
        deletion_protection=scope.protect,
        binary_authorization=JobBinaryAuthorization(use_default=True)
        if scope.environment.binary_authorization
        else None,
        template=JobTemplate(
            task_count=1,
            template=TaskTemplate(
                service_account=identity.email,
                encryption_key=key.name,
                timeout=f"{task.timeout_seconds}s",
                max_retries=0,
                containers=[
                    Container(
                        image=task.image,
                        command=list(task.command) or None,
                        resources=Resources(limits={"cpu": str(task.cpu), "memory": task.memory}),
                        env=env(task.variables, Env, ValueSource, SecretKeyRef),
                    )
                ],
                vpc_access=vpc_access(task.egress, VpcAccess, NetworkInterface),
            ),
        ),
        lifecycle=TerraformResourceLifecycle(ignore_changes=list(task.owned_by_releases))
        if task.owned_by_releases
        else None,
        depends_on=[*scope.apis("run"), *identity.grants, *key.ready],
    )
