"""The offline Cloud Storage: over HTTP, as its clients see it."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offline.bucket.objects import crc32c
from offline.bucket.server import Endpoint, Fault, Store, serve

MEDIA = "/upload/storage/v1/b/state/o?uploadType=media&name="


class Client:
    """The fewest lines that speak HTTP and keep what came back."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.headers: dict[str, str] = {}

    def __call__(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, bytes]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(  # noqa: S310
            self.endpoint.url + path, data=body or None, headers=named, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                self.headers = {name.lower(): value for name, value in answer.headers.items()}
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                self.headers = {name.lower(): value for name, value in error.headers.items()}
                return error.code, error.read()

    def json(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        return json.loads(self(method, path, body, **headers)[1] or b"null")

    def put(self, name: str, content: bytes, query: str = "") -> Any:
        return self.json("POST", MEDIA + name + query, content, Content_Type="text/plain")


@pytest.fixture(params=["memory", "disk"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    store = Store(tmp_path if request.param == "disk" else None, ["state"])
    with serve(store) as endpoint:
        yield Client(endpoint)


def test_crc32c_is_castagnoli_in_big_endian_base64() -> None:
    assert base64.b64decode(crc32c(b"123456789")).hex() == "e3069283"  # the check value of the RFC


def test_insert_returns_the_object_resource(client: Client) -> None:
    result = client.put("a/b.txt", b"hello\r\nworld\n")
    got = client.json("GET", "/storage/v1/b/state/o/a%2Fb.txt")
    assert got == result
    assert (result["bucket"], result["name"], result["size"]) == ("state", "a/b.txt", "13")
    assert result["contentType"] == "text/plain"
    assert result["metageneration"] == "1"
    digest = hashlib.md5(b"hello\r\nworld\n", usedforsecurity=False).digest()
    assert result["md5Hash"] == base64.b64encode(digest).decode()
    assert result["crc32c"] == crc32c(b"hello\r\nworld\n")


@pytest.mark.parametrize(
    "path",
    [
        "/storage/v1/b/state/o/a%2Fb.txt?alt=media",
        "/download/storage/v1/b/state/o/a%2Fb.txt?alt=media",
        "/state/a/b.txt",
    ],
)
def test_both_apis_return_content_with_checksums(client: Client, path: str) -> None:
    result = client.put("a/b.txt", b"hello")
    assert client("GET", path) == (200, b"hello")
    assert client.headers["x-goog-generation"] == result["generation"]
    assert client.headers["x-goog-hash"] == f"crc32c={result['crc32c']},md5={result['md5Hash']}"
    assert client("GET", path, Range="bytes=1-3") == (206, b"ell")
    assert client.headers["content-range"] == "bytes 1-3/5"
    assert client("HEAD", path) == (200, b"")
    assert client.headers["content-length"] == "5"


def test_multipart_upload_keeps_content_unchanged(client: Client) -> None:
    content = b"\r\n\r\n--not the boundary\r\n\x00\xff\r\n"
    body = (
        b"--B\r\nContent-Type: application/json\r\n\r\n"
        b'{"name": "m", "contentType": "x/y", "metadata": {"k": "v"}}\r\n'
        b"--B\r\nContent-Type: application/octet-stream\r\n\r\n" + content + b"\r\n--B--\r\n"
    )
    path = "/upload/storage/v1/b/state/o?uploadType=multipart"
    result = client.json("POST", path, body, Content_Type='multipart/related; boundary="B"')
    assert client("GET", "/state/m") == (200, content)
    assert (result["contentType"], result["metadata"]) == ("x/y", {"k": "v"})


def test_wrong_checksum_is_rejected(client: Client) -> None:
    body = (
        b'--B\r\n\r\n{"name": "m", "crc32c": "AAAAAA=="}\r\n'
        b"--B\r\nContent-Type: text/plain\r\n\r\nhello\r\n--B--"
    )
    path = "/upload/storage/v1/b/state/o?uploadType=multipart"
    assert client("POST", path, body, Content_Type="multipart/related; boundary=B")[0] == 400
    assert client("GET", "/state/m")[0] == 404


def test_every_generation_stays_readable(client: Client) -> None:
    first, second = client.put("x", b"1"), client.put("x", b"2")
    assert int(first["generation"]) < int(second["generation"])
    assert client("DELETE", "/storage/v1/b/state/o/x")[0] == 204
    assert client("GET", "/state/x")[0] == 404
    for made, content in ((first, b"1"), (second, b"2")):
        path = f"/storage/v1/b/state/o/x?alt=media&generation={made['generation']}"
        assert client("GET", path) == (200, content)
    listed = client.json("GET", "/storage/v1/b/state/o?versions=True")["items"]
    assert [bool(each.get("timeDeleted")) for each in listed] == [True, True]
    assert client.json("GET", "/storage/v1/b/state/o")["items"] == []


def test_delete_of_a_generation_is_permanent(client: Client) -> None:
    first, second = client.put("x", b"1"), client.put("x", b"2")
    path = f"/storage/v1/b/state/o/x?generation={first['generation']}"
    assert client("DELETE", path)[0] == 204
    assert client("GET", path)[0] == 404
    assert client("GET", "/state/x")[1] == b"2"
    assert second["generation"] == client.headers["x-goog-generation"]


def test_write_preconditions(client: Client) -> None:
    result = client.put("x", b"1", "&ifGenerationMatch=0")
    refused = client.put("x", b"2", "&ifGenerationMatch=0")
    assert refused["error"]["code"] == 412
    assert refused["error"]["errors"][0]["reason"] == "conditionNotMet"
    assert client.put("x", b"2", f"&ifGenerationNotMatch={result['generation']}")["error"]
    assert client.put("x", b"2", "&ifMetagenerationMatch=7")["error"]["code"] == 412
    wrong = int(result["generation"]) + 1
    assert client("DELETE", f"/storage/v1/b/state/o/x?ifGenerationMatch={wrong}")[0] == 412
    assert client("GET", "/state/x") == (200, b"1")
    right = result["generation"]
    assert client("DELETE", f"/storage/v1/b/state/o/x?ifGenerationMatch={right}")[0] == 204
    assert client.put("x", b"3", "&ifGenerationMatch=0")["size"] == "1"  # gone is gone


def test_read_preconditions(client: Client) -> None:
    result = client.put("x", b"1")
    path, generation = "/storage/v1/b/state/o/x", result["generation"]
    assert client("GET", f"{path}?ifGenerationNotMatch={generation}") == (304, b"")
    assert client("GET", f"{path}?ifGenerationMatch=1")[0] == 412
    assert client("GET", "/state/x", x_goog_if_generation_match="1")[0] == 412
    assert client("GET", f"{path}?ifGenerationMatch=one")[0] == 400


def test_list_supports_prefix_delimiter_and_pages(client: Client) -> None:
    for name in ("a/1", "a/2", "a/b/3", "a0", "c"):
        client.put(name, b"")
    path = "/storage/v1/b/state/o?prefix=a/&delimiter=/"
    got = client.json("GET", path)
    assert [item["name"] for item in got["items"]] == ["a/1", "a/2"]
    assert got["prefixes"] == ["a/b/"]
    seen: list[str] = []
    token = ""
    for _ in range(5):
        page = client.json(
            "GET", f"/storage/v1/b/state/o?delimiter=/&maxResults=1&pageToken={token}"
        )
        seen += page["prefixes"] + [item["name"] for item in page["items"]]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert seen == ["a/", "a0", "c"]


def test_missing_object_or_bucket_returns_404(client: Client) -> None:
    error = client.json("GET", "/storage/v1/b/state/o/nothing")["error"]
    assert (error["code"], error["message"]) == (404, "No such object: state/nothing")
    assert error["errors"][0]["reason"] == "notFound"
    error = client.json("GET", "/storage/v1/b/nowhere/o")["error"]
    assert error["message"] == "The specified bucket does not exist."
    assert client("PATCH", "/storage/v1/b/state/o/x")[0] == 501


def test_bucket_is_created_once(client: Client) -> None:
    body = json.dumps({"name": "more"}).encode()
    assert client("POST", "/storage/v1/b?project=p", body)[0] == 200
    assert client("POST", "/storage/v1/b?project=p", body)[0] == 409
    assert client("POST", "/storage/v1/b?project=p", b'{"name": "../x"}')[0] == 400
    assert client("GET", "/storage/v1/b/more")[0] == 200
    names = [each["name"] for each in client.json("GET", "/storage/v1/b")["items"]]
    assert names == ["more", "state"]


def test_bucket_is_created_on_first_use() -> None:
    with serve(Store(create=True)) as endpoint:
        assert Client(endpoint)("GET", "/storage/v1/b/anything/o")[0] == 200
        assert endpoint.store.buckets() == ["anything"]


def test_bucket_of_terraform_exists() -> None:
    with serve(Store(elsewhere=lambda name: name == "made")) as endpoint:
        assert Client(endpoint)("GET", "/storage/v1/b/made/o")[0] == 200
        assert Client(endpoint)("GET", "/storage/v1/b/other/o")[0] == 404


def test_store_restores_from_folder(tmp_path: Path) -> None:
    store = Store(tmp_path, ["state"])
    old = store.insert("state", "a/b", b"1")
    new = store.insert("state", "a/b", b"2")
    again = Store(tmp_path, ["state"])
    assert [each.generation for each in again.versions("state")] == [
        old.generation,
        new.generation,
    ]
    assert again.read("state", "a/b") == b"2"
    assert again.read("state", "a/b", old.generation) == b"1"
    assert again.insert("state", "a/b", b"3").generation > new.generation


def test_only_one_of_many_concurrent_creates_succeeds(client: Client) -> None:
    results: list[bool] = []

    def write() -> None:
        mine = Client(client.endpoint)
        results.append("error" not in mine.put("lock", b"me", "&ifGenerationMatch=0"))

    threads = [threading.Thread(target=write) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 15 + [True]


def test_faults_return_errors_reset_or_pass(client: Client) -> None:
    seen = []

    def broken(request: Any) -> Fault | None:
        seen.append((request.method, request.bucket, request.object, request.query.get("name")))
        return faults.pop(0) if faults else None

    faults = [
        Fault(403, "no storage.objects.create access"),
        Fault(503, retry_after=7),
        Fault(reset=True),
    ]
    client.endpoint.faults.append(broken)
    refused = client.put("x", b"1")["error"]
    assert (refused["code"], refused["errors"][0]["reason"]) == (403, "forbidden")
    assert refused["message"] == "no storage.objects.create access"
    assert client("GET", "/state/x")[0] == 503
    assert client.headers["retry-after"] == "7"
    with pytest.raises(
        (ConnectionResetError, http.client.RemoteDisconnected, urllib.error.URLError)
    ):
        client("GET", "/state/x")
    assert client.put("x", b"1")["size"] == "1"
    assert seen == [
        ("POST", "state", "x", "x"),
        ("GET", "state", "x", None),
        ("GET", "state", "x", None),
        ("POST", "state", "x", "x"),
    ]


def test_hanging_request_ends_with_the_server() -> None:
    with serve(Store(buckets=["state"])) as endpoint:
        arrived = threading.Event()

        def hang(_: Any) -> Fault:
            arrived.set()
            return Fault(hang=3600)

        endpoint.faults.append(hang)

        def ask() -> None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                Client(endpoint)("GET", "/state/x")

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        assert arrived.wait(30)
    thread.join(30)
    assert not thread.is_alive()
