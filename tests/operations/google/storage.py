"""Cloud Storage: buckets and objects, with the preconditions on generations."""

import base64
import copy
import hashlib
from typing import Any

import google_crc32c

from tests.operations.google.cloud import Cloud, RefusalError, Request


class Storage:
    """Objects by bucket and name."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.buckets: dict[str, dict[str, dict[str, Any]]] = {}
        """What describes each object, by bucket and name."""
        self.content: dict[tuple[str, str], bytes] = {}
        self.policies: dict[str, dict[str, Any]] = {}
        """Who may do what in a bucket."""
        cloud.answers("storage.buckets.getIamPolicy", self._get_policy)
        cloud.answers("storage.buckets.setIamPolicy", self._set_policy)
        cloud.answers("storage.objects.rewrite", self._rewrite)
        cloud.answers("storage.buckets.get", self._bucket)
        cloud.answers("storage.objects.insert", self._insert)
        cloud.answers("storage.objects.get", self._get)
        cloud.answers("storage.objects.list", self._list)
        cloud.answers("storage.objects.delete", self._delete)
        cloud.answers("storage.objects.copy", self._copy)

    def write(self, bucket: str, name: str, content: bytes, **more: Any) -> dict[str, Any]:
        """Put an object in a bucket, in place of the one before."""
        generation = str(self._cloud.number())
        described = {
            "kind": "storage#object",
            "bucket": bucket,
            "name": name,
            "size": str(len(content)),
            "generation": generation,
            "metageneration": "1",
            "timeCreated": self._cloud.stamp,
            "updated": self._cloud.stamp,
            "md5Hash": base64.b64encode(hashlib.md5(content).digest()).decode(),  # noqa: S324
            "crc32c": base64.b64encode(google_crc32c.Checksum(content).digest()).decode(),
            **more,
        }
        self._objects(bucket)[name] = described
        self.content[bucket, name] = content
        return dict(described)

    def _objects(self, bucket: str) -> dict[str, dict[str, Any]]:
        if bucket not in self.buckets:
            raise RefusalError(404, "The specified bucket does not exist.", "notFound")
        return self.buckets[bucket]

    def _bucket(self, request: Request) -> dict[str, Any]:
        self._objects(request.path["bucket"])
        return {"kind": "storage#bucket", "name": request.path["bucket"]}

    def _insert(self, request: Request) -> dict[str, Any]:
        bucket = request.path["bucket"]
        name = request.query.get("name") or request.body.get("name")
        if not name or request.media is None:
            raise RefusalError(400, "an object needs a name and its content", "required")
        self._check(bucket, name, request)
        more = {
            key: request.body[key] for key in ("contentType", "metadata") if key in request.body
        }
        return self.write(bucket, name, request.media, **more)

    def _get(self, request: Request) -> dict[str, Any] | bytes:
        bucket, name = request.path["bucket"], request.path["object"]
        found = self._find(bucket, name)
        self._check(bucket, name, request)
        if not request.wants_media:
            return dict(found)
        first, last = request.range or (0, len(self.content[bucket, name]))
        return self.content[bucket, name][first : last + 1]

    def _list(self, request: Request) -> dict[str, Any]:
        prefix = request.query.get("prefix", "")
        objects = self._objects(request.path["bucket"])
        found = [dict(objects[name]) for name in sorted(objects) if name.startswith(prefix)]
        return {"kind": "storage#objects", **({"items": found} if found else {})}

    def _delete(self, request: Request) -> dict[str, Any]:
        bucket, name = request.path["bucket"], request.path["object"]
        self._find(bucket, name)
        self._check(bucket, name, request)
        del self._objects(bucket)[name], self.content[bucket, name]
        return {}

    def _copy(self, request: Request) -> dict[str, Any]:
        path = request.path
        self._find(path["sourceBucket"], path["sourceObject"])
        self._check(path["destinationBucket"], path["destinationObject"], request)
        content = self.content[path["sourceBucket"], path["sourceObject"]]
        return self.write(path["destinationBucket"], path["destinationObject"], content)

    def _rewrite(self, request: Request) -> dict[str, Any]:
        """Return an object in two parts, as Cloud Storage does with large ones."""
        if "rewriteToken" not in request.query:
            self._find(request.path["sourceBucket"], request.path["sourceObject"])
            return {"kind": "storage#rewriteResponse", "done": False, "rewriteToken": "half"}
        return {"kind": "storage#rewriteResponse", "done": True, "resource": self._copy(request)}

    def allows(self, bucket: str, email: str) -> bool:
        """Whether a service account may write objects."""
        bindings = self._policy(bucket).get("bindings", [])
        return any(
            one["role"] == "roles/storage.objectAdmin"
            and f"serviceAccount:{email}" in one["members"]
            for one in bindings
        )

    def allow(self, bucket: str, email: str) -> None:
        """Let a service account write objects."""
        binding = {
            "role": "roles/storage.objectAdmin",
            "members": [f"serviceAccount:{email}"],
        }
        self._policy(bucket).setdefault("bindings", []).append(binding)

    def _policy(self, bucket: str) -> dict[str, Any]:
        self._objects(bucket)
        return self.policies.setdefault(bucket, {"kind": "storage#policy", "etag": "QQ=="})

    def _get_policy(self, request: Request) -> dict[str, Any]:
        return copy.deepcopy(self._policy(request.path["bucket"]))

    def _set_policy(self, request: Request) -> dict[str, Any]:
        present = self._policy(request.path["bucket"])
        if request.body.get("etag", present["etag"]) != present["etag"]:
            raise RefusalError(412, "The policy changed meanwhile.", "conditionNotMet")
        etag = base64.b64encode(str(self._cloud.number()).encode()).decode()
        self.policies[request.path["bucket"]] = {**copy.deepcopy(request.body), "etag": etag}
        return self._get_policy(request)

    def _find(self, bucket: str, name: str) -> dict[str, Any]:
        found = self._objects(bucket).get(name)
        if found is None:
            raise RefusalError(404, f"No such object: {bucket}/{name}", "notFound")
        return found

    def _check(self, bucket: str, name: str, request: Request) -> None:
        """Refuse unless the object is of the generation that the request wants; 0 is none."""
        wanted = request.query.get("ifGenerationMatch")
        present = self._objects(bucket).get(name, {}).get("generation", "0")
        if wanted is not None and wanted != present:
            raise RefusalError(
                412, "At least one of the pre-conditions did not hold.", "conditionNotMet"
            )
