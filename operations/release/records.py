"""Releases as objects in the state bucket, which every machine reads and writes.

A record says what a release changes, and the previous revisions, service by service and region by
region. It is written before the first change, so that another machine can finish the release or
roll it back. The journal of a checkout only knows the steps of its own runs.
"""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from operations.core.runtime import ROOT
from operations.core.session import ReadContext
from operations.core.shared_objects import ABSENT, SharedObject, UnreadableObjectError

FOLDER = "releases"
State = Literal["running", "held", "succeeded", "reverted", "incomplete", "rolled back"]
"""held: it stopped at the percentage that the operator named. running also stands for a release
whose process was killed. incomplete: it failed, and something was not reverted."""
UNFINISHED: frozenset[State] = frozenset({"running", "held", "incomplete"})


@dataclass(frozen=True, kw_only=True)
class PreviousRevision:
    """The serving revisions of one region before a release."""

    revision: str
    image: str
    served_before: str = ""
    """Annotations of the service at that time: the revision that served before,"""
    release: str = ""
    """and the release that it was part of; empty where there was none."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One service in one region, as a release changes it."""

    service: str
    region: str
    name: str
    """Full name of the service: projects/…/locations/…/services/…."""
    image: str
    before: PreviousRevision
    after: str = ""
    """Revision of the release; empty until it exists."""
    failed: bool = False
    """The revision failed its smoke test."""

    @property
    def label(self) -> str:
        """Return service and region for messages."""
        return f"{self.service} {self.region}"


@dataclass(frozen=True, kw_only=True)
class Record:
    """One release or rollback."""

    id: str
    """Begins with the time in UTC, so that the names of records sort by time."""
    command: str
    by: str
    """Operator and machine, or the pipeline's run."""
    commit: str
    """Commit of the checkout; empty where it is none."""
    started: str
    state: State = "running"
    message: str = ""
    """Why it did not succeed."""
    places: tuple[Place, ...] = ()
    migration: str = ""
    """Image of the migration job, if the release set one."""
    rolls_back: str = ""
    """The release that a rollback rolls back."""
    version: int = 1
    generation: int = field(default=ABSENT, compare=False)
    """Generation of the object that it was read from."""

    @property
    def images(self) -> dict[str, str]:
        """Return the images by service."""
        return {place.service: place.image for place in self.places}

    def as_json(self) -> dict[str, Any]:
        """Return the content of the object."""
        return {name: value for name, value in asdict(self).items() if name != "generation"}


_RECORD: TypeAdapter[Record] = TypeAdapter(Record)


class Releases:
    """The records of one environment."""

    def __init__(self, session: ReadContext) -> None:
        self._session, self._shared = session, session.shared

    def new(self, command: str, places: tuple[Place, ...] = (), **more: Any) -> Record:
        """Return a record that is not written yet."""
        now = self._session.google.server_time.now()
        return Record(
            id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
            command=command,
            by=self._session.runtime.operator,
            commit=_commit(),
            started=now.isoformat(timespec="seconds"),
            places=places,
            **more,
        )

    def save(self, record: Record) -> Record:
        """Write a record, and return it with its generation.

        Raises:
            ConflictError: another machine changed it since it was read.
            FailedError: the state bucket does not answer.
        """
        name = f"{FOLDER}/{record.id}.json"
        generation = self._shared.write(name, record.as_json(), replaces=record.generation)
        return replace(record, generation=generation)

    def find(self, id_: str) -> Record | None:
        """Return a record by its ID, or None.

        Raises:
            UnreadableObjectError: it is not a record. FailedError: the bucket does not answer.
        """
        found = self._shared.read(f"{FOLDER}/{id_}.json")
        return _parse(found, self._shared.uri(found.name)) if found else None

    def newest(self, command: str = "") -> Iterator[Record]:
        """Return the records, the newest first; those of one command, if it is given.

        A record that cannot be read is left out: it must not stop a rollback.

        Raises:
            FailedError: the bucket does not answer.
        """
        for name in sorted(self._shared.names(FOLDER), reverse=True):
            try:
                record = self.find(name.removeprefix(f"{FOLDER}/").removesuffix(".json"))
            except UnreadableObjectError as error:
                self._session.report.log(f"warning: {error}")
                continue
            if record and command in {"", record.command}:
                yield record


def failed_revisions(records: Iterator[Record]) -> Iterator[tuple[str, str]]:
    """Return label and revision of each place whose revision failed its smoke test."""
    for record in records:
        yield from ((place.label, place.after) for place in record.places if place.failed)


def _parse(found: SharedObject, uri: str) -> Record:
    try:
        record = _RECORD.validate_python(dict(found.content))
    except ValidationError as error:
        raise UnreadableObjectError(
            f"{uri} is not the record of a release: {error}",
            advice="restore an earlier version of the object: docs/runbooks/release.md",
        ) from error
    return replace(record, generation=found.generation)


def _commit() -> str:
    """Return the commit of this checkout, as the pipeline or git knows it."""
    if commit := os.environ.get("GITHUB_SHA"):
        return commit
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def with_place(record: Record, label: str, **changes: Any) -> Record:
    """Return a record with changes of one of its places."""
    places: Mapping[str, Place] = {place.label: place for place in record.places}
    changed = replace(places[label], **changes)
    return replace(
        record, places=tuple(changed if place.label == label else place for place in record.places)
    )
