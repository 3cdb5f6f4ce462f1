"""The messages of Cloud Storage's JSON API: resources, errors and multipart bodies."""

from __future__ import annotations

import base64
import json
import re
from email.message import Message
from email.parser import BytesHeaderParser
from io import BufferedIOBase
from typing import Any
from urllib.parse import quote

from offline.bucket.faults import Request
from offline.bucket.objects import StorageError, Version

_LINE = re.compile(rb"\r?\n\r?\n")


def object_resource(bucket: str, version: Version) -> dict[str, Any]:
    """Return an object's resource as the page "Objects" of the JSON API has it."""
    name = quote(version.name, safe="")
    fields: dict[str, Any] = {
        "kind": "storage#object",
        "id": f"{bucket}/{version.name}/{version.generation}",
        "selfLink": f"https://www.googleapis.com/storage/v1/b/{bucket}/o/{name}",
        "name": version.name,
        "bucket": bucket,
        "generation": str(version.generation),
        "metageneration": str(version.metageneration),
        "contentType": version.content_type,
        "storageClass": "STANDARD",
        "size": str(version.size),
        "md5Hash": version.md5,
        "crc32c": version.crc32c,
        "etag": base64.b64encode(str(version.generation).encode()).decode(),
        "timeCreated": version.created,
        "updated": version.created,
    }
    optional = {
        "timeDeleted": version.deleted,
        "kmsKeyName": version.kms_key,
        "metadata": version.metadata,
    }
    return fields | version.headers | {key: value for key, value in optional.items() if value}


def read_body(headers: Message, stream: BufferedIOBase, largest: int = -1) -> bytes:
    """Return the body of a request, of one with a length not more than `largest` bytes."""
    if headers.get("Transfer-Encoding", "").lower() != "chunked":
        length = int(headers.get("Content-Length") or 0)
        return stream.read(length if largest < 0 else min(length, largest))
    parts = []
    while size := int(stream.readline().split(b";")[0], 16):
        parts.append(stream.read(size))
        stream.readline()
    stream.readline()
    return b"".join(parts)


def unknown(request: Request) -> StorageError:
    """Return the error for a request that is not modeled."""
    message = f"Not offline: {request.method} {request.path}"
    return StorageError(501, "notImplemented", message)


def bucket_resource(name: str) -> dict[str, Any]:
    """Return a bucket's resource, the few fields that clients look at."""
    return {
        "kind": "storage#bucket",
        "id": name,
        "name": name,
        "metageneration": "1",
        "location": "US",
        "storageClass": "STANDARD",
        "versioning": {"enabled": True},
    }


def parse_object(body: bytes) -> dict[str, Any]:
    """Return a posted JSON object.

    Raises:
        StorageError: it is not one (400).
    """
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise StorageError(400, "parseError", "Parse Error")
    return value


def parse_multipart(content_type: str, body: bytes) -> tuple[dict[str, Any], str, bytes]:
    """Return the described object, the type of its content, and the content, byte for byte.

    The standard parser of e-mail would translate line ends in the content, so only headers go
    through it.

    Raises:
        StorageError: it is not two parts, or the first is no object (400).
    """
    match = re.search(r'boundary="?([^";]+)', content_type)
    parts = body.split(b"--" + match[1].strip().encode()) if match else []
    if len(parts) != 4:
        raise StorageError(400, "badContent", "Multipart body is not two parts")
    described = _LINE.split(parts[1], 1)[-1]
    headers, content = _LINE.split(parts[2].lstrip(b"\r\n"), 1)
    kind = BytesHeaderParser().parsebytes(headers).get("Content-Type", "")
    return parse_object(described.strip()), kind, re.sub(rb"\r?\n\Z", b"", content, count=1)
