"""The served Google: how each API names what it creates, and what it fills in.

Most requests were written by hand, after the source of hashicorp/google and google-beta 6.50.0 and
the pages of each API.
"""

from __future__ import annotations

import pytest
from rest_client import PROJECT, Client


@pytest.mark.parametrize(
    ("parent", "body", "name"),
    [
        (f"dns/dns/v1beta2/{PROJECT}/responsePolicies", {"responsePolicyName": "policy"}, "policy"),
        (f"dns/dns/v1/{PROJECT}/policies", {"name": "policy"}, "policy"),
        (
            f"dataproc/v1/{PROJECT}/regions/us-central1/clusters",
            {"clusterName": "cluster", "config": {}},
            "cluster",
        ),
        (
            "run/apis/serving.knative.dev/v1/namespaces/example-project/services",
            {"metadata": {"name": "hello"}, "spec": {}},
            "hello",
        ),
        (
            "run/apis/domains.cloudrun.com/v1/namespaces/example-project/domainmappings",
            {"metadata": {"name": "example.com"}, "spec": {"routeName": "hello"}},
            "example.com",
        ),
    ],
)
def test_resource_is_found_by_the_name_in_its_body(
    client: Client, parent: str, body: dict[str, object], name: str
) -> None:
    assert client("POST", parent, body).status == 200
    assert client("GET", f"{parent}/{name}").status == 200
    assert client("POST", parent, body).status == 409


def test_rule_of_a_response_policy_has_its_own_name(client: Client) -> None:
    policies = f"dns/dns/v1/{PROJECT}/responsePolicies"
    client("POST", policies, {"responsePolicyName": "policy"})
    rules = f"{policies}/policy/rules"
    client("POST", rules, {"ruleName": "rule", "dnsName": "example.com."})
    assert client("GET", f"{rules}/rule").body["dnsName"] == "example.com."


def test_knative_service_is_ready_in_its_generation(client: Client) -> None:
    parent = "run/apis/serving.knative.dev/v1/namespaces/example-project/services"
    body = {
        "metadata": {"name": "hello", "labels": {"cloud.googleapis.com/location": "us-east1"}},
        "spec": {"template": {"spec": {"containers": [{"image": "hello"}]}}},
    }
    client("POST", parent, body)
    first = client("GET", f"{parent}/hello").body
    client("PUT", f"{parent}/hello", body)
    second = client("GET", f"{parent}/hello").body
    for generation, service in ((1, first), (2, second)):
        assert service["metadata"]["generation"] == generation
        assert service["status"]["observedGeneration"] == generation
        assert service["status"]["conditions"][0]["status"] == "True"
    spec = second["spec"]["template"]["spec"]
    assert (spec["containerConcurrency"], spec["timeoutSeconds"]) == (80, 300)
    assert spec["containers"][0]["ports"] == [{"name": "http1", "containerPort": 8080}]
    assert ".us-east1.run.app" in second["status"]["url"]


@pytest.mark.parametrize("scaling", [{}, {"minInstanceCount": 0}])
def test_service_has_a_scaling_only_if_one_was_asked_for(
    client: Client, scaling: dict[str, int]
) -> None:
    parent = f"run/v2/{PROJECT}/locations/us-central1/services"
    client("POST", f"{parent}?serviceId=api", {"template": {"containers": [{"image": "hello"}]}})
    assert "scaling" not in client("GET", f"{parent}/api").body
    client("PATCH", f"{parent}/api?updateMask=scaling", {"scaling": scaling})
    assert client("GET", f"{parent}/api").body["scaling"] == {"minInstanceCount": 0}


@pytest.mark.parametrize(
    ("query", "writer"),
    [
        ("", "cloud-logs@system.gserviceaccount.com"),
        ("?uniqueWriterIdentity=true", "service-"),
        ("?uniqueWriterIdentity=true&customWriterIdentity=serviceAccount:a@b.c", "a@b.c"),
    ],
)
def test_sink_has_the_writer_that_was_asked_for(client: Client, query: str, writer: str) -> None:
    parent = f"logging/v2/{PROJECT}/sinks"
    sink = {"name": "sink", "destination": "storage.googleapis.com/logs"}
    client("POST", f"{parent}{query}", sink)
    assert (
        client("GET", f"{parent}/sink")
        .body["writerIdentity"]
        .startswith(f"serviceAccount:{writer}")
    )


