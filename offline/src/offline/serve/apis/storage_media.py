"""Cloud Storage: the content of an object, as it is downloaded.

An object with Content-Encoding gzip is sent as it is stored to who accepts gzip, and to others
unpacked and whole ("Transcoding of gzip-compressed files",
https://cloud.google.com/storage/docs/transcoding).
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from offline.bucket.objects import Version
from offline.serve.errors import ApiError
from offline.serve.request import Media


def media(
    version: Version,
    content: bytes,
    span: tuple[int, int] | None,
    accepted: Mapping[str, str],
) -> Media:
    """Return the content, or a range of it, with the headers that Google's clients read.

    `accepted` has the headers of the request, by their names in lower case.
    """
    headers = {
        "Content-Type": version.content_type,
        "ETag": f'"{version.generation}"',
        "X-Goog-Generation": str(version.generation),
        "X-Goog-Hash": f"crc32c={version.crc32c},md5={version.md5}",
        "X-Goog-Metageneration": str(version.metageneration),
        "X-Goog-Stored-Content-Length": str(version.size),
    }
    if encoding := version.headers.get("contentEncoding"):
        if encoding == "gzip" and "gzip" not in accepted.get("accept-encoding", ""):
            return Media(gzip.decompress(content), headers)
        headers["Content-Encoding"] = encoding
    if span is None:
        return Media(content, headers)
    first, last = span[0], min(span[1], version.size - 1)
    if first > last:
        message = "Request range not satisfiable"
        raise ApiError(416, message, "requestedRangeNotSatisfiable")
    headers["Content-Range"] = f"bytes {first}-{last}/{version.size}"
    return Media(content[first : last + 1], headers, is_part=True)
