"""Application: its routes and lifespan."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TypedDict

from opentelemetry.trace import Tracer
from psycopg import OperationalError
from starlette.applications import Starlette
from starlette.authentication import AuthenticationError
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from grid_reference import database
from grid_reference.logs import TraceMiddleware
from grid_reference.readiness import Check, Readiness
from grid_reference.settings import Settings
from grid_reference.tokens import Tokens
from grid_reference.users import Users
from grid_shared import Cache, CacheConfig, Telemetry, connect, connect_others

_log = logging.getLogger(__name__)


class State(TypedDict):
    """Content of `request.state`."""

    readiness: Readiness
    users: Users | None
    tokens: Tokens
    tracer: Tracer


def create(settings: Settings) -> Starlette:
    """Create the application of one service. Nothing is connected before it starts."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[State]:
        async with AsyncExitStack() as stack:
            yield await _start(settings, stack)
        _log.info("stopped")

    routes = [
        Route("/health", health),
        Route("/ready", ready),
        Route("/users/{id:uuid}", read_user, methods=["GET"]),
        Route("/users/{id:uuid}", erase_user, methods=["DELETE"]),
    ]
    return Starlette(
        routes=[*routes, Mount(f"/{settings.service}", routes=routes)],
        middleware=[Middleware(TraceMiddleware)],
        # The cache's TimeoutError: a connection that hangs tells PostgreSQL's client nothing.
        exception_handlers={
            AuthenticationError: _unauthorized,
            OperationalError: _unavailable,
            TimeoutError: _unavailable,
        },
        lifespan=lifespan,
    )


async def _start(settings: Settings, stack: AsyncExitStack) -> State:
    checks: dict[str, Check] = {}
    cache = None
    # The detection of the instance waits for the metadata server.
    telemetry = await asyncio.to_thread(Telemetry.start, settings.telemetry)
    await stack.enter_async_context(telemetry)
    if settings.redis:
        redis = connect(settings.redis, secrets=settings.secrets)
        others = connect_others(settings.redis, secrets=settings.secrets)
        for client in (redis, *others.values()):
            stack.push_async_callback(client.aclose)
        users = Cache(redis, CacheConfig(namespace="users"), others=others, meters=telemetry.meters)
        cache = await stack.enter_async_context(users)
        checks["redis"] = redis.ping
    pool = await stack.enter_async_context(database.pool(settings))
    if pool:
        checks["database"] = partial(database.check, pool)
    readiness = Readiness(checks)
    await readiness.check()  # opens connections before the first request
    _log.info("started", extra={"service": settings.service})
    return State(
        readiness=readiness,
        users=Users(pool, cache) if pool else None,
        tokens=Tokens(settings.token_keys),
        tracer=telemetry.tracers.get_tracer("grid_reference"),
    )


async def health(_: Request) -> JSONResponse:
    """Say that the process answers. Cloud Run starts and restarts instances by this, so it
    checks nothing else: restarting every instance does not fix an unavailable database.
    """
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> JSONResponse:
    """Say whether the work can be done: 200, or 503 without the database.

    Redis is told and not required: without it reads are slower, and right.
    """
    result = await request.state.readiness.check()
    available = result.get("database", "ok") == "ok"
    return JSONResponse(result, status_code=200 if available else 503)


async def read_user(request: Request) -> JSONResponse:
    """Return the user that the token names, if that is who is asked for."""
    users: Users | None = request.state.users
    if not _is_own(request):
        return _FORBIDDEN
    row = await users.get(request.path_params["id"]) if users else None
    if row is None:
        return JSONResponse({"error": "no such user"}, status_code=404)
    return JSONResponse(row, headers={"Cache-Control": "no-store"})


async def erase_user(request: Request) -> Response:
    """Delete the user that the token names, with all that is theirs."""
    users: Users | None = request.state.users
    if not _is_own(request):
        return _FORBIDDEN
    if users is None:
        return JSONResponse({"error": "no such user"}, status_code=404)
    await users.erase(request.path_params["id"])
    return Response(status_code=204)


_FORBIDDEN = JSONResponse({"error": "the token is of another user"}, status_code=403)


def _is_own(request: Request) -> bool:
    """Return whether the token is of the user in the path.

    Raises:
        AuthenticationError: there is no valid token.
    """
    tokens: Tokens = request.state.tokens
    return tokens.subject(request) == str(request.path_params["id"])


async def _unauthorized(_: Request, error: Exception) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"}
    return JSONResponse({"error": str(error)}, status_code=401, headers=headers)


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    _log.error("the database is away: %s", str(error) or type(error).__name__)
    return JSONResponse({"error": "try again"}, status_code=503, headers={"Retry-After": "1"})
