"""The text of a new environment file."""

from collections.abc import Iterator
from dataclasses import dataclass

from environments.new.answers import Answers, Size
from environments.rules.data import RESERVED_CONNECTIONS

_MULTI_REGIONS = {"us": "US", "northamerica": "US", "europe": "EU", "asia": "ASIA"}


@dataclass(frozen=True, slots=True)
class _Profile:
    """What a size stands for."""

    summary: str
    protect: bool
    egress: str
    tier: str
    high_availability: bool
    services: tuple[str, ...]
    cpu: int
    memory: str
    min_instances: int
    max_instances: int
    pool_size: int
    cache_gb: int


_PROFILES: dict[Size, _Profile] = {
    "small": _Profile(
        summary="It fits the default quotas of a new project: 20 vCPU of Cloud Run in a region.",
        protect=False,
        egress="direct",
        tier="db-custom-1-3840",
        high_availability=False,
        services=("api",),
        cpu=1,
        memory="512Mi",
        min_instances=0,
        max_instances=5,
        pool_size=5,
        cache_gb=1,
    ),
    "standard": _Profile(
        summary="It needs quota for 42 vCPU of Cloud Run in a region: docs/quotas.md.",
        protect=False,
        egress="direct",
        tier="db-custom-2-7680",
        high_availability=False,
        services=("api", "auth"),
        cpu=2,
        memory="2Gi",
        min_instances=0,
        max_instances=10,
        pool_size=5,
        cache_gb=1,
    ),
    "production": _Profile(
        summary="It needs quota for 122 vCPU of Cloud Run in a region: docs/quotas.md.",
        protect=True,
        egress="direct",
        tier="db-custom-4-15360",
        high_availability=True,
        services=("api", "auth"),
        cpu=2,
        memory="2Gi",
        min_instances=2,
        max_instances=30,
        pool_size=2,
        cache_gb=2,
    ),
}


def render(answers: Answers) -> str:
    """Return the text of the environment file for these answers."""
    return "\n".join(_lines(answers)) + "\n"


def _lines(answers: Answers) -> Iterator[str]:
    profile = _PROFILES[answers.size]
    name, project = answers.environment, answers.project_id
    regions = [region for region in (answers.region, answers.second_region) if region]
    yield "# yaml-language-server: $schema=environment.schema.json"
    yield f"# {name}, size {answers.size}. {profile.summary}"
    yield "# A key that is not set has a default. All keys: docs/reference/environment.md."
    yield f"environment: {name}"
    yield f"project_id: {project}"
    yield "node_env: production"
    if profile.protect:
        yield "# Blocks the deletion of what holds data or serves users."
    yield f"protect: {str(profile.protect).lower()}"
    yield ""
    yield "# The bootstrap creates this bucket for the Terraform state."
    yield f"state: {{bucket: {project}-tfstate, prefix: grid/{name}}}"
    yield ""
    yield f"primary_region: {answers.region}"
    yield "regions:"
    for number, region in enumerate(regions):
        yield f"  {region}:"
        yield f"    subnet_range: 10.{number * 2}.0.0/20"
        yield f"    services_range: 10.{number * 2}.16.0/20"
        yield f"    pods_range: 10.{number * 2}.32.0/20"
        yield f"    connector: {{range: 10.1.0.{number * 16}/28}}"
    yield ""
    yield "network:"
    yield f"  egress: {profile.egress} # no connector instances, which are billed all day"
    yield "  # Cloud SQL and Redis take their addresses from this range. Choose it once."
    yield "  private_services_range: 10.64.0.0/16"
    if not profile.protect:
        yield "  abandon_private_services_on_destroy: true"
    yield ""
    yield "# Point the A records of the hosts at the output lb_ip after the first apply."
    yield f"domain: {{name: {answers.domain}}}"
    yield ""
    if not profile.protect:
        yield "# Log what the web application firewall would block, without blocking it."
        yield "cloud_armor: {preview: true}"
        yield ""
    yield from _data(answers, profile, regions)
    yield ""
    yield from _services(answers, profile)
    yield ""
    yield "migration_job: {}"
    yield from _options(answers)
    yield ""
    yield f"monitoring: {{alert_email: {answers.alert_email}}}"
    if answers.billing_account:
        yield ""
        yield "# Who applies needs roles/billing.costsManager on the billing account."
        yield "cost:"
        yield f"  billing_account: {answers.billing_account}"
        yield f"  budget: {{amount: {_budget(answers)}}}"
    if answers.repository:
        yield ""
        yield (f"ci: {{repository: {answers.repository}, repository_id: {answers.repository_id}}}")


