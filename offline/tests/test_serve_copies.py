"""Copies of objects within Cloud Storage."""

from __future__ import annotations

from rest_client import PROJECT, Client

BUCKETS = "storage/storage/v1/b"


def test_rewrite_copies_the_generation_that_is_named(client: Client) -> None:
    project = PROJECT.partition("/")[2]
    body = {"name": "states", "versioning": {"enabled": True}}
    assert client("POST", f"{BUCKETS}?project={project}", body).status == 200
    upload = "storage/upload/storage/v1/b/states/o?uploadType=media&name=state"
    first, _ = (client("POST", upload, {"serial": serial}).body for serial in (1, 2))
    path = f"{BUCKETS}/states/o/state/rewriteTo/b/states/o/state"
    query = f"sourceGeneration={first['generation']}"
    begun = client("POST", f"{path}?{query}", {}).body
    assert (begun["done"], begun["objectSize"]) == (False, first["size"])
    token = begun["rewriteToken"]
    done = client("POST", f"{path}?{query}&rewriteToken={token}", {}).body
    assert (done["done"], done["totalBytesRewritten"]) == (True, first["size"])
    assert client("GET", f"{BUCKETS}/states/o/state?alt=media").body == {"serial": 1}
    assert client("POST", f"{path}?sourceGeneration=1", {}).status == 404
