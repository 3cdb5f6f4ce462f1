"""Container images: what `docker push` brings to a repository of Artifact Registry.

The paths are those of the OCI Distribution Specification 1.1
(https://github.com/opencontainers/distribution-spec/blob/main/spec.md): an image is
HOST/PROJECT/REPOSITORY/IMAGE, and its manifest names its config, whose labels say what a container
does here (OCI Image Format, "Image Configuration",
https://github.com/opencontainers/image-spec/blob/main/config.md).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from offline.serve.wire import Response

_UPLOAD = re.compile(r"(?P<name>.+)/blobs/uploads/(?P<id>\w*)")
_PLACE = re.compile(r"(?P<name>.+)/(?P<kind>blobs|manifests)/(?P<reference>[^/]+)")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_JSON = {"Content-Type": "application/json"}


class Images:
    """Blobs and manifests by digest, and tags; in memory, or in a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._held: dict[str, bytes] = {}
        self._tags: dict[str, str] = {}
        self._uploads: dict[str, bytes] = {}

    def answer(self, verb: str, path: str, query: Mapping[str, list[str]], body: bytes) -> Response:
        """Answer a request to a path below `/v2/`."""
        if not path:
            return Response(200, b"{}", _JSON)
        if found := _UPLOAD.fullmatch(path):
            return self._upload(verb, found["name"], found["id"], query, body)
        found = _PLACE.fullmatch(path)
        if found is None or verb not in {"GET", "HEAD", "PUT"}:
            return error(404, "UNSUPPORTED", f"{verb} {path}")
        name, kind, reference = found["name"], found["kind"], found["reference"]
        if verb == "PUT":
            return self._put_manifest(name, reference, body)
        digest = reference if kind == "blobs" else self._tags.get(f"{name}:{reference}", reference)
        content = self.read(digest)
        if content is None:
            code = "BLOB_UNKNOWN" if kind == "blobs" else "MANIFEST_UNKNOWN"
            return error(404, code, f"there is no {reference} of {name}")
        media = "application/octet-stream"
        if kind == "manifests":
            media = json.loads(content).get("mediaType", "application/json")
        return Response(200, content, {"Content-Type": media, "Docker-Content-Digest": digest})

    def read(self, digest: str) -> bytes | None:
        """Return a blob or a manifest by its digest."""
        if self._folder is None or not _DIGEST.fullmatch(digest):
            return self._held.get(digest)
        file = self._folder / digest.partition(":")[2]
        return file.read_bytes() if file.is_file() else None

    def labels(self, digest: str) -> Mapping[str, str]:
        """Return the labels of an image; none where nobody pushed it."""
        manifest = json.loads(self.read(digest) or b"{}")
        config = self.read(manifest.get("config", {}).get("digest", ""))
        labels: dict[str, str] = json.loads(config or b"{}").get("config", {}).get("Labels") or {}
        return labels

    def _upload(
        self, verb: str, name: str, id_: str, query: Mapping[str, list[str]], body: bytes
    ) -> Response:
        """Take a blob, whole or in pieces."""
        if verb == "POST":
            id_ = f"{len(self._uploads):08x}"
            self._uploads[id_] = b""
        if id_ not in self._uploads:
            return error(404, "BLOB_UPLOAD_UNKNOWN", f"there is no upload {id_}")
        self._uploads[id_] += body
        if "digest" not in query:
            place = f"/v2/{name}/blobs/uploads/{id_}"
            last = max(len(self._uploads[id_]) - 1, 0)
            return Response(202, b"", {"Location": place, "Range": f"0-{last}"})
        return self._keep(query["digest"][0], self._uploads[id_], f"/v2/{name}/blobs")

    def _put_manifest(self, name: str, reference: str, body: bytes) -> Response:
        try:
            manifest: Any = json.loads(body)
            parts = [manifest["config"], *manifest["layers"]] if "config" in manifest else []
            missing = [part["digest"] for part in parts if self.read(part["digest"]) is None]
        except (ValueError, TypeError, KeyError):
            return error(400, "MANIFEST_INVALID", "it is no manifest of an image or an index")
        if missing:
            return error(400, "MANIFEST_BLOB_UNKNOWN", f"push {missing[0]} first")
        digest = _digest(body)
        if _DIGEST.fullmatch(reference) is None:
            self._tags[f"{name}:{reference}"] = digest
            reference = digest
        return self._keep(reference, body, f"/v2/{name}/manifests")

    def _keep(self, digest: str, content: bytes, place: str) -> Response:
        if digest != _digest(content):
            return error(400, "DIGEST_INVALID", f"{digest} is not that of the content")
        if self._folder is None:
            self._held[digest] = content
        else:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / digest.partition(":")[2]).write_bytes(content)
        headers = {"Location": f"{place}/{digest}", "Docker-Content-Digest": digest}
        return Response(201, b"", headers)


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def error(status: int, code: str, message: str) -> Response:
    """Return an error as clients of a registry expect it."""
    errors = {"errors": [{"code": code, "message": message}]}
    return Response(status, json.dumps(errors).encode(), _JSON)
