"""Rules of the services: machines, scaling, variables and secrets."""

from collections.abc import Iterator

from environments import google_cloud
from environments.naming import APPLY, COST_REPORT, EXPORT, MIGRATION_JOB, PLAN, SMOKE_JOB
from environments.problems import Path, Problem
from environments.schema import Environment

_MANAGED_VARIABLES = frozenset(
    """
    APP_ENV NODE_ENV GCP_PROJECT GOOGLE_CLOUD_PROJECT
    DATABASE_URL DATABASE_CA_CERTS DATABASE_POOL_SIZE REDIS_URL REDIS_CA_CERTS
    APP_DATA_BUCKET VERTEX_AI_PROJECT VERTEX_AI_LOCATION VECTOR_INDEX_ID VECTOR_INDEX_ENDPOINT_ID
    VECTOR_DEPLOYED_INDEX_ID VECTOR_PUBLIC_ENDPOINT_DOMAIN
    """.split()
)


def services_scale_sensibly(env: Environment) -> Iterator[Problem]:
    """A service's least number of instances is not above its most."""
    for name, service in env.services.items():
        if service.min_instances > service.max_instances:
            yield Problem(
                ("services", name, "max_instances"),
                str(service.max_instances),
                f"at least min_instances ({service.min_instances})",
                because=(("services", name, "min_instances"),),
            )


def memory_fits_cpu(env: Environment) -> Iterator[Problem]:
    """Cloud Run accepts the pair of vCPU and memory."""
    machines: dict[Path, tuple[int, str]] = {
        ("services", name, "memory"): (service.cpu, service.memory)
        for name, service in env.services.items()
    }
    if env.migration_job:
        machines["migration_job", "memory"] = (env.migration_job.cpu, env.migration_job.memory)
    for path, (cpu, memory) in machines.items():
        least, most = google_cloud.MEMORY_MIB[cpu]
        if not least <= google_cloud.memory_mib(memory) <= most:
            wanted = f"{least}Mi to {most}Mi for {cpu} vCPU"
            yield Problem(path, memory, wanted, because=((*path[:-1], "cpu"),))


def gpus_are_possible(env: Environment) -> Iterator[Problem]:
    """A GPU has the region, CPU, memory and billing that it needs."""
    for name, service in env.services.items():
        if not service.gpu:
            continue
        at = ("services", name)
        for region in env.regions_of(service):
            if region not in google_cloud.GPU_REGIONS:
                wanted = "regions with an nvidia-l4: " + ", ".join(sorted(google_cloud.GPU_REGIONS))
                because = ((*at, "regions"), ("regions", region))
                yield Problem((*at, "gpu"), f"a GPU in {region}", wanted, because=because)
        if service.cpu < google_cloud.GPU_MIN_CPU:
            wanted = f"at least {google_cloud.GPU_MIN_CPU} vCPU beside a GPU"
            yield Problem((*at, "cpu"), str(service.cpu), wanted)
        if google_cloud.memory_mib(service.memory) < google_cloud.GPU_MIN_MEMORY_MIB:
            wanted = f"at least {google_cloud.GPU_MIN_MEMORY_MIB}Mi beside a GPU"
            yield Problem((*at, "memory"), service.memory, wanted)
        if not service.cpu_always_allocated:
            wanted = "true beside a GPU, which is billed by the instance"
            yield Problem((*at, "cpu_always_allocated"), "false", wanted)


def variables_are_free(env: Environment) -> Iterator[Problem]:
    """No variable is set twice, and none that Cloud Run or the platform sets itself."""
    taken = google_cloud.RESERVED_VARIABLES | _MANAGED_VARIABLES
    for name, service in env.services.items():
        for section, variables in (("env", service.env), ("secrets", service.secrets)):
            for variable in variables:
                if variable in taken:
                    path = ("services", name, section, variable)
                    yield Problem(path, variable, "a name that the platform does not set itself")
        for variable in sorted(service.env.keys() & service.secrets.keys()):
            wanted = "a variable under env or under secrets, not both"
            yield Problem(("services", name, "secrets", variable), variable, wanted)


def secrets_are_known(env: Environment) -> Iterator[Problem]:
    """A service names only secrets of the environment, and no secret takes a name in use."""
    known = ", ".join(env.secrets) or "none yet"
    for name, service in env.services.items():
        for variable, secret in service.secrets.items():
            if secret not in env.secrets:
                path = ("services", name, "secrets", variable)
                because = (("secrets", secret),)
                yield Problem(path, secret, f"a name under secrets: {known}", because=because)
    for secret in env.secrets:
        if secret.startswith(("db-", "redis-")):
            wanted = "another name: the database and the cache use db-… and redis-… themselves"
            yield Problem(("secrets", secret), secret, wanted)


def probes_end_in_time(env: Environment) -> Iterator[Problem]:
    """A startup probe gives up within the 240 seconds that Cloud Run allows."""
    for name, service in env.services.items():
        probes = service.probes
        total = probes.startup_period_seconds * probes.startup_failures
        if total > 240:
            got = f"{probes.startup_failures} × {probes.startup_period_seconds} s = {total} s"
            at = ("services", name, "probes")
            because = ((*at, "startup_period_seconds"),)
            yield Problem((*at, "startup_failures"), got, "240 s at most", because=because)


def names_are_free(env: Environment) -> Iterator[Problem]:
    """No service takes the name of something that has an account of its own."""
    cost_export = env.cost.export if env.cost else None
    taken = {
        MIGRATION_JOB: env.migration_job and "the migration job uses",
        SMOKE_JOB: "the smoke jobs use",
        COST_REPORT: cost_export and cost_export.daily_report and "the cost report uses",
        EXPORT: env.backups and "the scheduled backups use",
        PLAN: env.ci and "the pipeline uses",
        APPLY: env.ci and "the pipeline uses",
    }
    for name, user in taken.items():
        if user and name in env.services:
            yield Problem(("services", name), name, f"another name: {user} this one")


RULES = (
    names_are_free,
    services_scale_sensibly,
    memory_fits_cpu,
    gpus_are_possible,
    variables_are_free,
    secrets_are_known,
    probes_end_in_time,
)
