"""Uniform errors: problem details in JSON (RFC 9457, https://www.rfc-editor.org/rfc/rfc9457)."""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from opentelemetry import trace
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request

_log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """Body of every response that is an error."""

    title: str
    """The status in words."""
    status: int
    detail: str
    """What to change, or that a retry can succeed. It never repeats the request."""
    trace: str | None
    """The request in Cloud Trace and Cloud Logging."""


RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Error",
        "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
    }
}
"""All errors of an operation, for its OpenAPI description."""


class UnavailableError(Exception):
    """Another service is temporarily unavailable: the client gets 503 and can retry."""


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Create the response for an error."""
    span = trace.get_current_span().get_span_context()
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        trace=trace.format_trace_id(span.trace_id) if span.is_valid else None,
    )
    return JSONResponse(body.model_dump(), status, headers, MEDIA_TYPE)


def handle(app: FastAPI, unavailable: Iterable[type[Exception]]) -> None:
    """Answer every error of an application as a problem; the types `unavailable` with 503."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    # The cache's TimeoutError: a connection that hangs tells PostgreSQL's client nothing.
    kinds: list[type[Exception]] = [TimeoutError, UnavailableError, *unavailable]
    for kind in kinds:
        app.add_exception_handler(kind, _unavailable)
    app.add_exception_handler(Exception, _unexpected)


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    return problem(error.status_code, error.detail, dict(error.headers or {}))


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it is registered for
    wrong = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return problem(422, "; ".join(wrong))


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    _log.error("a backend is unavailable: %s", str(error) or type(error).__name__)
    return problem(503, "Try again.", {"Retry-After": "1"})


async def _unexpected(_: Request, error: Exception) -> JSONResponse:
    _log.error("unexpected error", exc_info=error)
    return problem(500, "The error was logged.")
