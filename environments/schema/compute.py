"""Cloud Run services and the migration job."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from environments.schema.base import EnvironmentVariable, Expected, Label, Region, Section
from environments.schema.monitoring import SloConfig
from facts import cloud_run

BOOTSTRAP_IMAGE = "us-docker.pkg.dev/cloudrun/container/hello"
"""Google's public sample, which answers every path: the image of the first apply."""
BOOTSTRAP_JOB_IMAGE = "us-docker.pkg.dev/cloudrun/container/job"
"""Google's public sample job."""

SMOKE_JOB_IMAGE = "gcr.io/google.com/cloudsdktool/google-cloud-cli:slim"
"""Google's image of its command line, which has Python (GoogleCloudPlatform/cloud-sdk-docker,
debian_slim/Dockerfile)."""

Image = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][A-Za-z0-9._/:@-]*$"),
    Expected("an image, such as us-central1-docker.pkg.dev/my-project/services/api:1"),
]
Cpu = Literal[1, 2, 4, 8]
Memory = Annotated[
    str,
    StringConstraints(pattern=r"^([1-9][0-9]{0,6})(Mi|Gi)$"),
    Expected("an integer of Mi or Gi, such as 512Mi or 2Gi"),
]


def memory_mib(quantity: Memory) -> int:
    """Return memory such as `512Mi` or `2Gi` in MiB."""
    factor = 1024 if quantity.endswith("Gi") else 1
    return int(quantity[:-2]) * factor


PathPrefix = Annotated[
    str,
    StringConstraints(pattern=r"^(/[A-Za-z0-9._~-]+)+$", max_length=200),
    Expected("a path such as /auth: letters, digits and ._~- after each /, and no / at the end"),
]
ProbePath = Annotated[
    str,
    StringConstraints(pattern=r"^/[!-~]*$"),
    Expected("a path that begins with /, such as /health, of ASCII characters without spaces"),
]
Role = Annotated[
    str,
    StringConstraints(pattern=r"^roles/[a-z][A-Za-z0-9.]*[A-Za-z0-9]$"),
    Expected("a predefined role, such as roles/storage.objectViewer"),
]


class CdnConfig(Section):
    """Cloud CDN in front of a service. It keeps answers whose headers allow it, and static file
    types; requests with an Authorization header are never cached.
    """

    default_ttl_seconds: Annotated[int, Field(ge=0, le=31_622_400)] = 3600
    """How long an answer without its own time is kept."""
    max_ttl_seconds: Annotated[int, Field(ge=0, le=31_622_400)] = 86400
    """The longest that any answer is kept."""
    not_found_ttl_seconds: Annotated[int, Field(ge=0, le=1800)] = 300
    """How long a 404 answer is kept."""


class RouteConfig(Section):
    """How requests for the API host reach a service."""

    default: bool = False
    """Take the paths that no other service takes. One service of the environment does."""
    paths: tuple[PathPrefix, ...] = ()
    """Path prefixes, such as `/auth`: the path itself and all below it."""
    cdn: CdnConfig | None = None
    """Cloud CDN for this service; without it nothing is cached."""


class GpuConfig(Section):
    """A graphics processor for every instance of a service."""

    type: Literal["nvidia-l4"] = "nvidia-l4"
    """Accelerator."""
    zonal_redundancy: bool = False
    """Reserve the processor in a second zone too; it costs more and needs its own quota."""


class ProbesConfig(Section):
    """Health probes of a container. Source: Cloud Run, "Configure container health checks"."""

    path: ProbePath = "/health"
    """Path of both probes. It must not depend on the database: a failing liveness probe restarts
    the container."""
    startup_period_seconds: Annotated[
        int, Field(ge=1, le=cloud_run.max_startup_period_seconds())
    ] = 10
    """Time between two startup probes."""
    startup_failures: Annotated[int, Field(ge=1)] = 12
    """Failed startup probes after which an instance is given up; 240 s at most in all."""
    liveness_period_seconds: Annotated[
        int, Field(ge=1, le=cloud_run.max_liveness_period_seconds())
    ] = 10
    """Time between two liveness probes."""
    liveness_failures: Annotated[int, Field(ge=1)] = 3
    """Failed liveness probes after which an instance is restarted."""