def _data(answers: Answers, profile: _Profile, regions: list[str]) -> Iterator[str]:
    instances = profile.max_instances * len(profile.services) * len(regions)
    connections = instances * profile.pool_size + RESERVED_CONNECTIONS
    yield "database:"
    yield f"  tier: {profile.tier}"
    if profile.high_availability:
        yield "  high_availability: true # a standby in a second zone"
    if connections > 200:
        spare = f"{RESERVED_CONNECTIONS} for people and jobs."
        yield f"  # pool_size × max_instances × regions of all services, and {spare}"
        yield f"  max_connections: {connections}"
    if len(regions) > 1:
        yield f"  replicas: {{replica: {{region: {regions[1]}}}}}"
    yield ""
    if profile.high_availability:
        yield (
            f"cache: {{memory_gb: {profile.cache_gb}, high_availability: true, snapshots: true}}"
        )
        yield ""
    location = _MULTI_REGIONS.get(answers.region.partition("-")[0], "US")
    retention = "" if profile.protect else ", retention_days: 1, expire_days: 30"
    yield f"storage: {{backups: {{location: {location}{retention}}}}}"


def _services(answers: Answers, profile: _Profile) -> Iterator[str]:
    yield "# One entry for each Cloud Run service. A name alone is enough: `worker: {}`."
    yield "services:"
    for service in profile.services:
        is_default = service == profile.services[0]
        cdn = ", cdn: {}" if "cdn" in answers.parts else ""
        route = f"default: true{cdn}" if is_default else f"paths: [/{service}]"
        yield f"  {service}:"
        yield f"    route: {{{route}}}"
        yield f"    cpu: {profile.cpu}"
        yield f"    memory: {profile.memory}"
        if profile.min_instances:
            yield f"    min_instances: {profile.min_instances}"
        yield f"    max_instances: {profile.max_instances}"
        yield f"    database: {{pool_size: {profile.pool_size}}}"
        yield "    cache: true"
        if is_default and "vector-search" in answers.parts:
            yield "    vertex_ai: true"
    if "gpu" in answers.parts:
        yield "  model: # request the quota for nvidia-l4 first: docs/quotas.md"
        if answers.second_region:
            yield f"    regions: [{answers.region}]"
        yield "    route: {paths: [/model]}"
        yield "    cpu: 4"
        yield "    memory: 16Gi"
        yield "    cpu_always_allocated: true"
        yield "    gpu: {}"
        yield "    max_instances: 1"


def _options(answers: Answers) -> Iterator[str]:
    if "vector-search" in answers.parts:
        yield ""
        yield "# `deployment: {}` makes the index searchable; its replicas are billed all day."
        yield "vector_search: {}"
    if "exports" in answers.parts:
        yield ""
        yield "# A nightly export of the database, and a daily copy of the app data."
        yield "backups: {}"
    if "gateway" in answers.parts:
        yield ""
        yield "# Apigee. The first apply takes up to two hours; its nodes are billed all day."
        yield "gateway: {billing_type: PAYG}"


def _budget(answers: Answers) -> int:
    """Return a budget in whole units of the currency, to be adapted by the owner."""
    return {"small": 200, "standard": 500, "production": 3000}[answers.size]
