"""Rules of services: the last legal value, and the first illegal one."""

from tests.environments.samples import REMOVED, Row

GPU_REGIONS = (
    "regions with an nvidia-l4: "
    "asia-south1, asia-southeast1, europe-west1, europe-west4, us-central1, us-east4"
)
NOT_OURS = "a name that the platform does not set itself"
RESERVED = "another name: the database and the cache use db-… and redis-… themselves"
SERVICE = {"cpu": 1, "memory": "512Mi", "max_instances": 1}


def _memory(cpu: int, legal: str, illegal: str, limits: str) -> Row:
    path = "services.auth.memory"
    machine = {"services.auth.cpu": cpu}
    problems = [(path, illegal, f"{limits} for {cpu} vCPU")]
    return "dev", {**machine, path: legal}, {**machine, path: illegal}, problems


MEMORY = {
    "1 vCPU, least memory": _memory(1, "512Mi", "511Mi", "512Mi to 4096Mi"),
    "1 vCPU, most memory": _memory(1, "4Gi", "4097Mi", "512Mi to 4096Mi"),
    "2 vCPU, least memory": _memory(2, "512Mi", "511Mi", "512Mi to 8192Mi"),
    "2 vCPU, most memory": _memory(2, "8Gi", "9Gi", "512Mi to 8192Mi"),
    "4 vCPU, least memory": _memory(4, "2Gi", "2047Mi", "2048Mi to 16384Mi"),
    "4 vCPU, most memory": _memory(4, "16Gi", "17Gi", "2048Mi to 16384Mi"),
    "8 vCPU, least memory": _memory(8, "4Gi", "4095Mi", "4096Mi to 32768Mi"),
    "8 vCPU, most memory": _memory(8, "32Gi", "33Gi", "4096Mi to 32768Mi"),
}

ROWS: dict[str, Row] = {
    **MEMORY,
    "memory of the migration job": (
        "dev",
        {"migration_job": {"cpu": 1, "memory": "4Gi"}},
        {"migration_job": {"cpu": 1, "memory": "5Gi"}},
        [("migration_job.memory", "5Gi", "512Mi to 4096Mi for 1 vCPU")],
    ),
    "least instances above the most": (
        "dev",
        {"services.ai.min_instances": 5},
        {"services.ai.min_instances": 6},
        [("services.ai.max_instances", "5", "at least min_instances (6)")],
    ),
    "GPU in a region without": (
        "prod",
        {"services.ai.regions": ["us-central1"]},
        {"services.ai.regions": ["us-east1"]},
        [("services.ai.gpu", "a GPU in us-east1", GPU_REGIONS)],
    ),
    "GPU in every region, one without": (
        "prod",
        {"services.ai.regions": ["us-central1"]},
        {"services.ai.regions": REMOVED},
        [("services.ai.gpu", "a GPU in us-east1", GPU_REGIONS)],
    ),
    "GPU with too few vCPU": (
        "prod",
        {"services.ai.cpu": 4, "services.ai.memory": "16Gi"},
        {"services.ai.cpu": 2, "services.ai.memory": "16Gi"},
        [
            ("services.ai.cpu", "2", "at least 4 vCPU with a GPU"),
            ("services.ai.memory", "16Gi", "512Mi to 8192Mi for 2 vCPU"),
        ],
    ),
    "GPU with too little memory": (
        "prod",
        {"services.ai.memory": "16384Mi"},
        {"services.ai.memory": "16383Mi"},
        [("services.ai.memory", "16383Mi", "at least 16384Mi with a GPU")],
    ),
    "GPU billed by the request": (
        "prod",
        {"services.ai.cpu_always_allocated": True},
        {"services.ai.cpu_always_allocated": False},
        [
            (
                "services.ai.cpu_always_allocated",
                "false",
                "true with a GPU, which is billed by the instance",
            )
        ],
    ),
    "variable of Cloud Run": (
        "dev",
        {"services.api.env": {"HTTP_PORT": "80"}},
        {"services.api.env": {"PORT": "80"}},
        [("services.api.env.PORT", "PORT", NOT_OURS)],
    ),
    "variable of the platform": (
        "dev",
        {"services.api.secrets": {"SESSION_KEY": "jwt-secret"}},
        {"services.api.secrets": {"DATABASE_URL": "jwt-secret"}},
        [("services.api.secrets.DATABASE_URL", "DATABASE_URL", NOT_OURS)],
    ),
    "variable of another region": (
        "dev",
        {"services.api.env": {"REDIS_URLS": "x"}},
        {"services.api.env": {"REDIS_URL_US_EAST1": "x", "REDIS_CA_CERTS_X": "x"}},
        [
            (f"services.api.env.{variable}", variable, NOT_OURS)
            for variable in ("REDIS_CA_CERTS_X", "REDIS_URL_US_EAST1")
        ],
    ),
    "variable plain and secret": (
        "dev",
        {"services.api.env": {"JWT_ISSUER": "grid"}},
        {"services.api.env": {"JWT_SECRET": "hunter2"}},
        [
            (
                "services.api.secrets.JWT_SECRET",
                "JWT_SECRET",
                "a variable under env or under secrets, not both",
            )
        ],
    ),
    "unknown secret": (
        "dev",
        {"services.api.secrets.KEY": "openai-key"},
        {"services.api.secrets.KEY": "open-ai-key"},
        [
            (
                "services.api.secrets.KEY",
                "open-ai-key",
                "a name under secrets: jwt-secret, openai-key",
            )
        ],
    ),
    "secret named like the database's": (
        "dev",
        {"secrets.db": {"source": "external"}},
        {"secrets.db-url": {"source": "external"}},
        [("secrets.db-url", "db-url", RESERVED)],
    ),
    "secret named like the cache's": (
        "dev",
        {"secrets.redis": {"source": "external"}},
        {"secrets.redis-url": {"source": "external"}},
        [("secrets.redis-url", "redis-url", RESERVED)],
    ),
    "startup probe takes too long": (
        "dev",
        {"services.ai.probes": {"startup_period_seconds": 10, "startup_failures": 24}},
        {"services.ai.probes": {"startup_period_seconds": 10, "startup_failures": 25}},
        [("services.ai.probes.startup_failures", "25 × 10 s = 250 s", "240 s at most")],
    ),
    "service named like the migration job": (
        "dev",
        {"services.migrate": SERVICE, "migration_job": REMOVED},
        {"services.migrate": SERVICE},
        [("services.migrate", "migrate", "another name: the migration job uses this one")],
    ),
    "service named like the smoke jobs": (
        "dev",
        {"services.smokes": SERVICE},
        {"services.smoke": SERVICE},
        [("services.smoke", "smoke", "another name: the smoke jobs use this one")],
    ),
}