def test_sink_changes_to_a_writer_of_its_own(client: Client) -> None:
    sink = {"name": "sink", "destination": "storage.googleapis.com/logs"}
    client("POST", f"logging/v2/{PROJECT}/sinks", sink)
    path = f"logging/v2/{PROJECT}/sinks/sink"
    client("PATCH", f"{path}?uniqueWriterIdentity=true&updateMask=filter", {"filter": "a"})
    held = client("GET", path).body
    assert held["writerIdentity"].startswith("serviceAccount:service-")
    assert held["filter"] == "a"


def test_rule_of_organization_policy_keeps_false(client: Client) -> None:
    parent = "orgpolicy/v2/organizations/1122334455/policies"
    name = f"{parent}/iam.disableServiceAccountKeyUpload"
    body = {"name": name.partition("v2/")[2], "spec": {"rules": [{"enforce": False}]}}
    client("POST", parent, body)
    assert client("GET", name).body["spec"]["rules"] == [{"enforce": False}]


@pytest.mark.parametrize(
    ("version", "kind", "name"),
    [
        ("MYSQL_8_4", "CLOUD_IAM_SERVICE_ACCOUNT", "runner"),
        ("MYSQL_8_0", "CLOUD_IAM_USER", "runner"),
        ("MYSQL_8_0", "CLOUD_IAM_GROUP", "runner@example-project.iam"),
        ("POSTGRES_16", "CLOUD_IAM_SERVICE_ACCOUNT", "runner@example-project.iam"),
    ],
)
def test_iam_user_of_mysql_has_a_short_name(
    client: Client, version: str, kind: str, name: str
) -> None:
    parent = f"sqladmin/sql/v1beta4/{PROJECT}/instances"
    settings = {"tier": "db-f1-micro"}
    client("POST", parent, {"name": "db", "databaseVersion": version, "settings": settings})
    client("POST", f"{parent}/db/users", {"name": "runner@example-project.iam", "type": kind})
    names = [one["name"] for one in client("GET", f"{parent}/db/users").body["items"]]
    assert name in names
    assert len([one for one in names if one.startswith("runner")]) == 1


def test_dataproc_cluster_has_software_and_instances(client: Client) -> None:
    parent = f"dataproc/v1/{PROJECT}/regions/us-central1/clusters"
    client("POST", parent, {"clusterName": "c", "config": {"workerConfig": {"numInstances": 3}}})
    cluster = client("GET", f"{parent}/c").body
    assert cluster["status"]["state"] == "RUNNING"
    assert cluster["config"]["softwareConfig"]["imageVersion"]
    assert len(cluster["config"]["workerConfig"]["instanceNames"]) == 3
    assert len(cluster["config"]["masterConfig"]["instanceNames"]) == 1
    assert cluster["labels"]["goog-dataproc-cluster-name"] == "c"


def test_alloydb_cluster_has_no_etag(client: Client) -> None:
    parent = f"alloydb/v1/{PROJECT}/locations/us-central1/clusters"
    client("POST", f"{parent}?clusterId=c", {"networkConfig": {}})
    assert "etag" not in client("GET", f"{parent}/c").body


def test_verb_that_creates_takes_the_id_of_its_query(client: Client) -> None:
    parent = f"alloydb/v1/{PROJECT}/locations/us-central1/clusters"
    secondary = {"clusterType": "SECONDARY", "secondaryConfig": {"primaryClusterName": "primary"}}
    created = client("POST", f"{parent}:createsecondary?clusterId=second", secondary)
    assert created.body["done"] is True
    assert client("GET", f"{parent}/second").body["clusterType"] == "SECONDARY"


def test_notification_of_a_bucket_has_an_id(client: Client) -> None:
    client("POST", f"storage/storage/v1/b?project={PROJECT[9:]}", {"name": "bucket"})
    parent = "storage/storage/v1/b/bucket/notificationConfigs"
    topic = f"//pubsub.googleapis.com/{PROJECT}/topics/t"
    made = client("POST", parent, {"topic": topic, "payload_format": "JSON_API_V1"}).body
    assert client("GET", f"{parent}/{made['id']}").body["topic"] == topic


