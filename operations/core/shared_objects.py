"""JSON objects that every machine sees: releases, the lease, and the outputs, next to the state.

A write names the generation that it replaces, and Cloud Storage rejects it if another machine was
faster (Cloud Storage, "Request preconditions",
https://cloud.google.com/storage/docs/request-preconditions).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contract.state_location import StateLocation
from operations.core.api_client import ApiClient, GoogleError
from operations.core.errors import FailedError, StoppedError
from operations.core.google_apis import GoogleApis

ABSENT = 0
"""Generation of an object that does not exist."""


class ConflictError(StoppedError):
    """Another machine wrote the object since it was read."""


class UnreadableObjectError(FailedError):
    """An object is not the JSON that `grid` writes."""


@dataclass(frozen=True, kw_only=True)
class SharedObject:
    """One generation of an object."""

    name: str
    generation: int
    updated: datetime
    """When it was written, in Google's time."""
    content: Mapping[str, Any]


class SharedObjects:
    """Objects of one environment in its state bucket, by their names below the prefix."""

    def __init__(self, google: GoogleApis, client: ApiClient, location: StateLocation) -> None:
        self._objects, self._client = google.storage.objects(), client
        self.location = location

    def uri(self, name: str) -> str:
        """Return the address of an object, for messages."""
        return f"gs://{self.location.bucket}/{self._full(name)}"

    def generation(self, name: str) -> int:
        """Return the live generation of an object, `ABSENT` if there is none.

        Raises:
            GoogleError, UnreachableError: as `ApiClient.send`.
        """
        return int((self._metadata(name) or {}).get("generation", ABSENT))

    def read(self, name: str) -> SharedObject | None:
        """Read an object; None if there is none.

        Raises:
            UnreadableObjectError: it is not a JSON object.
            GoogleError, UnreachableError: as `ApiClient.send`.
        """
        metadata = self._metadata(name)
        if metadata is None:
            return None
        request = self._objects.get_media(
            bucket=self.location.bucket,
            object=self._full(name),
            generation=metadata["generation"],
        )
        text = self._client.find(request)
        if text is None:  # replaced or deleted since
            return self.read(name)
        try:
            content = json.loads(text)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise UnreadableObjectError(
                f"{self.uri(name)} is not a JSON object",
                advice=f"restore an earlier generation: gcloud storage ls -a {self.uri(name)}",
            )
        return SharedObject(
            name=name,
            generation=int(metadata["generation"]),
            updated=datetime.fromisoformat(metadata["updated"]),
            content=content,
        )

    def write(self, name: str, content: Mapping[str, Any], *, replaces: int) -> int:
        """Write an object in place of a generation, and return its own.

        A write whose answer was lost is found again by its content.

        Raises:
            ConflictError: the live generation is not `replaces`.
            GoogleError, UnknownResultError: as `ApiClient.send`.
        """
        text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False).encode()
        try:
            return self._insert(name, text, "application/json", replaces)
        except GoogleError as error:
            if error.status != 412:
                raise
            current = self.read(name)
            if current is None or current.content != content:
                raise ConflictError(
                    f"another machine changed {self.uri(name)}", advice="run the command again"
                ) from error
            return current.generation

    def store(self, name: str, content: bytes) -> None:
        """Write an object that is named by its content, unless it exists.

        Raises:
            GoogleError, UnknownResultError: as `ApiClient.send`.
        """
        try:
            self._insert(name, content, "application/octet-stream", ABSENT)
        except GoogleError as error:
            if error.status != 412:
                raise

    def load(self, name: str, *, max_bytes: int) -> bytes | None:
        """Return the content of an object; None if there is none.

        Raises:
            UnreadableObjectError: it is larger than `max_bytes`.
            GoogleError, UnreachableError: as `ApiClient.send`.
        """
        metadata = self._metadata(name)
        if metadata is None:
            return None
        if int(metadata["size"]) > max_bytes:
            raise UnreadableObjectError(
                f"{self.uri(name)} is larger than {max_bytes} bytes",
                advice="restore an earlier version of the object: docs/runbooks/state.md",
            )
        request = self._objects.get_media(
            bucket=self.location.bucket,
            object=self._full(name),
            generation=metadata["generation"],
        )
        content: bytes | None = self._client.find(request)
        return content

    def _insert(self, name: str, content: bytes, type_: str, replaces: int) -> int:
        from googleapiclient.http import MediaInMemoryUpload

        request = self._objects.insert(
            bucket=self.location.bucket,
            name=self._full(name),
            media_body=MediaInMemoryUpload(content, mimetype=type_),
            ifGenerationMatch=str(replaces),
        )
        # A precondition makes the request safe to repeat: the second one conflicts.
        return int(self._client.send(request, idempotent=True)["generation"])

    def delete(self, name: str, *, generation: int) -> None:
        """Delete one generation of an object, if it is live.

        Raises:
            GoogleError, UnreachableError: as `ApiClient.send`.
        """
        request = self._objects.delete(
            bucket=self.location.bucket,
            object=self._full(name),
            ifGenerationMatch=str(generation),
        )
        try:
            self._client.send(request, idempotent=True)
        except GoogleError as error:
            if error.status not in {404, 412}:
                raise

    def names(self, folder: str) -> Iterator[str]:
        """Return the names of the objects in a folder, sorted.

        Raises:
            GoogleError, UnreachableError: as `ApiClient.send`.
        """
        start = len(self._full(""))
        request = self._objects.list(
            bucket=self.location.bucket,
            prefix=self._full(f"{folder}/"),
            fields="items/name,nextPageToken",
        )
        while request is not None:
            page = self._client.send(request)
            yield from (item["name"][start:] for item in page.get("items", []))
            request = self._objects.list_next(request, page)

    def _metadata(self, name: str) -> Mapping[str, Any] | None:
        request = self._objects.get(bucket=self.location.bucket, object=self._full(name))
        metadata: Mapping[str, Any] | None = self._client.find(request)
        return metadata

    def _full(self, name: str) -> str:
        return f"{self.location.prefix}/{name}"
