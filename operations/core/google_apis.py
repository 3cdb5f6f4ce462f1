"""Google's APIs, described by the discovery documents that come with Google's own client.

Requests travel by `requests` instead of the client's httplib2, which sends a request once more,
unasked, when the connection closes before the answer: a lost answer would make two backups.
"""

from __future__ import annotations

import json
from functools import cache, cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import requests

from operations.core.errors import UsageError
from operations.core.runtime import Runtime
from operations.core.server_time import ServerTime

if TYPE_CHECKING:
    from google.auth.credentials import Credentials
    from google.auth.transport.requests import AuthorizedSession
    from httplib2 import Response

SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)


class Transport:
    """What Google's client needs of httplib2.Http, over a session of requests."""

    def __init__(self, session: AuthorizedSession, timeout: float, server_time: ServerTime) -> None:
        self._session, self._timeout, self._server_time = session, timeout, server_time

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: dict[str, str] | None = None,
        **_: Any,
    ) -> tuple[Response, bytes]:
        """Send once. Raises what requests raises when there is no answer in time.

        A part of an object is returned as it is stored: with Content-Encoding gzip, requests would
        unpack each part as if it were the whole ("Transcoding of gzip-compressed files",
        https://cloud.google.com/storage/docs/transcoding).
        """
        from httplib2 import Response

        answer = self._session.request(
            method,
            uri,
            data=body,
            headers=headers,
            timeout=self._timeout,
            allow_redirects=False,
            stream="Range" in (headers or {}),  # its headers count before it is read
        )
        if answer.status_code == HTTPStatus.PARTIAL_CONTENT:
            answer.raw.headers.pop("Content-Encoding", None)
        headers_found = {name.lower(): value for name, value in answer.headers.items()}
        self._server_time.observe(headers_found)
        return Response({**headers_found, "status": str(answer.status_code)}), answer.content


def authorized_session(credentials: Credentials, *, direct: bool) -> AuthorizedSession:
    """Return what sends requests with these credentials, and with no others.

    requests would put a password of ~/.netrc in the place of a token, also one of its `default`
    entry, and Google would answer 401. A proxy of the environment is used unless `direct`, for a
    server on this machine.
    """
    from google.auth.transport.requests import AuthorizedSession

    session = AuthorizedSession(credentials)
    session.auth = lambda request: request
    session.trust_env = not direct
    return session


class _CachedResource:
    """A resource of Google's client that makes each of its collections once.

    The client makes one again whenever it is asked for, in a millisecond; commands that look and
    look again spent more time on that than on the answers.
    """

    def __init__(self, resource: Any) -> None:
        self._resource = resource

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._resource, name)
        if getattr(member, "__is_resource__", False):
            collection = _CachedResource(member())
            member = lambda: collection  # noqa: E731
        setattr(self, name, member)
        return member


@cache
def _build_api(name: str, version: str, endpoint: str) -> _CachedResource:
    """Build an API, once in a process: it holds nothing of who calls it."""
    # Half a second; `grid deploy --help` has no use for it.
    from googleapiclient.discovery import build_from_document
    from googleapiclient.discovery_cache import get_static_doc

    document = json.loads(get_static_doc(name, version))
    if endpoint:
        document["rootUrl"] = f"{endpoint.rstrip('/')}/{name}/"
        document.pop("mtlsRootUrl", None)
    return _CachedResource(build_from_document(document, http=object()))  # `Google.transport` sends


class GoogleApis:
    """One API per property, built when first used; the shape is Google's, see the API's reference.

    A request is made by it and sent by `operations.core.api_client.ApiClient`.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._machine = runtime
        self.server_time = ServerTime(runtime.clock)

    @property
    def run(self) -> Any:
        """Cloud Run."""
        return self.api("run", "v2")

    @property
    def sql(self) -> Any:
        """Cloud SQL."""
        return self.api("sqladmin", "v1")

    @property
    def storage(self) -> Any:
        """Cloud Storage."""
        return self.api("storage", "v1")

    @property
    def monitoring(self) -> Any:
        """Cloud Monitoring."""
        return self.api("monitoring", "v3")

    @property
    def secrets(self) -> Any:
        """Secret Manager."""
        return self.api("secretmanager", "v1")

    @property
    def apigee(self) -> Any:
        """Apigee."""
        return self.api("apigee", "v1")

    def api(self, name: str, version: str) -> Any:
        """Return an API by the name and version of its discovery document."""
        return _build_api(name, version, self._machine.endpoint)

    def fetch(self, url: str) -> requests.Response:
        """Get an address that is no API's, such as a health check, without credentials; once.

        Raises:
            requests.RequestException: there was no answer in time.
        """
        return requests.get(
            url, timeout=self._machine.timeout_seconds, allow_redirects=False, stream=False
        )

    @cached_property
    def transport(self) -> Transport:
        """What sends requests, for the client's `execute`.

        Raises:
            UsageError: there are no credentials.
        """
        session = authorized_session(self.credentials, direct=bool(self._machine.endpoint))
        return Transport(session, self._machine.timeout_seconds, self.server_time)

    @cached_property
    def credentials(self) -> Credentials:
        """Those that Google's libraries find; anonymous ones for a server that stands in."""
        import google.auth
        from google.auth.credentials import AnonymousCredentials
        from google.auth.exceptions import DefaultCredentialsError

        if self._machine.endpoint:
            return AnonymousCredentials()
        try:
            credentials, _ = google.auth.default(scopes=SCOPES)
        except DefaultCredentialsError as error:
            raise UsageError(
                f"no Google credentials: {error}",
                advice="run gcloud auth application-default login, or use a workload identity",
            ) from error
        return credentials
