"""The Cloud Run jobs that ask a new revision for an answer before it gets traffic."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cdktf_cdktf_provider_google.cloud_run_v2_job import (
    CloudRunV2Job,
    CloudRunV2JobTemplate as JobTemplate,
    CloudRunV2JobTemplateTemplate as TaskTemplate,
    CloudRunV2JobTemplateTemplateContainers as Container,
    CloudRunV2JobTemplateTemplateContainersEnv as Env,
    CloudRunV2JobTemplateTemplateContainersResources as Resources,
    CloudRunV2JobTemplateTemplateVpcAccess as VpcAccess,
    CloudRunV2JobTemplateTemplateVpcAccessNetworkInterfaces as NetworkInterface,
)
from cdktf_cdktf_provider_google.cloud_run_v2_service_iam_member import CloudRunV2ServiceIamMember
from constructs import Construct
from constructs.compute.container import common
from constructs.compute.services import Services
from constructs.compute.template import vpc_access
from constructs.networking import Network
from constructs.order import Order
from constructs.security import IdentityConfig, ServiceIdentity

from environments.naming import SMOKE_JOB, Names, identifier
from environments.schema import Environment, SmokeJobConfig

PROGRAM = Path(__file__).with_name("smoke_test.py")
"""What the container runs; its text is in the job, so that no image has to be built first."""
TIMEOUT_SECONDS = 600
"""Five tries of a minute each, their pauses, and an instance that starts slowly."""


class SmokeJobs(Construct):
    """One job in each region, started by releases with the addresses to ask.

    Services answer inside the VPC and behind the load balancer only, and the address of a
    revision's tag is no backend of the load balancer: it can be asked from inside the VPC. A
    request from Cloud Run counts as internal when it comes through the VPC, so all the traffic of
    the job does, over a subnet with Private Google Access (Cloud Run, "Restrict network ingress").
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: SmokeJobConfig,
        *,
        environment: Environment,
        services: Services,
        network: Network,
        names: Names,
        account_after: Order,
        after: Order,
    ) -> None:
        super().__init__(scope, id_)
        identity = ServiceIdentity(
            self, "identity", IdentityConfig(name=SMOKE_JOB), names=names, after=account_after
        )
        for name, regions in services.by_name.items():
            # Everybody may call a service that has a route: the load balancer has no credentials.
            for region, service in {} if environment.services[name].route else regions.items():
                CloudRunV2ServiceIamMember(
                    self,
                    identifier(SMOKE_JOB, name, region),
                    name=service.name,
                    location=region,
                    role="roles/run.invoker",
                    member=identity.member,
                )
        variables = [
            Env(name=name, value=value) for name, value in sorted(common(environment).items())
        ]
        self._by_region = {}
        for region in environment.regions:
            egress = replace(network.egress(region), traffic="ALL_TRAFFIC")
            self._by_region[region] = CloudRunV2Job(
                self,
                identifier(SMOKE_JOB, region),
                name=names.service(SMOKE_JOB),
                location=region,
                deletion_protection=environment.protect,
                template=JobTemplate(
                    task_count=1,
                    template=TaskTemplate(
                        service_account=identity.email,
                        timeout=f"{TIMEOUT_SECONDS}s",
                        max_retries=0,
                        containers=[
                            Container(
                                image=config.image,
                                command=["python3", "-c", PROGRAM.read_text("utf-8")],
                                resources=Resources(limits={"cpu": "1", "memory": "512Mi"}),
                                env=variables,
                            )
                        ],
                        vpc_access=vpc_access(egress, VpcAccess, NetworkInterface),
                    ),
                ),
                depends_on=[*after, *identity.grants],
            )

    @property
    def by_region(self) -> Mapping[str, str]:
        """Names of the jobs by region."""
        return {region: job.name for region, job in self._by_region.items()}
