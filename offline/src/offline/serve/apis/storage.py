"""Cloud Storage: buckets and objects, with generations and their preconditions."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from offline.bucket.messages import object_resource
from offline.bucket.objects import Preconditions, StorageError, Version
from offline.bucket.store import Store as Objects
from offline.serve import resources
from offline.serve.apis.storage_media import media
from offline.serve.apis.storage_retention import check_retention
from offline.serve.errors import ApiError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Media, Request
    from offline.serve.store import Resource

T = TypeVar("T")

_HEADERS = (
    *("cacheControl", "contentDisposition", "contentEncoding", "contentLanguage"),
    "storageClass",
)
"""What a request says of an object, and its resource gives back."""
_MULTI_REGIONS = {"ASIA", "EU", "US"}


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: ARG001, FBT001
    """Fill in the kind of a bucket's location."""
    if path.split("/")[-2] == "b":
        resource["location"] = resource["location"].upper()
        is_multiple = resource["location"] in _MULTI_REGIONS
        resource["locationType"] = "multi-region" if is_multiple else "region"
        if is_multiple:
            resource.setdefault("rpo", "DEFAULT")
        resource["selfLink"] = f"https://www.googleapis.com/storage/v1/{path}"


class Storage:
    """Objects by bucket and name."""

    def __init__(self, google: Google) -> None:
        self._google = google
        folder = google.folder and google.folder / "bucket"
        self.objects = google.objects or Objects(folder, elsewhere=self._exists)
        for name, handler in {
            "buckets.insert": self._insert_bucket,
            "buckets.delete": self._delete_bucket,
            "buckets.list": self._list_buckets,
            "objects.insert": self._insert,
            "objects.get": self._get,
            "objects.list": self._list,
            "objects.delete": self._delete,
            "objects.copy": self._copy,
            "objects.rewrite": self._rewrite,
        }.items():
            google.answers(f"storage.{name}", handler)

    def create(self, bucket: str, **more: object) -> None:
        """Create a bucket."""
        self._google.store.resources["storage", f"b/{bucket}"] = {
            "kind": "storage#bucket",
            "name": bucket,
            **more,
        }

    def names(self, bucket: str) -> list[str]:
        """Return the names of the objects of a bucket."""
        return self.objects.names(bucket)

    def find(self, bucket: str, name: str) -> Version | None:
        """Return an object, None if there is none."""
        return self.objects.live(bucket, name)

    def read(self, bucket: str, name: str) -> bytes:
        """Return the content of an object. Raises StorageError."""
        return self.objects.read(bucket, name)

    def write(self, bucket: str, name: str, content: bytes, *, created: str = "") -> Version:
        """Put an object in a bucket, in place of the one before; `created` is now by default."""
        return self.objects.insert(bucket, name, content, created=created or self._google.stamp)

    def remove(self, bucket: str, name: str) -> None:
        """Delete an object."""
        self.objects.delete(bucket, name, when=Preconditions())

    def allows(self, bucket: str, email: str) -> bool:
        """Report whether a service account may write objects."""
        bindings = self._google.policies.get("storage", f"b/{bucket}").get("bindings", [])
        return any(
            one["role"] == "roles/storage.objectAdmin"
            and f"serviceAccount:{email}" in one["members"]
            for one in bindings
        )

    def allow(self, bucket: str, email: str) -> None:
        """Let a service account write objects."""
        binding = {"role": "roles/storage.objectAdmin", "members": [f"serviceAccount:{email}"]}
        policy = self._google.policies.get("storage", f"b/{bucket}")
        policy.setdefault("bindings", []).append(binding)

    def _insert_bucket(self, request: Request) -> Resource:
        number = self._google.number(request.query["project"])
        body = copy.deepcopy(request.body) | {"projectNumber": number}
        return resources.create(self._google, request, request.body["name"], body)

    def _delete_bucket(self, request: Request) -> Resource:
        bucket = request.parameters["bucket"]
        held = self._google.find("storage", f"b/{bucket}")
        is_versioned = held.get("versioning", {}).get("enabled", False)
        if self.objects.versions(bucket) if is_versioned else self.objects.names(bucket):
            raise ApiError(409, "The bucket you tried to delete is not empty.", "conflict")
        self.objects.remove(bucket)
        return resources.delete(self._google, request)

    def _list_buckets(self, request: Request) -> Resource:
        number = self._google.number(request.query["project"])
        prefix = request.query.get("prefix", "")
        held = self._google.store.children("storage", "b")
        mine = [
            one
            for one in held
            if one.get("projectNumber", number) == number and one["name"].startswith(prefix)
        ]
        return resources.listed(request, mine)

    def _described(self, bucket: str, version: Version) -> Resource:
        """Return an object's resource, with the address from which gcloud downloads it."""
        name = quote(version.name, safe="")
        path = f"storage/download/storage/v1/b/{bucket}/o/{name}"
        query = f"generation={version.generation}&alt=media"
        address = f"{self._google.url}/{path}?{query}"
        return {**object_resource(bucket, version), "mediaLink": address}

    def _exists(self, bucket: str) -> bool:
        return ("storage", f"b/{bucket}") in self._google.store.resources

    @contextmanager
    def _kept(self, bucket: str, name: str) -> Iterator[None]:
        """Forget what the block replaces or deletes, in a bucket without versions."""
        held = self._google.store.resources.get(("storage", f"b/{bucket}"))
        before = self.objects.live(bucket, name) if held else None
        if held and before:
            check_retention(self._google, held, before.created)
        yield
        if held and before and not held.get("versioning", {}).get("enabled"):
            with suppress(StorageError):
                self.objects.delete(bucket, name, before.generation, when=Preconditions())

    @staticmethod
    def _when(request: Request) -> Preconditions:
        query = {key: str(value) for key, value in request.query.items()}
        return Preconditions.of(query, request.headers)

    def _insert(self, request: Request) -> Resource:
        bucket = request.parameters["bucket"]
        name = request.query.get("name") or request.body.get("name")
        if not name or request.media is None:
            raise ApiError(400, "an object needs a name and its content", "required")
        with self._kept(bucket, name):
            version = _api(
                lambda: self.objects.insert(
                    bucket,
                    name,
                    request.media or b"",
                    content_type=request.body.get("contentType", "application/octet-stream"),
                    when=self._when(request),
                    metadata=request.body.get("metadata"),
                    headers={key: request.body[key] for key in _HEADERS if key in request.body},
                    expected={key: request.body.get(key, "") for key in ("crc32c", "md5Hash")},
                    created=self._google.stamp,
                )
            )
        return self._described(bucket, version)

    def _get(self, request: Request) -> Resource | Media:
        bucket, name = request.parameters["bucket"], request.parameters["object"]
        generation = request.query.get("generation")
        version = _api(
            lambda: self.objects.find(
                bucket, name, int(generation) if generation else None, when=self._when(request)
            )
        )
        if not request.wants_media:
            return self._described(bucket, version)
        content = self.objects.read(bucket, name, version.generation)
        return media(version, content, request.range, request.headers)

    def _list(self, request: Request) -> Resource:
        bucket = request.parameters["bucket"]
        prefix, all_ = request.query.get("prefix", ""), request.query.get("versions", False)
        versions = _api(lambda: self.objects.versions(bucket))
        items = [
            self._described(bucket, version)
            for version in versions
            if version.name.startswith(prefix) and (all_ or not version.deleted)
        ]
        return {"kind": "storage#objects", **({"items": items} if items else {})}

    def _delete(self, request: Request) -> Resource:
        bucket, name = request.parameters["bucket"], request.parameters["object"]
        generation = request.query.get("generation")
        with self._kept(bucket, name):
            _api(
                lambda: self.objects.delete(
                    bucket, name, int(generation) if generation else None, when=self._when(request)
                )
            )
        return {}

    def _source(self, request: Request) -> bytes:
        names, generation = request.parameters, request.query.get("sourceGeneration")
        at = int(generation) if generation else None
        return _api(lambda: self.objects.read(names["sourceBucket"], names["sourceObject"], at))

    def _copy(self, request: Request) -> Resource:
        target, content = request.parameters, self._source(request)
        bucket, name = target["destinationBucket"], target["destinationObject"]
        version = _api(
            lambda: self.objects.insert(
                bucket, name, content, when=self._when(request), created=self._google.stamp
            )
        )
        return self._described(bucket, version)

    def _rewrite(self, request: Request) -> Resource:
        """Return an object in two parts, as Cloud Storage does with large ones."""
        is_done, size = "rewriteToken" in request.query, len(self._source(request))
        return {
            "kind": "storage#rewriteResponse",
            "done": is_done,
            "objectSize": str(size),
            "totalBytesRewritten": str(size if is_done else size // 2),
            **({"resource": self._copy(request)} if is_done else {"rewriteToken": "half"}),
        }


def _api(work: Callable[[], T]) -> T:
    """Do work on objects; its errors are the API's."""
    try:
        return work()
    except StorageError as error:
        raise ApiError(error.status, error.message, error.reason) from error


@answers("storage.projects.serviceAccount.get")
def _agent(google: Google, request: Request) -> Resource:
    number = google.number(request.parameters["projectId"])
    domain = "gs-project-accounts.iam.gserviceaccount.com"
    return {"kind": "storage#serviceAccount", "email_address": f"service-{number}@{domain}"}


attach = Storage
