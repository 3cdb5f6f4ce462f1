"""The Cloud Run jobs that send requests to a new revision before it gets traffic."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from constructs import Construct
from constructs.base import GridConstruct
from constructs.compute.container import Variables, common
from constructs.compute.job import Task, job
from constructs.compute.services import Services
from constructs.networking import Network
from constructs.security import IdentityConfig, ServiceIdentity

from environments.naming import SMOKE_JOB, identifier
from environments.schema import SmokeJobConfig

PROGRAM = Path(__file__).with_name("smoke_test.py")
"""What the container runs; its text is in the job, so that no image has to be built first."""
TIMEOUT_SECONDS = 600
"""Five tries of a minute each, their pauses, and an instance that starts slowly."""


class SmokeJobs(GridConstruct):
    """One job in each region. A release starts it with the addresses to test.

    Services answer inside the VPC and behind the load balancer only, and the address of a
    revision's tag is no backend of the load balancer: it can be asked from inside the VPC. A
    request from Cloud Run counts as internal when it comes through the VPC, so all the traffic of
    the job does, over a subnet with Private Google Access (Cloud Run, "Restrict network ingress").
    """

    APIS = ("run",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: SmokeJobConfig,
        *,
        services: Services,
        network: Network,
    ) -> None:
        super().__init__(scope, id_)
        identity = ServiceIdentity(
            self,
            "identity",
            IdentityConfig(name=SMOKE_JOB),
        )
        for name, service in services.by_name.items():
            # Everybody may call a service that has a route: the load balancer has no credentials.
            for region, regional in {} if service.config.route else service.regions.items():
                regional.grant_invoker(self, identifier(SMOKE_JOB, name, region), identity.member)
        self._by_region = {}
        for region in self.environment.regions:
            task = Task(
                name=self.names.service(SMOKE_JOB),
                region=region,
                image=config.image,
                command=["python3", "-c", PROGRAM.read_text("utf-8")],
                cpu=1,
                memory="512Mi",
                timeout_seconds=TIMEOUT_SECONDS,
                variables=Variables(plain=common(self.environment), secret={}),
                egress=replace(network.egress(region), traffic="ALL_TRAFFIC"),
            )
            cloud_run_job = job(self, identifier(SMOKE_JOB, region), task, identity=identity)
            self._by_region[region] = cloud_run_job.name

    @property
    def by_region(self) -> Mapping[str, str]:
        """Names of the jobs by region."""
        return self._by_region
