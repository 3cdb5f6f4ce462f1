"""Environment variables and secrets of a container."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from constructs.ai import VectorSearch
from constructs.cache import Cache
from constructs.database import Database
from constructs.security import Secret, Secrets
from constructs.storage import Storage

from environments.naming import identifier
from environments.schema import Environment, ServiceConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """The environment variables of a container, sorted by name where they are rendered."""

    plain: Mapping[str, str]
    """Values that anyone may read."""
    secret: Mapping[str, Secret]
    """Values that come from Secret Manager when an instance starts."""
    files: Mapping[str, Secret] = field(default_factory=dict)
    """Secrets that are mounted instead, by the variable they stand for."""

    @property
    def secrets(self) -> list[Secret]:
        """All secrets that the container reads."""
        return [*self.secret.values(), *self.files.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backends:
    """Resources that services can be connected to."""

    database: Database
    """The database."""
    caches: Mapping[str, Cache]
    """Redis by region."""
    storage: Storage
    """The buckets."""
    secrets: Secrets
    """The environment's secrets."""
    vector_search: VectorSearch | None = None
    """The vector index."""


def common(environment: Environment) -> dict[str, str]:
    """Return the environment variables of every container.

    NODE_ENV is `development` or `production`, never the name of the environment: tools that look
    for "production" would take "prod" for something else. APP_ENV is the name.
    """
    return {
        "APP_ENV": environment.environment,
        "GCP_PROJECT": environment.project_id,
        "GOOGLE_CLOUD_PROJECT": environment.project_id,
        "NODE_ENV": environment.node_env,
    }


def variables(
    config: ServiceConfig, *, region: str, environment: Environment, backends: Backends
) -> Variables:
    """Return the variables of a service in one region."""
    plain = common(environment) | {name: _literal(text) for name, text in config.env.items()}
    secret = {name: backends.secrets[secret_name] for name, secret_name in config.secrets.items()}
    if config.database:
        secret["DATABASE_URL"] = backends.database.url
        plain["DATABASE_CA_CERTS"] = backends.database.ca_certificates
        plain["DATABASE_POOL_SIZE"] = str(config.database.pool_size)
    if config.cache:
        for cache_region, cache in backends.caches.items():
            # A service tells the other regions what it changed (decision 42).
            suffix = "" if cache_region == region else f"_{identifier(cache_region).upper()}"
            secret[f"REDIS_URL{suffix}"] = cache.url
            plain[f"REDIS_CA_CERTS{suffix}"] = cache.ca_certificates
    if config.app_data:
        plain["APP_DATA_BUCKET"] = backends.storage.app_data.name
    if config.vertex_ai:
        plain["VERTEX_AI_PROJECT"] = environment.project_id
        plain["VERTEX_AI_LOCATION"] = region
        plain |= _vector_search(backends.vector_search) if backends.vector_search else {}
    if config.secret_files:
        return Variables(plain=plain, secret={}, files=secret)
    return Variables(plain=plain, secret=secret)


def _literal(text: str) -> str:
    """Escape a string of the file: Terraform evaluates `${x}` and `%{x}`."""
    return text.replace("${", "$${").replace("%{", "%%{")


def _vector_search(index: VectorSearch) -> dict[str, str]:
    """Return the variables to write to the index and, if it is deployed, to search it."""
    written = {"VECTOR_INDEX_ID": index.index_id}
    deployment = index.deployment
    if not deployment:
        return written
    return written | {
        "VECTOR_INDEX_ENDPOINT_ID": deployment.endpoint_id,
        "VECTOR_DEPLOYED_INDEX_ID": deployment.deployed_index_id,
        "VECTOR_PUBLIC_ENDPOINT_DOMAIN": deployment.domain,
    }
