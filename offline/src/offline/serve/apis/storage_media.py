"""Cloud Storage: the content of an object, as it is downloaded."""

from __future__ import annotations

from offline.bucket.objects import Version
from offline.serve.errors import ApiError
from offline.serve.request import Media


def media(version: Version, content: bytes, span: tuple[int, int] | None) -> Media:
    """Return the content, or a range of it, with the headers that Google's clients read."""
    headers = {
        "Content-Type": version.content_type,
        "ETag": f'"{version.generation}"',
        "X-Goog-Generation": str(version.generation),
        "X-Goog-Hash": f"crc32c={version.crc32c},md5={version.md5}",
        "X-Goog-Metageneration": str(version.metageneration),
        "X-Goog-Stored-Content-Length": str(version.size),
    }
    if span is None:
        return Media(content, headers)
    first, last = span[0], min(span[1], version.size - 1)
    if first > last:
        message = "Request range not satisfiable"
        raise ApiError(416, message, "requestedRangeNotSatisfiable")
    headers["Content-Range"] = f"bytes {first}-{last}/{version.size}"
    return Media(content[first : last + 1], headers, is_part=True)
