"""The served Google: what follows from the discovery documents alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import googleapiclient.discovery_cache
import pytest
from rest_client import PROJECT, Client

from offline.serve import endpoints, untyped
from offline.serve.access import Access
from offline.serve.discovery import documents, match
from offline.serve.google import Google
from offline.serve.listener import serve


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("secretmanager/v1/{}/secrets?secretId=a", {"labls": {}}, "Unknown name"),
        ("secretmanager/v1/{}/secrets?secretId=a", {"labels": []}, "(object)"),
        ("secretmanager/v1/{}/secrets?secretId=a", {"ttl": 5}, "(string)"),
        ("secretmanager/v1/{}/secrets?secretID=a", {}, "Cannot bind query parameter"),
        ("redis/v1/{}/locations/r/instances?instanceId=a", {"tier": "SMALL"}, "(enum)"),
        ("redis/v1/{}/locations/r/instances?instanceId=a", {"memorySizeGb": "x"}, "(integer)"),
        ("compute/compute/v1/{}/global/networks", {"mtu": "big"}, "(integer)"),
        ("storage/storage/v1/b", {"name": "bucket"}, "Required parameter: project"),
    ],
)
def test_request_is_rejected_when_document_does_not_allow_it(
    client: Client, path: str, body: dict[str, Any], said: str
) -> None:
    reply = client("POST", path.format(PROJECT), body)
    assert reply.status == 400
    assert reply.body["error"]["status"] == "INVALID_ARGUMENT"
    violations = reply.body["error"]["details"][0]["fieldViolations"]
    assert any(said in one["description"] for one in violations)
    assert client.server.google.store.resources == {}


def test_path_is_rejected_when_no_method_has_it(client: Client) -> None:
    assert client("POST", "run/v2/projects/p/locations/l/nothing", {}).status == 404
    assert client.server.rejected == ["no method of run is POST v2/projects/p/locations/l/nothing"]


def test_compute_ignores_fields_that_its_document_lacks(client: Client) -> None:
    body = {"name": "router", "nats": [{"name": "nat", "initialNatIps": []}]}
    path = f"compute/compute/v1/{PROJECT}/regions/us-central1/routers"
    assert client("POST", path, body).status == 200
    assert client("GET", f"{path}/router").body["nats"] == [{"name": "nat"}]
    assert sum(client.server.ignored.values()) == 1


COLLECTIONS = [
    (
        "cloudscheduler/v1/{}/locations/us-central1/jobs",
        {"name": "{}/locations/us-central1/jobs/x"},
    ),
    ("pubsub/v1/{}/topics/x", None),
    ("dns/dns/v1/{}/managedZones", {"name": "x", "dnsName": "example.com."}),
    ("logging/v2/{}/metrics", {"name": "x", "filter": "severity>=ERROR"}),
    ("spanner/v1/{}/instances", {"instanceId": "x", "instance": {"displayName": "one"}}),
    ("eventarc/v1/{}/locations/us-central1/triggers?triggerId=x", {"labels": {"a": "b"}}),
    ("certificatemanager/v1/{}/locations/global/certificates?certificateId=x", {}),
    ("networkservices/v1/{}/locations/global/meshes?mesh_id=x", {}),
]


@pytest.mark.parametrize(
    ("path", "body"),
    [one for one in COLLECTIONS if one[1] is not None],
    ids=lambda one: str(one)[:24],
)
def test_any_collection_creates_lists_and_deletes(
    client: Client, path: str, body: dict[str, Any]
) -> None:
    path = path.format(PROJECT)
    body = json.loads(json.dumps(body).replace("{}/", f"{PROJECT}/"))
    assert client("POST", path, body).status == 200
    assert client("POST", path, body).status == 409
    base = path.partition("?")[0]
    assert client("GET", f"{base}/x").status == 200
    page = client("GET", base).body
    assert [len(items) for items in page.values() if isinstance(items, list)] == [1]
    assert client("DELETE", f"{base}/x").status == 200
    assert client("GET", f"{base}/x").status == 404
    assert client("DELETE", f"{base}/x").status == 404


def test_patch_changes_only_fields_of_mask(client: Client) -> None:
    path = f"secretmanager/v1/{PROJECT}/secrets"
    body = {"labels": {"a": "1"}, "annotations": {"b": "2"}, "replication": {"automatic": {}}}
    client("POST", f"{path}?secretId=x", body)
    new = {"labels": {"c": "3"}, "annotations": {"d": "4"}}
    changed = client("PATCH", f"{path}/x?updateMask=labels", new).body
    assert (changed["labels"], changed["annotations"]) == ({"c": "3"}, {"b": "2"})
    stale = {"etag": '"other"', "labels": {}}
    assert client("PATCH", f"{path}/x?updateMask=labels", stale).status == 409


def test_compute_changes_rules_inside_a_policy(client: Client) -> None:
    path = f"compute/compute/v1/{PROJECT}/global/securityPolicies"
    operation = client("POST", path, {"name": "x"}).body
    assert (operation["status"], operation["targetLink"].rpartition("/")[2]) == ("DONE", "x")
    rule = {"priority": 1000, "action": "deny(403)"}
    client("POST", f"{path}/x/addRule", rule)
    client("POST", f"{path}/x/patchRule?priority=1000", {"action": "allow"})
    assert client("GET", f"{path}/x/getRule?priority=1000").body["action"] == "allow"
    client("POST", f"{path}/x/removeRule?priority=1000")
    held = client("GET", f"{path}/x").body["rules"]
    assert [one["priority"] for one in held] == [2147483647]


def test_policy_changes_need_the_newest_etag(client: Client) -> None:
    path = f"cloudresourcemanager/v1/{PROJECT}"
    policy = client("POST", f"{path}:getIamPolicy", {}).body
    binding = {"role": "roles/viewer", "members": ["user:a@example.com"]}
    new = {"policy": {**policy, "bindings": [binding]}}
    assert client("POST", f"{path}:setIamPolicy", new).body["bindings"] == [binding]
    assert client("POST", f"{path}:setIamPolicy", new).body["error"]["status"] == "ABORTED"


def test_project_is_one_by_number_and_id(client: Client) -> None:
    number = client("GET", f"cloudresourcemanager/v1/{PROJECT}").body["projectNumber"]
    path = f"secretmanager/v1/projects/{number}/secrets"
    client("POST", f"{path}?secretId=x", {"replication": {"automatic": {}}})
    assert client("GET", f"secretmanager/v1/{PROJECT}/secrets/x").status == 200


def test_version_in_path_may_be_repeated(client: Client) -> None:
    """Hand-written clients of the provider add their version to an endpoint that has it."""
    assert client("GET", f"run/v2/v2/{PROJECT}/locations/l/services").status == 200


def test_state_survives_in_a_folder(tmp_path: Path) -> None:
    path = f"secretmanager/v1/{PROJECT}/secrets"
    with serve(Google(tmp_path)) as server:
        Client(server)("POST", f"{path}?secretId=x", {"replication": {"automatic": {}}})
    with serve(Google(tmp_path)) as server:
        assert Client(server)("GET", f"{path}/x").status == 200


@pytest.mark.parametrize(
    "variables",
    [endpoints.provider("http://x"), endpoints.provider("http://x", "google-beta")],
)
def test_endpoints_lead_to_apis_that_are_served(variables: Mapping[str, str]) -> None:
    apis = {value.split("/")[3] for value in variables.values()}
    assert [api for api in apis if not (documents(api) or api in untyped.apis())] == []


@pytest.mark.parametrize(
    ("verb", "path", "field"),
    [
        ("GET", f"run/v1/{PROJECT}/locations", "locations"),
        ("GET", "monitoring/v3/uptimeCheckIps", "uptimeCheckIps"),
        ("POST", "iam/v1/permissions:queryTestablePermissions", "permissions"),
    ],
)
def test_lists_of_google_itself_are_not_empty(
    client: Client, verb: str, path: str, field: str
) -> None:
    """The provider panics at a list that is never empty at Google."""
    body: dict[str, Any] | None = {} if verb == "POST" else None
    assert len(client(verb, path, body).body[field]) > 5


def test_every_document_is_found_by_its_host() -> None:
    folder = Path(googleapiclient.discovery_cache.__file__).with_name("documents")
    for file in folder.glob("*.*.json"):
        held = json.loads(file.read_text("utf-8"))
        host = held["rootUrl"].removeprefix("https://").removesuffix(".googleapis.com/")
        api = held["name"].lower() if host in {"www", "https://"} or "." in host else host
        version = file.name.split(".", 1)[1].removesuffix(".json")
        if not version.startswith(("alpha", "preview")):
            assert held["version"] in {one.version for one in documents(api)}, file.name


def test_api_without_document_is_served_by_its_paths(client: Client) -> None:
    """AIP-133 to AIP-136; an answer is the resource and a finished operation."""
    parent = f"lustre/v1/{PROJECT}/locations/us-central1-a/instances"
    made = client("POST", f"{parent}?instanceId=one", {"capacityGib": "18000"}).body
    assert made["done"]
    assert made["response"]["name"] == parent.removeprefix("lustre/v1/") + "/one"
    assert client("POST", f"{parent}?instanceId=one", {}).status == 409
    client("PATCH", f"{parent}/one?updateMask=labels", {"labels": {"a": "b"}, "capacityGib": "1"})
    found = client("GET", f"{parent}/one").body
    assert (found["capacityGib"], found["labels"]) == ("18000", {"a": "b"})
    assert "done" not in found
    assert client("GET", parent).body == {"instances": [found]}
    policy = {"policy": {"bindings": [{"role": "roles/viewer", "members": ["user:a@b.c"]}]}}
    client("POST", f"{parent}/one:setIamPolicy", policy)
    assert (
        client("GET", f"{parent}/one:getIamPolicy").body["bindings"]
        == (policy["policy"]["bindings"])
    )
    assert client("DELETE", f"{parent}/one").body["done"]
    assert client("GET", f"{parent}/one").status == client("DELETE", f"{parent}/one").status == 404


def test_most_specific_method_is_matched() -> None:
    found = match("iam", "POST", f"v1/{PROJECT}/serviceAccounts/a@b.iam:setIamPolicy")
    assert found is not None
    assert found[0].id == "iam.projects.serviceAccounts.setIamPolicy"


@pytest.fixture
def guarded() -> Iterator[Client]:
    """Serve a Google that enforces IAM; owner@example.com owns the project."""
    google = Google()
    google.policies.get("cloudresourcemanager", PROJECT)["bindings"] = [
        {"role": "roles/owner", "members": ["user:owner@example.com"]}
    ]
    with serve(google, allow=Access()) as server:
        yield Client(server)


def grant(client: Client, role: str, condition: str = "") -> None:
    """Grant a role on the project to reader@example.com."""
    client.caller = "owner@example.com"
    path = f"cloudresourcemanager/v1/{PROJECT}"
    policy = client("POST", f"{path}:getIamPolicy", {}).body
    binding: dict[str, Any] = {"role": role, "members": ["user:reader@example.com"]}
    if condition:
        binding["condition"] = {"title": "test", "expression": condition}
    new = {**policy, "version": 3, "bindings": [*policy["bindings"], binding]}
    assert client("POST", f"{path}:setIamPolicy", {"policy": new}).status == 200
    client.caller = "reader@example.com"


def test_caller_needs_a_role_with_the_permission(guarded: Client) -> None:
    path = f"secretmanager/v1/{PROJECT}/secrets"
    guarded.caller = "reader@example.com"
    denied = guarded("GET", path)
    assert denied.status == 403
    assert "secretmanager.secrets.list" in denied.body["error"]["message"]
    grant(guarded, "roles/secretmanager.viewer")
    assert guarded("GET", path).status == 200
    assert guarded("POST", f"{path}?secretId=x", {}).status == 403
    assert len(guarded.server.denied) == 2


@pytest.mark.parametrize(("name", "status"), [("public-a", 200), ("private-a", 403)])
def test_condition_limits_a_role(guarded: Client, name: str, status: int) -> None:
    guarded.caller = "owner@example.com"
    path = f"secretmanager/v1/{PROJECT}/secrets"
    guarded("POST", f"{path}?secretId={name}", {"replication": {"automatic": {}}})
    expression = "resource.name.extract('/secrets/{secret}').startsWith('public-')"
    grant(guarded, "roles/secretmanager.viewer", expression)
    assert guarded("GET", f"{path}/{name}").status == status


@pytest.mark.parametrize(("folder", "status"), [("grid/dev", 404), ("grid/dev-bootstrap", 403)])
def test_condition_knows_an_object_by_its_own_name(
    guarded: Client, folder: str, status: int
) -> None:
    """404 is for who may know that there is none."""
    guarded.caller = "owner@example.com"
    guarded("POST", "storage/storage/v1/b?project=example-project", {"name": "state"})
    bucket = "projects/_/buckets/state"
    inside = f"resource.name.startsWith('{bucket}/objects/grid/dev/')"
    grant(guarded, "roles/storage.admin", f"resource.name == '{bucket}' || {inside}")
    name = quote(f"{folder}/default.tfstate", safe="")
    assert guarded("GET", f"storage/storage/v1/b/state/o/{name}").status == status


def test_service_account_is_attached_only_with_act_as(guarded: Client) -> None:
    account = "runner@example-project.iam.gserviceaccount.com"
    path = f"run/v2/{PROJECT}/locations/us-central1/services?serviceId=web"
    template = {"containers": [{"image": "example"}], "serviceAccount": account}
    grant(guarded, "roles/run.admin")
    denied = guarded("POST", path, {"template": template})
    assert "iam.serviceAccounts.actAs" in denied.body["error"]["message"]
    grant(guarded, "roles/iam.serviceAccountUser")
    assert guarded("POST", path, {"template": template}).status == 200


_SOURCES = (
    "https://cloud.google.com/",
    "https://github.com/hashicorp/terraform-provider-google/blob/v6.50.0/",
)


def test_computed_values_name_a_collection_and_their_source() -> None:
    folder = Path(endpoints.__file__).parent / "apis"
    wrong = []
    for file in folder.glob("*.json"):
        paths = {
            word
            for document in documents(file.stem)
            for method in document.methods
            for word in re.split(r"[/{}+:]", method.template)
        }
        patterns = " ".join(
            parameter.get("pattern", "")
            for document in documents(file.stem)
            for method in document.methods
            for parameter in method.parameters.values()
        )
        for collection, values in json.loads(file.read_text("utf-8")).items():
            if not values["source"].startswith(_SOURCES):
                wrong.append(f"{file.stem} {collection}: source")
            last = collection.rpartition("/")[2]
            if last not in paths and f"/{last}/" not in patterns:
                wrong.append(f"{file.stem} {collection}: no such collection")
    assert wrong == []


def test_dataset_keeps_access_when_an_update_does_not_name_it(client: Client) -> None:
    path = f"bigquery/bigquery/v2/{PROJECT}/datasets"
    reference = {"datasetReference": {"datasetId": "costs"}}
    client("POST", path, reference)
    access = [{"role": "READER", "userByEmail": "reader@example.com"}]
    client("PATCH", f"{path}/costs", {"access": access})
    changed = client("PUT", f"{path}/costs", {**reference, "labels": {"team": "grid"}}).body
    assert (changed["access"], changed["labels"]) == (access, {"team": "grid"})


def test_database_takes_an_update(client: Client) -> None:
    """`server.mistakes` has an answer that its document does not allow."""
    instances = f"sqladmin/sql/v1beta4/{PROJECT}/instances"
    settings = {"tier": "db-f1-micro"}
    assert client("POST", instances, {"name": "main", "settings": settings}).status == 200
    databases = f"{instances}/main/databases"
    assert client("POST", databases, {"name": "grid", "charset": "UTF8"}).status == 200
    changed = client("PUT", f"{databases}/grid", {"name": "grid", "charset": "SQL_ASCII"})
    assert (changed.status, changed.body["operationType"]) == (200, "UPDATE_DATABASE")
    assert client("GET", f"{databases}/grid").body["charset"] == "SQL_ASCII"
