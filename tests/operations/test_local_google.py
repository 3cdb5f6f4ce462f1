"""The local Google refuses what Google refuses, and forgets nothing."""

import gzip
from typing import Any

import pytest
from googleapiclient.http import MediaInMemoryUpload

from offline.serve.apis.run import HELLO
from offline.serve.apis.run_traffic import REVISION
from offline.serve.apis.sqladmin_backups import TRAILER
from offline.serve.faults import KINDS, sequence
from offline.serve.server import Server
from operations.core.api_client import ApiClient, GoogleError
from operations.core.google_apis import GoogleApis
from operations.core.runtime import Runtime
from tests.operations.commandline import PATIENCE, Clock
from tests.operations.platform import BACKUPS, INSTANCE, PROJECT, TABLES, LocalGoogle, service_name

NAME = service_name("api", "us-central1")
NEW = "registry.example/api@sha256:" + "1" * 64


class Client:
    """Google's client, against one server."""

    def __init__(self, server: Server, cloud: LocalGoogle) -> None:
        self.cloud = cloud
        self.google = GoogleApis(Runtime(endpoint=server.url, timeout_seconds=PATIENCE))
        self.send = ApiClient(self.google, Clock()).send
        self.services = self.google.run.projects().locations().services()

    def patch(self, body: dict[str, Any], mask: str) -> dict[str, Any]:
        self.send(self.services.patch(name=NAME, body=body, updateMask=mask))
        self.cloud.operations.settle()
        return dict(self.send(self.services.get(name=NAME)))

    def release(self, image: str) -> dict[str, Any]:
        return self.patch({"template": {"containers": [{"image": image}]}}, "template.containers")

    def sql(self, method: str, instance: str = INSTANCE, **more: Any) -> dict[str, Any]:
        call = getattr(self.google.sql.instances(), method)
        begun = self.send(call(project=PROJECT, instance=instance, **more))
        self.cloud.operations.settle()
        operations = self.google.sql.operations()
        return dict(self.send(operations.get(project=PROJECT, operation=begun["name"])))


@pytest.fixture
def client(server: Server, cloud: LocalGoogle) -> Client:
    return Client(server, cloud)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"trafic": []}, 'Unknown name "trafic"'),
        ({"traffic": [{"percent": "all"}]}, "traffic[0].percent"),
        ({"traffic": {"percent": 100}}, "(array)"),
        ({"traffic": [{"type": "NEWEST"}]}, "(enum)"),
        ({"template": {"containers": [{"image": 7}]}}, "template.containers[0].image"),
    ],
)
def test_request_body_must_match_discovery_document(
    client: Client, server: Server, body: dict[str, Any], said: str
) -> None:
    with pytest.raises(GoogleError) as refused:
        client.patch(body, "traffic")
    assert refused.value.status == 400
    assert said in str(refused.value)
    server.mistakes.clear()


def test_new_template_creates_revision_with_latest_traffic(client: Client) -> None:
    before = client.send(client.services.get(name=NAME))
    after = client.release(NEW)
    assert after["latestReadyRevision"] != before["latestReadyRevision"]
    (status,) = after["trafficStatuses"]
    assert after["latestReadyRevision"].endswith(status["revision"])


def test_tag_has_address_that_responds(client: Client, cloud: LocalGoogle) -> None:
    old = client.send(client.services.get(name=NAME))["trafficStatuses"][0]["revision"]
    pinned = [{"type": REVISION, "revision": old, "percent": 100}]
    client.patch({"traffic": pinned}, "traffic")
    cloud.run.ill.add(NEW)
    new = client.release(NEW)["latestReadyRevision"].rpartition("/")[2]
    tagged = {"type": REVISION, "revision": new, "tag": "candidate"}
    after = client.patch({"traffic": [*pinned, tagged]}, "traffic")
    address = after["trafficStatuses"][1]["uri"]
    assert client.google.fetch(f"{address}/health").status_code == 500
    assert client.google.fetch(f"{after['uri']}/health").content == HELLO.encode()
    start = f"{NAME}/revisions/"
    assert cloud.run.served == {start + new: [500], start + old: [200]}


def test_revision_that_does_not_start_gets_no_traffic(client: Client, cloud: LocalGoogle) -> None:
    cloud.run.crashing.add(NEW)
    before = client.send(client.services.get(name=NAME))
    after = client.release(NEW)
    assert after["terminalCondition"]["state"] == "CONDITION_FAILED"
    assert after["latestCreatedRevision"] != after["latestReadyRevision"]
    assert after["trafficStatuses"] == before["trafficStatuses"]


