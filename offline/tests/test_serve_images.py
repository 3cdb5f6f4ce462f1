"""Images are pushed as `docker push` does, and their labels say what containers do."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from offline.serve.google import Google
from offline.serve.listener import serve
from offline.serve.server import Server

PROJECT, LOCATION = "grid-test-example", "us-central1"
PARENT = f"projects/{PROJECT}/locations/{LOCATION}"
PLACE = f"{PROJECT}/services/api"


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(Google()) as serving:
        google = f"{serving.url}/artifactregistry/v1/{PARENT}/repositories"
        body = {"format": "DOCKER"}
        assert requests.post(f"{google}?repositoryId=services", json=body, timeout=9).ok
        yield serving
    assert serving.mistakes == []


def digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def push(server: Server, labels: dict[str, str], place: str = PLACE) -> str:
    """Push as docker does: blobs in pieces, then the manifest by its tag. Return the reference."""
    url = f"{server.url}/v2/{place}"
    config = json.dumps({"config": {"Labels": labels}}).encode()
    begun = requests.post(f"{url}/blobs/uploads/", timeout=9)
    upload = f"{server.url}{begun.headers['Location']}"
    assert requests.patch(upload, data=config[:5], timeout=9).headers["Range"] == "0-4"
    done = requests.put(f"{upload}?digest={digest(config)}", data=config[5:], timeout=9)
    assert done.status_code == 201
    manifest: dict[str, Any] = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"digest": digest(config), "size": len(config)},
        "layers": [],
    }
    answer = requests.put(f"{url}/manifests/v1", json=manifest, timeout=9)
    assert answer.status_code == 201
    return f"{LOCATION}-docker.pkg.dev/{place}@{answer.headers['Docker-Content-Digest']}"


def test_pushed_image_is_in_artifact_registry(server: Server) -> None:
    reference = push(server, {})
    name = reference.rpartition("/")[2]
    path = f"artifactregistry/v1/{PARENT}/repositories/services/dockerImages/{name}"
    assert requests.get(f"{server.url}/{path}", timeout=9).json()["uri"] == reference
    pulled = requests.get(f"{server.url}/v2/{PLACE}/manifests/v1", timeout=9)
    assert digest(pulled.content) == name.partition("@")[2]
    assert pulled.headers["Content-Type"] == "application/vnd.oci.image.manifest.v1+json"


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (f"{PROJECT}/others/api/manifests/v1", "NAME_UNKNOWN"),
        (f"{PLACE}/manifests/{'sha256:' + '0' * 64}", "MANIFEST_UNKNOWN"),
        (f"{PLACE}/blobs/{'sha256:' + '0' * 64}", "BLOB_UNKNOWN"),
    ],
)
def test_unknown_image_is_an_error(server: Server, place: str, code: str) -> None:
    answer = requests.get(f"{server.url}/v2/{place}", timeout=9)
    assert answer.status_code == 404
    assert [one["code"] for one in answer.json()["errors"]] == [code]


def test_manifest_without_its_blobs_is_rejected(server: Server) -> None:
    manifest = {"config": {"digest": "sha256:" + "0" * 64}, "layers": []}
    answer = requests.put(f"{server.url}/v2/{PLACE}/manifests/v1", json=manifest, timeout=9)
    assert answer.json()["errors"][0]["code"] == "MANIFEST_BLOB_UNKNOWN"


def test_labels_decide_what_a_service_answers(server: Server) -> None:
    image = push(server, {"offline.error-percent": "30", "offline.health": "503"})
    body = {"template": {"containers": [{"image": image}]}}
    url = f"{server.url}/run/v2/{PARENT}/services"
    assert requests.post(f"{url}?serviceId=api", json=body, timeout=9).ok
    address = requests.get(f"{url}/api", timeout=9).json()["uri"]
    statuses = [requests.get(f"{address}/users", timeout=9).status_code for _ in range(100)]
    assert statuses.count(500) == 30
    assert requests.get(f"{address}/health", timeout=9).status_code == 503


def test_labels_decide_whether_a_service_starts(server: Server) -> None:
    image = push(server, {"offline.starts": "false"})
    body = {"template": {"containers": [{"image": image}]}}
    url = f"{server.url}/run/v2/{PARENT}/services"
    requests.post(f"{url}?serviceId=api", json=body, timeout=9)
    condition = requests.get(f"{url}/api", timeout=9).json()["terminalCondition"]
    assert condition["state"] == "CONDITION_FAILED"


def test_job_writes_the_tables_of_its_label(server: Server) -> None:
    sql = f"{server.url}/sqladmin/v1/projects/{PROJECT}/instances"
    body = {"name": "main", "region": LOCATION, "settings": {"tier": "db-f1-micro"}}
    assert requests.post(sql, json=body, timeout=9).ok
    assert requests.post(f"{sql}/main/databases", json={"name": "grid"}, timeout=9).ok
    image = push(server, {"offline.tables": '{"users": 3}'})
    job = {"template": {"template": {"containers": [{"image": image}]}}}
    url = f"{server.url}/run/v2/{PARENT}/jobs"
    assert requests.post(f"{url}?jobId=migrate", json=job, timeout=9).ok
    assert requests.post(f"{url}/migrate:run", json={}, timeout=9).ok
    assert server.google.service("sqladmin").data["main"]["grid"] == {"users": 3}
