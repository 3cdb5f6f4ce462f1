"""Log entries of the services of an environment, in Cloud Logging."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from operations.core.errors import UsageError
from operations.core.session import ReadContext

SEVERITIES = (
    *("DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY"),
)
"""Severities, the lowest first (Logging API, LogSeverity)."""
LATE = timedelta(seconds=15)
"""How much later than its time an entry can arrive, and is still followed."""
_PAGE = 1000
"""Entries in a response at most; entries.list takes 1,000."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which entries to read."""

    services: tuple[str, ...]
    """Names of Cloud Run services."""
    regions: tuple[str, ...]
    severity: str
    """The lowest."""
    contains: str = ""
    """A string in any field."""

    def filter(self, since: datetime) -> str:
        """Return the expression of Logging's query language."""
        lines = [
            'resource.type="cloud_run_revision"',
            f"resource.labels.service_name=({_any(self.services)})",
            f"resource.labels.location=({_any(self.regions)})",
            f"severity>={self.severity}",
            f'timestamp>="{since:%Y-%m-%dT%H:%M:%S.%fZ}"',
        ]
        return "\n".join([*lines, json.dumps(self.contains)] if self.contains else lines)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One log entry."""

    id: str
    time: datetime
    severity: str
    service: str
    region: str
    revision: str
    message: str
    trace: str

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Entry:
        """Read an entry of the API."""
        labels = found.get("resource", {}).get("labels", {})
        return cls(
            id=f"{found.get('logName')} {found.get('insertId')}",
            time=datetime.fromisoformat(found["timestamp"]),
            severity=str(found.get("severity", SEVERITIES[0])),
            service=str(labels.get("service_name", "")),
            region=str(labels.get("location", "")),
            revision=str(labels.get("revision_name", "")),
            message=_message(found),
            trace=str(found.get("trace", "")).rpartition("/")[2],
        )

    def as_json(self) -> dict[str, str]:
        """Return the entry for `--json`."""
        kept = ("severity", "service", "region", "revision", "message", "trace")
        return {"time": self.time.isoformat(), **{name: getattr(self, name) for name in kept}}


def select(
    session: ReadContext,
    services: list[str] | None,
    regions: list[str] | None,
    severity: str,
    contains: str,
) -> Selection:
    """Return the selection for names as operators give them; none means all.

    Raises:
        UsageError: there is no such service, region or severity.
    """
    own = session.platform.services
    places = {region for in_regions in own.values() for region in in_regions}
    for kind, given, known in (
        ("service", services, set(own)),
        ("region", regions, places),
        ("severity", [severity.upper()], SEVERITIES),
    ):
        for name in given or ():
            if name not in known:
                raise UsageError(
                    f"there is no {kind} {name}", advice=f"one of {', '.join(sorted(known))}"
                )
    return Selection(
        services=tuple(
            sorted({one.name for name in services or own for one in own[name].values()})
        ),
        regions=tuple(sorted(regions or places)),
        severity=severity.upper(),
        contains=contains,
    )


def newest(session: ReadContext, selection: Selection, since: datetime, limit: int) -> list[Entry]:
    """Return the newest entries since a time, the oldest of them first.

    Raises:
        FailedError: Cloud Logging does not answer, or denies it.
    """
    found = islice(_entries(session, selection, since, "timestamp desc", limit), limit)
    return [*found][::-1]


def follow(session: ReadContext, selection: Selection, since: datetime) -> Iterator[Entry | None]:
    """Yield entries as they arrive, without an end; None after those of each request.

    Raises:
        FailedError: Cloud Logging does not answer, or denies it.
    """
    known: dict[str, datetime] = {}
    while True:
        for entry in _entries(session, selection, since, "timestamp asc", _PAGE):
            if entry.id not in known:
                yield entry
            known[entry.id] = entry.time
        yield None
        since = max([since, *(time - LATE for time in known.values())])
        known = {id_: time for id_, time in known.items() if time >= since}


def _entries(
    session: ReadContext, selection: Selection, since: datetime, order: str, size: int
) -> Iterator[Entry]:
    entries = session.google.api("logging", "v2").entries()
    body: dict[str, Any] = {
        "resourceNames": [f"projects/{session.platform.project_id}"],
        "filter": selection.filter(since),
        "orderBy": order,
        "pageSize": min(size, _PAGE),
    }
    while True:
        page = session.client.send(entries.list(body=body), read_only=True)
        yield from map(Entry.of, page.get("entries", []))
        if not page.get("nextPageToken"):
            return
        body["pageToken"] = page["nextPageToken"]


def _message(found: Mapping[str, Any]) -> str:
    if text := found.get("textPayload"):
        return str(text).rstrip("\n")
    payload = found.get("jsonPayload") or found.get("protoPayload") or {}
    if isinstance(payload.get("message"), str):
        return str(payload["message"])
    if request := found.get("httpRequest"):
        keys = ("requestMethod", "requestUrl", "status", "latency")
        return " ".join(str(request[key]) for key in keys if key in request)
    return json.dumps(payload, ensure_ascii=False, sort_keys=True)


def _any(names: tuple[str, ...]) -> str:
    return " OR ".join(json.dumps(name) for name in names)
