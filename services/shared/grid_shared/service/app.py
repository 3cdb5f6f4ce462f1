"""The application of a service: its own operations and the parts that all services share."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, LiteralString, TypedDict

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from opentelemetry.trace import Tracer
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.requests import Request

from grid_shared.cache import Cache, CacheConfig, connect, connect_others
from grid_shared.service import problems, startup
from grid_shared.service.keys import NoKeys, RemoteKeys
from grid_shared.service.limits import BodyLimit
from grid_shared.service.logs import TraceMiddleware
from grid_shared.service.readiness import Check, Readiness
from grid_shared.service.settings import Settings
from grid_shared.service.tokens import Tokens
from grid_shared.telemetry import Telemetry

if TYPE_CHECKING:
    from grid_shared.service.database import Pool

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Resources that the kit has opened for a service."""

    settings: Settings
    telemetry: Telemetry
    redis: Redis | None
    """Client of the cache, if the service has one."""
    others: Mapping[str, Redis]
    """Clients of the caches of other regions."""
    pool: "Pool | None"
    """Connections to the database, if the service has one."""

    @asynccontextmanager
    async def cache(self, config: CacheConfig) -> AsyncIterator[Cache[Any] | None]:
        """Open a cache of all regions; None if the service has no Redis."""
        if not self.redis:
            yield None
            return
        meters = self.telemetry.meters
        async with Cache(self.redis, config, others=self.others, meters=meters) as cache:
            yield cache

    @property
    def database(self) -> "Pool":
        """Connections to the database of a service that requires DATABASE_URL."""
        assert self.pool  # noqa: S101 - `requires` was checked
        return self.pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Parts that a service adds to the kit."""

    title: str
    router: APIRouter
    open: Callable[[Resources], AbstractAsyncContextManager[object]]
    """Function that opens the resources of the operations: `request.state.own` of each request."""
    requires: tuple[str, ...] = ()
    """Required environment variables or mounted secrets."""
    check: Callable[[Settings], object] = bool
    """Check of the service's own settings before it starts; it raises SettingsError."""
    probe: LiteralString = "SELECT"
    """Statement that succeeds when the database has the tables and columns of the service."""


class State(TypedDict):
    """Content of `request.state`."""

    readiness: Readiness
    tokens: Tokens
    tracer: Tracer
    own: object


def create(service: Service, settings: Settings) -> FastAPI:
    """Create the application. Nothing is connected before it starts.

    Raises:
        SettingsError: a variable is missing or invalid.
    """
    startup.check(settings, service.requires)
    service.check(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        async with AsyncExitStack() as stack:
            yield await _start(service, settings, stack)
        _log.info("stopped")

    prefix = f"/{settings.service}"
    app = FastAPI(
        title=service.title,
        openapi_url=f"{prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=problems.RESPONSES,
        lifespan=lifespan,
    )
    app.add_middleware(BodyLimit)
    app.add_middleware(TraceMiddleware)
    # The load balancer passes a path on as it is, and probes ask without the prefix.
    for router in (_probes, service.router):
        app.include_router(router, prefix=prefix)
        app.include_router(router, include_in_schema=False)
    unavailable: list[type[Exception]] = [RedisError]
    if settings.database_url:
        from psycopg import OperationalError

        unavailable.append(OperationalError)
    problems.handle(app, unavailable)
    return app


async def _start(service: Service, settings: Settings, stack: AsyncExitStack) -> State:
    checks: dict[str, Check] = {}
    redis = pool = None
    others: Mapping[str, Redis] = {}
    # The detection of the instance waits for the metadata server.
    telemetry = await asyncio.to_thread(Telemetry.start, settings.telemetry)
    await stack.enter_async_context(telemetry)
    if settings.redis:
        redis = connect(settings.redis, secrets=settings.secrets)
        others = connect_others(settings.redis, secrets=settings.secrets)
        for client in (redis, *others.values()):
            stack.push_async_callback(client.aclose)
        checks["redis"] = redis.ping
    if settings.database_url:
        from grid_shared.service import database

        pool = await stack.enter_async_context(database.pool(settings))
        checks["database"] = partial(database.check, pool, service.probe)
    resources = Resources(
        settings=settings, telemetry=telemetry, redis=redis, others=others, pool=pool
    )
    own = await stack.enter_async_context(service.open(resources))
    readiness = Readiness(checks)
    await readiness.check()  # opens connections before the first request
    _log.info("started", extra={"service": settings.service})
    return State(
        readiness=readiness,
        tokens=Tokens(RemoteKeys(settings.jwks_url) if settings.jwks_url else NoKeys()),
        tracer=telemetry.tracers.get_tracer("grid_shared.service"),
        own=own,
    )


_probes = APIRouter(tags=["probes"])


@_probes.get("/health")
async def health() -> dict[str, str]:
    """Return `ok` while the process answers. Cloud Run restarts an instance if this fails, so it
    checks nothing else: restarting every instance does not fix an unavailable database.
    """
    return {"status": "ok"}


@_probes.get("/ready", response_model=dict[str, str], responses={503: {"model": dict[str, str]}})
async def ready(request: Request) -> Any:
    """Return 200 if the service can answer requests, or 503 without the database.

    The state of Redis is reported but not required: without Redis, reads are slower.
    """
    result = await request.state.readiness.check()
    available = result.get("database", "ok") == "ok"
    return JSONResponse(result, status_code=200 if available else 503)
