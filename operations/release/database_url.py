"""Secrets with the connection URL of the database: new versions that name another host.

The URL is in memory only: no file, journal or log gets it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from operations.core.errors import FailedError
from operations.core.session import WriteContext
from operations.release.traffic import Json

VARIABLE, CERTIFICATES = "DATABASE_URL", "DATABASE_CA_CERTS"
"""Variables of a service with a database (constructs/compute/container.py)."""


@dataclass(frozen=True, kw_only=True)
class UrlSecret:
    """A secret with a connection URL, and its versions before and after a failover."""

    secret: str
    """As the template of a service names it."""
    before: str
    after: str = ""


def reference(variables: Mapping[str, Json]) -> UrlSecret | None:
    """Return the secret that a service reads its connection URL from; None without a database."""
    key = variables.get(VARIABLE, {}).get("valueSource", {}).get("secretKeyRef")
    return UrlSecret(secret=key["secret"], before=key["version"]) if key else None


class UrlSecrets:
    """Versions of secrets with connection URLs."""

    def __init__(self, session: WriteContext) -> None:
        self._client, self._secrets = session.client, session.google.secrets.projects().secrets()
        self._project = session.platform.project_id

    def add(self, url: UrlSecret, host: str) -> str:
        """Add a version with this host, unless the newest one has it; return its number.

        Raises:
            FailedError: a version cannot be read or added.
        """
        secret = self.full_name(url.secret)
        name, content = self._access(f"{secret}/versions/latest")
        if urlsplit(content).hostname != host:
            _, content = self._access(f"{secret}/versions/{url.before}")
            data = base64.b64encode(with_host(content, host).encode()).decode()
            request = self._secrets.addVersion(parent=secret, body={"payload": {"data": data}})
            self._client.ensure(
                f"the version of {secret}",
                lambda: (
                    urlsplit(self._access(f"{secret}/versions/latest")[1]).hostname == host or None
                ),
                lambda: self._client.send(request),
            )
            name, _ = self._access(f"{secret}/versions/latest")
        return name.rpartition("/")[2]

    def disable(self, url: UrlSecret) -> None:
        """Disable the version of before, so that no new instance connects to the old database."""
        if url.before in {url.after, "latest"}:
            return
        name, versions = self._name(url), self._secrets.versions()

        def is_disabled() -> bool | None:
            version = self._client.find(versions.get(name=name))
            return True if version is None or version["state"] != "ENABLED" else None

        self._client.ensure(
            f"no {name}",
            is_disabled,
            lambda: self._client.send(versions.disable(name=name, body={})),
        )

    def full_name(self, secret: str) -> str:
        """Return the name of a secret in the API."""
        return secret if "/" in secret else f"projects/{self._project}/secrets/{secret}"

    def _name(self, url: UrlSecret) -> str:
        return f"{self.full_name(url.secret)}/versions/{url.before}"

    def _access(self, version: str) -> tuple[str, str]:
        answer = self._client.send(self._secrets.versions().access(name=version))
        return str(answer["name"]), base64.b64decode(answer["payload"]["data"]).decode()


def with_host(url: str, host: str) -> str:
    """Return a connection URL with another host. Raises FailedError if it is not a URL."""
    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    if not parts.scheme or not place:
        raise FailedError(
            "the secret with the connection URL has no URL",
            advice="add a version with postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
        )
    _, colon, port = place.partition(":")
    return parts._replace(netloc=f"{user}{at}{host}{colon}{port}").geturl()
