"""Google's own clients against the served Google: create, list, change and delete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from google.api_core.client_options import ClientOptions
from google.api_core.exceptions import BadRequest, Conflict, NotFound
from google.auth.credentials import AnonymousCredentials
from google.cloud import run_v2, secretmanager
from google.cloud.storage import Client as StorageClient
from google.protobuf.field_mask_pb2 import FieldMask

from offline.serve.google import Google
from offline.serve.listener import serve
from offline.serve.server import Server

NAME = "signing-key"
AUTOMATIC: dict[str, Any] = {"replication": {"automatic": {}}}
PLACE = "projects/example-project/locations/us-central1"


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(Google()) as serving:
        yield serving
    assert (serving.rejected, serving.mistakes) == ([], [])


def test_storage_client_manages_buckets_and_objects(server: Server) -> None:
    client = StorageClient(
        project="example-project",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": f"{server.url}/storage"},
    )
    bucket = client.create_bucket("example-bucket", location="US")
    blob = bucket.blob("folder/name with spaces.txt")
    blob.upload_from_string("first")
    assert [one.name for one in client.list_blobs(bucket, prefix="folder/")] == [blob.name]
    assert blob.download_as_bytes(start=1, end=2) == b"ir"
    with urlopen(blob.media_link) as media:  # noqa: S310 (this machine; gcloud reads so)
        assert media.read() == b"first"
    with pytest.raises(Conflict):
        client.create_bucket("example-bucket")
    bucket.labels = {"team": "grid"}
    bucket.patch()
    assert client.get_bucket("example-bucket").labels == {"team": "grid"}
    blob.delete()
    bucket.delete()
    assert list(client.list_buckets()) == []


@pytest.mark.parametrize(("versioned", "kept"), [(True, 3), (False, 1)])
def test_bucket_keeps_older_objects_if_it_has_versions(
    server: Server, versioned: bool, kept: int
) -> None:
    client = StorageClient(
        project="example-project",
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": f"{server.url}/storage"},
    )
    bucket = client.bucket("example-bucket")
    bucket.versioning_enabled = versioned
    bucket = client.create_bucket(bucket, location="US")
    bucket.blob("deleted").upload_from_string("first")
    bucket.blob("deleted").delete()
    for text in ("first", "second"):
        bucket.blob("replaced").upload_from_string(text)
    assert len(list(client.list_blobs(bucket, versions=True))) == kept


def test_secret_manager_client_manages_secrets(server: Server) -> None:
    client = secretmanager.SecretManagerServiceClient(
        transport="rest",
        credentials=AnonymousCredentials(),
        client_options=ClientOptions(api_endpoint=f"{server.url}/secretmanager"),
    )
    parent = "projects/example-project"
    secret = client.create_secret(
        parent=parent,
        secret_id=NAME,
        secret=secretmanager.Secret(AUTOMATIC),
    )
    first, _ = (
        client.add_secret_version(
            parent=secret.name, payload=secretmanager.SecretPayload(data=content)
        )
        for content in (b"one", b"two")
    )
    latest = f"{parent}/secrets/{NAME}/versions/latest"
    assert client.access_secret_version(name=latest).payload.data == b"two"
    client.disable_secret_version(name=first.name)
    with pytest.raises(BadRequest, match="DISABLED"):
        client.access_secret_version(name=first.name)
    client.update_secret(
        secret=secretmanager.Secret(name=secret.name, labels={"team": "grid"}),
        update_mask=FieldMask(paths=["labels"]),
    )
    (listed,) = client.list_secrets(parent=parent)
    assert (listed.name, dict(listed.labels)) == (secret.name, {"team": "grid"})
    assert listed.replication.automatic is not None
    client.delete_secret(name=secret.name)
    with pytest.raises(NotFound):
        client.get_secret(name=secret.name)


def test_run_client_manages_services(server: Server) -> None:
    client = run_v2.ServicesClient(
        transport="rest",
        credentials=AnonymousCredentials(),
        client_options=ClientOptions(api_endpoint=f"{server.url}/run"),
    )
    template = {"containers": [{"image": "us-docker.pkg.dev/cloudrun/container/hello"}]}
    made = client.create_service(
        parent=PLACE, service_id="web", service=run_v2.Service(template=template)
    ).result(timeout=20)
    assert made.template.containers[0].resources.limits["memory"] == "512Mi"
    made.template.containers[0].image = "us-docker.pkg.dev/cloudrun/container/job"
    changed = client.update_service(service=made).result(timeout=20)
    assert changed.latest_ready_revision != made.latest_ready_revision
    assert [one.name for one in client.list_services(parent=PLACE)] == [made.name]
    client.delete_service(name=made.name).result(timeout=20)
    assert list(client.list_services(parent=PLACE)) == []