def test_tag_is_bound_to_a_folder(client: Client) -> None:
    base = "cloudresourcemanager/v3"
    client("POST", f"{base}/tagKeys", {"parent": "organizations/1", "shortName": "env"})
    (key,) = client("GET", f"{base}/tagKeys?parent=organizations/1").body["tagKeys"]
    client("POST", f"{base}/tagValues", {"parent": key["name"], "shortName": "dev"})
    (value,) = client("GET", f"{base}/tagValues?parent={key['name']}").body["tagValues"]
    assert value["namespacedName"] == "1/env/dev"
    folder = "//cloudresourcemanager.googleapis.com/folders/7"
    body = {"parent": folder, "tagValue": value["name"]}
    assert client("POST", f"{base}/tagBindings", body).body["done"] is True
    assert client("POST", f"{base}/tagBindings", body).status == 409
    (binding,) = client("GET", f"{base}/tagBindings?parent={folder}").body["tagBindings"]
    quoted = "%2F%2Fcloudresourcemanager.googleapis.com%2Ffolders%2F7"
    assert binding["name"] == f"tagBindings/{quoted}/{value['name']}"
    other = f"{base}/tagBindings?parent=//cloudresourcemanager.googleapis.com/folders/8"
    assert "tagBindings" not in client("GET", other).body
    assert client("DELETE", f"{base}/{binding['name']}").status == 200
    assert "tagBindings" not in client("GET", f"{base}/tagBindings?parent={folder}").body


@pytest.mark.parametrize(
    ("statement", "option"),
    [
        ("CREATE DATABASE `orders`", 'ALTER DATABASE `orders` SET OPTIONS ({}="3d")'),
        ('CREATE DATABASE "orders"', 'ALTER DATABASE "orders" SET spanner.{} TO "3d"'),
    ],
)
def test_spanner_database_has_the_name_and_options_of_its_statements(
    client: Client, statement: str, option: str
) -> None:
    parent = f"spanner/v1/{PROJECT}/instances/i/databases"
    body = {"createStatement": statement, "databaseDialect": "DATABASE_DIALECT_UNSPECIFIED"}
    assert client("POST", parent, body).body["done"] is True
    database = f"{parent}/orders"
    assert client("GET", database).body["versionRetentionPeriod"] == "1h"
    statements = [
        "CREATE TABLE t (a INT64) PRIMARY KEY(a)",
        option.format("version_retention_period"),
    ]
    assert client("PATCH", f"{database}/ddl", {"statements": statements}).status == 200
    assert client("GET", f"{database}/ddl").body["statements"] == statements[:1]
    assert client("GET", database).body["versionRetentionPeriod"] == "3d"
    assert client("POST", parent, {"createStatement": "CREATE TABLE t"}).status == 400


def test_hmac_key_is_deleted_when_it_is_inactive(client: Client) -> None:
    parent = f"storage/storage/v1/{PROJECT}/hmacKeys"
    email = "a@example-project.iam.gserviceaccount.com"
    made = client("POST", f"{parent}?serviceAccountEmail={email}").body
    key = f"{parent}/{made['metadata']['accessId']}"
    assert made["secret"]
    assert client("GET", key).body["serviceAccountEmail"] == email
    assert client("DELETE", key).status == 400
    assert client("PUT", key, {"state": "INACTIVE"}).status == 200
    assert client("GET", key).body["serviceAccountEmail"] == email
    assert client("DELETE", key).status == 200


def test_access_of_a_user_to_a_bucket_is_deleted(client: Client) -> None:
    client("POST", f"storage/storage/v1/b?project={PROJECT[9:]}", {"name": "bucket"})
    parent = "storage/storage/v1/b/bucket/acl"
    client("POST", parent, {"entity": "user-a@example.com", "role": "READER"})
    assert client("GET", f"{parent}/user-a%40example.com").body["role"] == "READER"
    assert client("DELETE", f"{parent}/user-a%40example.com").status == 200
    assert client("GET", f"{parent}/user-a@example.com").status == 404