class DatabaseAccessConfig(Section):
    """A service's use of the database: it gets DATABASE_URL, DATABASE_CA_CERTS and
    DATABASE_POOL_SIZE.
    """

    pool_size: Annotated[int, Field(ge=1, le=100)]
    """Connections that one instance opens at most."""


class ServiceConfig(Section):
    """A Cloud Run service, in every region of the environment unless `regions` names some."""

    regions: tuple[Region, ...] = ()
    """Regions that run the service; empty means all."""
    route: RouteConfig | None = None
    """How the load balancer reaches it; without it only other services can."""
    image: Image = BOOTSTRAP_IMAGE
    """Image of the first apply. Releases own the image and the traffic afterwards."""
    cpu: Cpu = 1
    """vCPU of an instance."""
    memory: Memory = "512Mi"
    """Memory of an instance, such as `2Gi`."""
    cpu_always_allocated: bool = False
    """Instance-based billing: the CPU runs between requests too. A GPU requires it."""
    startup_cpu_boost: bool = True
    """More CPU while an instance starts."""
    gpu: GpuConfig | None = None
    """A graphics processor; needs 4 vCPU, 16 GiB and a region that has it."""
    min_instances: Annotated[int, Field(ge=0, le=1000)] = 0
    """Instances that always run, per region."""
    max_instances: Annotated[int, Field(ge=1, le=1000)] = 5
    """Most instances, per region; within the project's CPU and GPU quota."""
    concurrency: Annotated[int, Field(ge=1, le=cloud_run.max_concurrency())] = 80
    """Requests that one instance handles at a time."""
    target_cpu_percent: Annotated[int, Field(ge=10, le=95)] = 60
    """CPU use that alerts compare with. Cloud Run scales at its own fixed 60 %: the provider
    6.50.0 has no field for this."""
    timeout_seconds: Annotated[int, Field(ge=1, le=cloud_run.max_request_seconds())] = 60
    """Longest time for one request."""
    database: DatabaseAccessConfig | None = None
    """Use of the database."""
    cache: bool = False
    """Use of the region's Redis: the service gets REDIS_URL and REDIS_CA_CERTS, and those of each
    other region with `_<REGION>` at the end, such as REDIS_URL_US_EAST1, for invalidations."""
    app_data: bool = False
    """Use of the app data bucket: the service gets APP_DATA_BUCKET and may read and write it."""
    env: dict[EnvironmentVariable, str] = {}
    """Plain environment variables."""
    secrets: dict[EnvironmentVariable, Label] = {}
    """Environment variables whose values are secrets: variable to name under `secrets`."""
    secret_files: bool = False
    """Give the service its secrets as files and not as environment variables, DATABASE_URL and
    REDIS_URL too: `/secrets/<VARIABLE>/value` has the latest version at every read, so that a
    rotation needs no new revision."""
    vertex_ai: bool = False
    """Use of Vertex AI: the service may call it, and gets VERTEX_AI_PROJECT and
    VERTEX_AI_LOCATION, with `vector_search` also VECTOR_INDEX_ID, and with its deployment
    VECTOR_INDEX_ENDPOINT_ID, VECTOR_DEPLOYED_INDEX_ID and VECTOR_PUBLIC_ENDPOINT_DOMAIN."""
    roles: tuple[Role, ...] = ()
    """Project roles of the service's account, in addition to those that every service needs."""
    probes: ProbesConfig = ProbesConfig()
    """Health probes."""
    slo: SloConfig = SloConfig()
    """Service level objectives, over all regions together."""


class MigrationJobConfig(Section):
    """The Cloud Run job that migrates the database."""

    image: Image = BOOTSTRAP_JOB_IMAGE
    """Image of the first apply; releases own it afterwards."""
    cpu: Cpu = 1
    """vCPU of the job."""
    memory: Memory = "1Gi"
    """Memory of the job."""
    timeout_seconds: Annotated[int, Field(ge=1, le=86400)] = 1800
    """Longest time for one run."""


class SmokeJobConfig(Section):
    """The Cloud Run jobs, one in each region, that ask a new revision for an answer before it gets
    traffic.
    """

    image: Image = SMOKE_JOB_IMAGE
    """An image with `python3`; nothing else of it is used. A copy of it in the registry can be
    named where nothing may be pulled from elsewhere."""
