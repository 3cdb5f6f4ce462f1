"""One world behind two doors: the embedded provider, and REST."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from offline.terraform.session import Offline


def send(url: str, verb: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json"}, method=verb)  # noqa: S310
    with urlopen(request) as response:  # noqa: S310
        return json.loads(response.read() or b"{}")


def test_session_serves_same_state_bucket_over_rest(tmp_path: Path) -> None:
    with Offline(tmp_path, providers=(), state_buckets=["states"]) as offline:
        offline.bucket.store.insert("states", "a.tfstate", b"{}")
        url = offline.serve()
        assert offline.serve() == url
        listed = send(f"{url}/storage/storage/v1/b/states/o", "GET")
    assert [item["name"] for item in listed["items"]] == ["a.tfstate"]


def test_session_keeps_served_resources_in_its_folder(tmp_path: Path) -> None:
    place = "pubsub/v1/projects/p-one/topics/t"
    with Offline(tmp_path, providers=()) as offline:
        send(f"{offline.serve()}/{place}", "PUT", {})
    with Offline(tmp_path, providers=()) as offline:
        assert send(f"{offline.serve()}/{place}", "GET")["name"] == "projects/p-one/topics/t"
