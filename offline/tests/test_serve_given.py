"""The served Google: what exists before anyone made it."""

from __future__ import annotations

import pytest
from rest_client import PROJECT, Client


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


def test_project_has_what_its_creator_said(client: Client) -> None:
    project = {"projectId": "made-here", "name": "Made here", "labels": {"team": "a"}}
    parent = {"type": "folder", "id": "7"}
    client("POST", "cloudresourcemanager/v1/projects", {**project, "parent": parent})
    held = client("GET", "cloudresourcemanager/v1/projects/made-here").body
    assert {name: held[name] for name in (*project, "parent")} == {**project, "parent": parent}
    newer = client("GET", "cloudresourcemanager/v3/projects/made-here").body
    assert (newer["displayName"], newer["parent"]) == ("Made here", "folders/7")


def test_project_changes_by_both_versions(client: Client) -> None:
    path = "cloudresourcemanager/v3/projects/made-here"
    client("PATCH", f"{path}?updateMask=labels", {"labels": {"team": "b"}, "displayName": "No"})
    assert client("GET", path).body["labels"] == {"team": "b"}
    assert client("GET", path).body["displayName"] == "made-here"
    client("PUT", "cloudresourcemanager/v1/projects/made-here", {"name": "Other"})
    changed = client("GET", path).body
    assert (changed["displayName"], "labels" in changed) == ("Other", False)


@pytest.mark.parametrize(
    ("role", "answered"),
    [
        ("roles/bigquery.dataOwner", "OWNER"),
        ("roles/bigquery.dataEditor", "WRITER"),
        ("roles/bigquery.dataViewer", "READER"),
        ("roles/bigquery.metadataViewer", "roles/bigquery.metadataViewer"),
    ],
)
def test_access_to_a_dataset_has_the_old_names_of_roles(
    client: Client, role: str, answered: str
) -> None:
    path = f"bigquery/bigquery/v2/{PROJECT}/datasets"
    access = {"role": role, "userByEmail": "a@example.com"}
    named = {"datasetReference": {"datasetId": "d"}}
    client("POST", path, {**named, "access": [access]})
    assert client("GET", f"{path}/d").body["access"] == [{**access, "role": answered}]


def test_name_of_a_workload_identity_pool_has_the_project_number(client: Client) -> None:
    """Source: website/docs/r/iam_workload_identity_pool.html.markdown of the provider, `name`."""
    number = client.server.google.number("example-project")
    pools = "locations/global/workloadIdentityPools"
    client("POST", f"iam/v1/{PROJECT}/{pools}?workloadIdentityPoolId=ci", {})
    client("POST", f"iam/v1/{PROJECT}/{pools}/ci/providers?workloadIdentityPoolProviderId=git", {})
    for name in (f"{pools}/ci", f"{pools}/ci/providers/git"):
        reply = client("GET", f"iam/v1/{PROJECT}/{name}")
        assert reply.body["name"] == f"projects/{number}/{name}"
