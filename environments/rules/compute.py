"""Rules of the services: machines, scaling, variables and secrets."""

from collections.abc import Iterator

from environments.naming import APPLY, COST_REPORT, EXPORT, MIGRATION_JOB, PLAN, SMOKE_JOB
from environments.problems import Path, Problem
from environments.rules.confirmation import rests_on
from environments.schema import Environment
from environments.schema.compute import memory_mib
from facts import cloud_run

MANAGED_VARIABLES = frozenset(
    """
    APP_ENV NODE_ENV GCP_PROJECT GOOGLE_CLOUD_PROJECT
    DATABASE_URL DATABASE_CA_CERTS DATABASE_POOL_SIZE REDIS_URL REDIS_CA_CERTS
    APP_DATA_BUCKET VERTEX_AI_PROJECT VERTEX_AI_LOCATION VECTOR_INDEX_ID VECTOR_INDEX_ENDPOINT_ID
    VECTOR_DEPLOYED_INDEX_ID VECTOR_PUBLIC_ENDPOINT_DOMAIN
    """.split()
)
MANAGED_PREFIXES = ("REDIS_URL_", "REDIS_CA_CERTS_")
"""Of variables about other regions."""


def check_instance_limits(environment: Environment) -> Iterator[Problem]:
    """Check that the minimum of instances of a service is not above its maximum."""
    for name, service in environment.services.items():
        if service.min_instances > service.max_instances:
            yield Problem(
                ("services", name, "max_instances"),
                str(service.max_instances),
                f"at least min_instances ({service.min_instances})",
                depends_on=(("services", name, "min_instances"),),
            )


def check_cpu_memory_pairs(environment: Environment) -> Iterator[Problem]:
    """Check that Cloud Run offers the memory for the number of vCPU."""
    machines: dict[Path, tuple[int, str]] = {
        ("services", name, "memory"): (service.cpu, service.memory)
        for name, service in environment.services.items()
    }
    if environment.migration_job:
        machines["migration_job", "memory"] = (
            environment.migration_job.cpu,
            environment.migration_job.memory,
        )
    for path, (cpu, memory) in machines.items():
        least, most = cloud_run.memory_range_mib(cpu, generation=2) or (0, 0)
        if not least <= memory_mib(memory) <= most:
            expected = f"{least}Mi to {most}Mi for {cpu} vCPU"
            yield Problem(path, memory, expected, depends_on=((*path[:-1], "cpu"),))


def check_gpus(environment: Environment) -> Iterator[Problem]:
    """Check that a GPU has the region, CPU, memory and billing that it needs."""
    for name, service in environment.services.items():
        if not service.gpu:
            continue
        at = ("services", name)
        for region in environment.regions_of(service):
            if region not in cloud_run.gpu_regions():
                expected = "regions with an nvidia-l4: " + ", ".join(
                    sorted(cloud_run.gpu_regions())
                )
                depends_on = ((*at, "regions"), ("regions", region))
                yield Problem((*at, "gpu"), f"a GPU in {region}", expected, depends_on=depends_on)
        if service.cpu < cloud_run.gpu_min_cpu():
            expected = f"at least {cloud_run.gpu_min_cpu()} vCPU with a GPU"
            yield Problem((*at, "cpu"), str(service.cpu), expected)
        if memory_mib(service.memory) < cloud_run.gpu_min_memory_mib():
            expected = f"at least {cloud_run.gpu_min_memory_mib()}Mi with a GPU"
            yield Problem((*at, "memory"), service.memory, expected)
        if not service.cpu_always_allocated:
            expected = "true with a GPU, which is billed by the instance"
            yield Problem((*at, "cpu_always_allocated"), "false", expected)


def check_variables(environment: Environment) -> Iterator[Problem]:
    """Check that no variable is set twice, or is one that Cloud Run or the platform sets."""
    taken = cloud_run.reserved_variables() | MANAGED_VARIABLES
    for name, service in environment.services.items():
        for section, variables in (("env", service.env), ("secrets", service.secrets)):
            for variable in variables:
                if variable in taken or variable.startswith(MANAGED_PREFIXES):
                    path = ("services", name, section, variable)
                    yield Problem(path, variable, "a name that the platform does not set itself")
        for variable in sorted(service.env.keys() & service.secrets.keys()):
            expected = "a variable under env or under secrets, not both"
            yield Problem(("services", name, "secrets", variable), variable, expected)


def check_secrets(environment: Environment) -> Iterator[Problem]:
    """Check that services name known secrets, and that no secret takes a name in use."""
    known = ", ".join(environment.secrets) or "none yet"
    for name, service in environment.services.items():
        for variable, secret in service.secrets.items():
            if secret not in environment.secrets:
                path = ("services", name, "secrets", variable)
                depends_on = (("secrets", secret),)
                yield Problem(path, secret, f"a name under secrets: {known}", depends_on=depends_on)
    for secret in environment.secrets:
        if secret.startswith(("db-", "redis-")):
            expected = "another name: the database and the cache use db-… and redis-… themselves"
            yield Problem(("secrets", secret), secret, expected)


@rests_on(("cloud_run", "max_startup_seconds"))
def check_startup_probes(environment: Environment) -> Iterator[Problem]:
    """Check that a startup probe gives up within the time that Cloud Run allows."""
    for name, service in environment.services.items():
        probes = service.probes
        total = probes.startup_period_seconds * probes.startup_failures
        if total > cloud_run.max_startup_seconds():
            actual = f"{probes.startup_failures} × {probes.startup_period_seconds} s = {total} s"
            at = ("services", name, "probes")
            depends_on = ((*at, "startup_period_seconds"),)
            yield Problem(
                (*at, "startup_failures"),
                actual,
                f"{cloud_run.max_startup_seconds()} s at most",
                depends_on=depends_on,
            )


def check_service_names(environment: Environment) -> Iterator[Problem]:
    """Check that no service has the name of another service account of the platform."""
    cost_export = environment.cost.export if environment.cost else None
    taken = {
        MIGRATION_JOB: environment.migration_job and "the migration job uses",
        SMOKE_JOB: "the smoke jobs use",
        COST_REPORT: cost_export and cost_export.daily_report and "the cost report uses",
        EXPORT: environment.backups and "the scheduled backups use",
        PLAN: environment.ci and "the pipeline uses",
        APPLY: environment.ci and "the pipeline uses",
    }
    for name, user in taken.items():
        if user and name in environment.services:
            yield Problem(("services", name), name, f"another name: {user} this one")


RULES = (
    check_service_names,
    check_instance_limits,
    check_cpu_memory_pairs,
    check_gpus,
    check_variables,
    check_secrets,
    check_startup_probes,
)
