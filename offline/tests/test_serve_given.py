"""The served Google: what exists before anyone made it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from offline.serve.google import Google
from offline.serve.listener import serve
from tests.test_serve import PROJECT, Client


@pytest.fixture
def client() -> Iterator[Client]:
    with serve(Google()) as server:
        yield Client(server)
    assert server.mistakes == []


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("logging/v2/{}/cmekSettings", "name", "{}/cmekSettings"),
        ("logging/v2/folders/1/settings", "name", "folders/1/settings"),
        (
            "bigquery/bigquery/v2/{}/serviceAccount",
            "email",
            "bq-{number}@bigquery-encryption.iam.gserviceaccount.com",
        ),
        (
            "iam/v1/projects/-/serviceAccounts/{number}-compute@developer.gserviceaccount.com",
            "displayName",
            "Compute Engine default service account",
        ),
        (
            "iam/v1/projects/-/serviceAccounts/example-project@appspot.gserviceaccount.com",
            "displayName",
            "App Engine default service account",
        ),
        ("iam/v1/roles/viewer", "name", "roles/viewer"),
        ("iam/v1/roles/run.invoker", "title", "run.invoker"),
        ("cloudbilling/v1/billingAccounts/000000-111111-222222", "open", True),
        (
            "compute/compute/v1/projects/debian-cloud/global/images/family/debian-12",
            "family",
            "debian-12",
        ),
        (
            "compute/compute/v1/projects/cos-cloud/global/images/cos-stable-117-18613-75-26",
            "status",
            "READY",
        ),
    ],
)
def test_google_made_it(client: Client, path: str, field: str, value: object) -> None:
    number = client.server.google.number("example-project")

    def filled(text: str) -> str:
        return text.replace("{number}", number).replace("{}", PROJECT)

    reply = client("GET", filled(path))
    assert reply.status == 200
    assert reply.body[field] == (filled(value) if isinstance(value, str) else value)


@pytest.mark.parametrize(
    "path",
    [
        "compute/compute/v1/{}/global/images/family/debian-12",
        "compute/compute/v1/{}/global/images/debian-12",
        "iam/v1/{}/serviceAccounts/someone@example-project.iam.gserviceaccount.com",
        "iam/v1/roles/run.owner",
        "secretmanager/v1/{}/secrets/absent",
    ],
)
def test_nobody_made_it(client: Client, path: str) -> None:
    assert client("GET", path.format(PROJECT)).status == 404


def test_newest_image_of_a_family_is_found(client: Client) -> None:
    for name in ("base-1", "base-2"):
        client("POST", f"compute/compute/v1/{PROJECT}/global/images", {"name": name, "family": "b"})
    path = f"compute/compute/v1/{PROJECT}/global/images/family/b"
    assert client("GET", path).body["name"] == "base-2"


def test_settings_that_exist_can_be_changed(client: Client) -> None:
    path = "logging/v2/folders/1/settings"
    client("PATCH", f"{path}?updateMask=storageLocation", {"storageLocation": "europe-west1"})
    assert client("GET", path).body["storageLocation"] == "europe-west1"
