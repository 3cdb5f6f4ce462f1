"""Requests to Google's APIs with the service account's credentials."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import google.auth
import httpx2
from google.auth.transport.requests import Request

from grid_shared.service.problems import UnavailableError

_SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
TIMEOUT = httpx2.Timeout(10.0, connect=2.0, read=30.0)
"""Seconds; `read` is the time between two parts of an answer."""


class GoogleAuth(httpx2.Auth):
    """Access tokens of the default credentials, renewed shortly before they expire."""

    def __init__(self) -> None:
        self._credentials: Any = None
        self._lock = asyncio.Lock()

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncIterator[httpx2.Request]:  # type: ignore[override]  # no value is sent back
        """Send a request with a token.

        Raises:
            UnavailableError: there is no token.
        """
        async with self._lock:
            try:
                token = await asyncio.to_thread(self._token)
            except google.auth.exceptions.GoogleAuthError as error:
                raise UnavailableError(f"no credentials: {error}") from error
        request.headers["Authorization"] = f"Bearer {token}"
        yield request

    def _token(self) -> str:
        if self._credentials is None:
            self._credentials, _ = google.auth.default(_SCOPES)
        if not self._credentials.valid:
            self._credentials.refresh(Request())
        return str(self._credentials.token)


async def post(client: httpx2.AsyncClient, url: str, body: Any) -> Any:
    """Send JSON and return the JSON of the answer.

    Raises:
        UnavailableError: there is no answer, or it is an error.
    """
    try:
        answer = await client.post(url, json=body)
        answer.raise_for_status()
        return answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise unavailable(error) from error


def unavailable(error: Exception) -> UnavailableError:
    """Describe an error without the request, which contains text of users."""
    status = f" {error.response.status_code}" if isinstance(error, httpx2.HTTPStatusError) else ""
    return UnavailableError(f"Vertex AI: {type(error).__name__}{status}")