@pytest.mark.parametrize(
    "traffic",
    [
        [{"type": REVISION, "revision": "gone", "percent": 100}],
        [{"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "percent": 90}],
    ],
)
def test_traffic_must_sum_to_100_and_name_existing_revisions(
    client: Client, traffic: list[dict[str, Any]]
) -> None:
    with pytest.raises(GoogleError) as refused:
        client.patch({"traffic": traffic}, "traffic")
    assert refused.value.status == 400


def test_stale_etag_is_rejected(client: Client) -> None:
    service = client.release(NEW)
    client.release(HELLO)
    with pytest.raises(GoogleError) as refused:
        client.patch(service, "traffic")
    assert refused.value.status == 409


def test_export_writes_dump_and_never_overwrites(client: Client, cloud: LocalGoogle) -> None:
    context = {"uri": f"gs://{BACKUPS}/a.sql.gz", "databases": ["grid"], "fileType": "SQL"}
    body = {"exportContext": context}
    assert "error" not in client.sql("export", body=body)
    request = client.google.storage.objects().get_media(bucket=BACKUPS, object="a.sql.gz")
    content = client.send(request)
    assert TRAILER in gzip.decompress(content).decode()
    again = client.sql("export", body=body)
    assert "exists already" in again["error"]["errors"][0]["message"]
    cloud.sql.create("scratch", {})
    email = cloud.sql.instances["scratch"]["serviceAccountEmailAddress"]
    cloud.storage.allow(BACKUPS, email)
    context = {"uri": context["uri"], "database": "grid", "fileType": "SQL"}
    assert "error" not in client.sql("import_", "scratch", body={"importContext": context})
    assert cloud.sql.data["scratch"] == {"grid": TABLES}
    twice = client.sql("import_", "scratch", body={"importContext": context})
    assert "already exists" in twice["error"]["errors"][0]["message"]


def test_restore_replaces_data_and_rejects_replicas(client: Client, cloud: LocalGoogle) -> None:
    runs = client.google.sql.backupRuns()
    begun = client.send(runs.insert(project=PROJECT, instance=INSTANCE, body={}))
    cloud.operations.settle()
    key = begun["backupContext"]["backupId"]
    context = {"backupRunId": key, "instanceId": INSTANCE, "project": PROJECT}
    body = {"restoreBackupContext": context}
    with pytest.raises(GoogleError, match="replicas"):
        client.sql("restoreBackup", body=body)
    cloud.sql.create("scratch", {"grid": {"other": 1}})
    assert client.sql("restoreBackup", "scratch", body=body)["status"] == "DONE"
    assert cloud.sql.data["scratch"] == {"grid": TABLES}


def test_name_of_deleted_instance_is_free_at_once(client: Client, cloud: LocalGoogle) -> None:
    cloud.sql.create("scratch", {})
    body = {"cloneContext": {"destinationInstanceName": "scratch"}}
    with pytest.raises(GoogleError) as refused:
        client.sql("clone", body=body)
    assert refused.value.reason == "instanceAlreadyExists"
    client.sql("delete", "scratch")
    assert "error" not in client.sql("clone", body=body)
    assert cloud.sql.data["scratch"] == {"grid": TABLES}


def test_object_is_written_once_with_generation_precondition(client: Client) -> None:
    objects = client.google.storage.objects()

    def insert(content: bytes) -> Any:
        media = MediaInMemoryUpload(content, mimetype="text/plain")
        body = {"name": "a/b.txt", "metadata": {"by": "grid"}}
        return client.send(
            objects.insert(bucket=BACKUPS, body=body, media_body=media, ifGenerationMatch="0")
        )

    assert insert(b"first")["metadata"] == {"by": "grid"}
    with pytest.raises(GoogleError) as refused:
        insert(b"second")
    assert refused.value.status == 412
    assert client.send(objects.get_media(bucket=BACKUPS, object="a/b.txt")) == b"first"
    listed = client.send(objects.list(bucket=BACKUPS, prefix="a/"))["items"]
    assert [one["size"] for one in listed] == ["5"]


def test_object_with_content_encoding_is_sent_as_it_is_stored_or_unpacked(
    client: Client, cloud: LocalGoogle
) -> None:
    packed, headers = gzip.compress(b"content", mtime=0), {"contentEncoding": "gzip"}
    cloud.storage.objects.insert(BACKUPS, "a.txt", packed, headers=headers, created=cloud.stamp)
    request = client.google.storage.objects().get_media(bucket=BACKUPS, object="a.txt")
    assert client.send(request) == b"content", "requests unpacks it"
    request.headers["Range"] = f"bytes=0-{len(packed) - 2}"
    assert client.send(request) == packed[:-1]
    request.headers["accept-encoding"] = "identity"
    assert client.send(request) == b"content"


def test_monitoring_counts_responses(client: Client, cloud: LocalGoogle) -> None:
    service = client.send(client.services.get(name=NAME))
    for _ in range(3):
        client.google.fetch(service["uri"])
    (served,) = cloud.run.served
    revision = served.rpartition("/")[2]
    request = (
        client.google.monitoring.projects()
        .timeSeries()
        .list(
            name=f"projects/{PROJECT}",
            filter='metric.type="run.googleapis.com/request_count" AND '
            f'resource.labels.revision_name="{revision}"',
            interval_startTime="2026-11-01T12:00:00Z",
            interval_endTime="2026-11-01T12:05:00Z",
        )
    )
    (series,) = client.send(request)["timeSeries"]
    assert series["metric"]["labels"] == {"response_code_class": "2xx"}
    assert series["points"][0]["value"] == {"int64Value": "3"}
    cloud.monitoring.told[revision] = {"5xx": 7}
    (series,) = client.send(request)["timeSeries"]
    assert series["points"][0]["value"] == {"int64Value": "7"}


def test_faults_are_deterministic_for_seed() -> None:
    many = [sequence(seed, 20) for seed in range(200)]
    assert many == [sequence(seed, 20) for seed in range(200)]
    assert {fault.kind for faults in many for fault in faults} == set(KINDS)
