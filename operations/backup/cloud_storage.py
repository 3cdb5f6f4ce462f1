"""Cloud Storage: objects of a bucket, and who may write there."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any

from operations.core.errors import FailedError, UsageError
from operations.core.session import ReadContext

Json = dict[str, Any]
CHUNK_BYTES = 8 << 20
"""Bytes of an object that one request reads."""
_MOST_JSON = 32 << 20
"""Bytes of a JSON object at most: a manifest of 100,000 tables has less than that."""
_ROLE = "roles/storage.objectAdmin"
"""What Google documents for an instance that imports and exports."""


class Bucket:
    """One bucket."""

    def __init__(self, session: ReadContext, name: str) -> None:
        self._client, self._storage = session.client, session.google.storage
        self._objects = self._storage.objects()
        self.name = name

    def find(self, name: str) -> Json | None:
        """Return what describes an object; None where there is none."""
        metadata: Json | None = self._client.find(self._objects.get(bucket=self.name, object=name))
        return metadata

    def list(self, prefix: str = "") -> Iterator[Json]:
        """Return what describes each object whose name begins so, by name."""
        request = self._objects.list(bucket=self.name, prefix=prefix)
        while request is not None:
            page = self._client.send(request)
            yield from page.get("items", [])
            request = self._objects.list_next(request, page)

    def chunks(self, metadata: Json) -> Iterator[bytes]:
        """Return the content of an object, piece by piece; always of the generation described."""
        size = int(metadata["size"])
        for at in range(0, size, CHUNK_BYTES):
            request = self._objects.get_media(
                bucket=self.name, object=metadata["name"], generation=metadata["generation"]
            )
            request.headers["Range"] = f"bytes={at}-{min(at + CHUNK_BYTES, size) - 1}"
            yield self._client.send(request)

    def read_json(self, metadata: Json) -> Json:
        """Return the content of a JSON object, compressed by who wrote it or not.

        Raises:
            FailedError: it is not one, or too large for one.
        """
        content = b"".join(self.chunks(metadata)) if int(metadata["size"]) <= _MOST_JSON else b""
        try:
            if metadata.get("contentEncoding") == "gzip":
                content = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, _MOST_JSON)
            found = json.loads(content)
        except (ValueError, zlib.error):
            found = None
        if not isinstance(found, dict):
            raise FailedError(
                f"gs://{self.name}/{metadata['name']} is not a JSON object of at most "
                f"{_MOST_JSON >> 20} MiB",
                advice="restore an earlier version of the object, or name another object",
            )
        return found

    def put(self, name: str, content: Json) -> None:
        """Write a JSON object that is not there yet; twice is once."""
        from googleapiclient.http import MediaInMemoryUpload

        text = json.dumps(content, indent=2, sort_keys=True).encode()
        request = self._objects.insert(
            bucket=self.name,
            name=name,
            media_body=MediaInMemoryUpload(text, mimetype="application/json"),
            ifGenerationMatch="0",
        )
        self._client.ensure(name, lambda: self.find(name), lambda: self._client.send(request))

    def copy_from(self, source: str, metadata: Json) -> None:
        """Copy an object from another bucket, within Google; twice is once."""
        token = None
        while True:
            request = self._objects.rewrite(
                sourceBucket=source,
                sourceObject=metadata["name"],
                sourceGeneration=metadata["generation"],
                destinationBucket=self.name,
                destinationObject=metadata["name"],
                body={},
                **({"rewriteToken": token} if token else {}),
            )
            answer = self._client.send(request, idempotent=True)
            if answer["done"]:
                return
            token = answer["rewriteToken"]

    def has_access(self, email: str) -> bool:
        """Whether a service account may read and write objects here."""
        member = f"serviceAccount:{email}"
        return any(
            member in binding.get("members", []) for binding in _access_bindings(self._policy())
        )

    def grant_access(self, email: str) -> None:
        """Let a service account read and write objects here."""
        self._client.ensure(
            f"access of {email}",
            lambda: self.has_access(email) or None,
            lambda: self._change(email, add=True),
        )

    def revoke_access(self, email: str) -> None:
        """Revert that."""
        self._client.ensure(
            f"no access of {email}",
            lambda: None if self.has_access(email) else True,
            lambda: self._change(email, add=False),
        )

    def _policy(self) -> Json:
        request = self._storage.buckets().getIamPolicy(
            bucket=self.name, optionsRequestedPolicyVersion=3
        )
        policy: Json = self._client.send(request)
        return policy

    def _change(self, email: str, *, add: bool) -> None:
        """Add or remove a member. The policy's etag keeps concurrent changes."""
        policy, member = self._policy(), f"serviceAccount:{email}"
        if add:
            policy.setdefault("bindings", []).append({"role": _ROLE, "members": [member]})
        else:
            for binding in _access_bindings(policy):
                binding["members"] = [one for one in binding["members"] if one != member]
            policy["bindings"] = [one for one in policy["bindings"] if one["members"]]
        self._client.send(self._storage.buckets().setIamPolicy(bucket=self.name, body=policy))


def split(uri: str) -> tuple[str, str]:
    """Return bucket and object of gs://bucket/object. Raises UsageError where it is not one."""
    scheme, _, rest = uri.partition("://")
    bucket, _, name = rest.partition("/")
    if scheme != "gs" or not bucket or not name:
        raise UsageError(
            f"{uri!r} is not the address of an object", advice="name it as gs://BUCKET/OBJECT"
        )
    return bucket, name


def _access_bindings(policy: Json) -> list[Json]:
    """Bindings of the role that hold without a condition."""
    bindings = policy.get("bindings", [])
    return [
        binding for binding in bindings if binding["role"] == _ROLE and not binding.get("condition")
    ]
