"""A locked retention policy of a bucket: what nobody can do before it is over."""

from __future__ import annotations

import pytest
from rest_client import PROJECT, Client

BUCKETS = "storage/storage/v1/b"
DAY = 86400


@pytest.fixture
def locked(client: Client) -> Client:
    policy = {"retentionPeriod": str(7 * DAY)}
    project = PROJECT.partition("/")[2]
    body = {"name": "vault", "retentionPolicy": policy}
    bucket = client("POST", f"{BUCKETS}?project={project}", body).body
    lock = f"{BUCKETS}/vault/lockRetentionPolicy?ifMetagenerationMatch={{}}"
    assert client("POST", lock.format("99")).status == 412
    answer = client("POST", lock.format(bucket["metageneration"]))
    assert (answer.status, answer.body["retentionPolicy"]["isLocked"]) == (200, True)
    upload = "storage/upload/storage/v1/b/vault/o?uploadType=media&name=export"
    assert client("POST", upload, {}).status == 200
    return client


@pytest.mark.parametrize(
    ("verb", "path", "body", "status"),
    [
        ("PUT", "vault", {"name": "vault"}, 403),
        ("PATCH", "vault", {"retentionPolicy": {"retentionPeriod": str(6 * DAY)}}, 403),
        ("PATCH", "vault", {"labels": {"a": "b"}}, 200),
        ("PATCH", "vault", {"retentionPolicy": {"retentionPeriod": str(8 * DAY)}}, 200),
        ("DELETE", "vault/o/export", None, 403),
        ("DELETE", "vault", None, 409),
    ],
)
def test_locked_retention_only_grows(
    locked: Client, verb: str, path: str, body: dict[str, object] | None, status: int
) -> None:
    assert locked(verb, f"{BUCKETS}/{path}", body).status == status
    bucket = locked("GET", f"{BUCKETS}/vault").body
    assert bucket["retentionPolicy"]["isLocked"] is True


def test_object_is_not_overwritten_under_locked_retention(locked: Client) -> None:
    upload = "storage/upload/storage/v1/b/vault/o?uploadType=media&name=export"
    assert locked("POST", upload, {"other": "content"}).status == 403
