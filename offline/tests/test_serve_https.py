"""Google's own addresses, answered on this machine for a client with the proxy."""

from __future__ import annotations

import base64
import json
import socket
import ssl
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

import pytest

from offline.serve.google import Google
from offline.serve.https import authority, target
from offline.serve.listener import serve
from offline.serve.server import Server

ACCOUNT = "deployer@example-project.iam.gserviceaccount.com"


@pytest.fixture
def served() -> Iterator[Server]:
    with serve(Google()) as server:
        yield server


@pytest.fixture
def client(served: Server) -> OpenerDirector:
    """Return a client that has the proxy and trusts its certificates."""
    context = ssl.create_default_context(cafile=authority().file)
    return build_opener(ProxyHandler({"https": served.url}), HTTPSHandler(context=context))


@pytest.mark.parametrize(
    ("host", "path", "served_at"),
    [
        ("run.googleapis.com", "/v2/projects/p", "/run/v2/projects/p"),
        ("us-east1-run.googleapis.com", "/apis/x", "/run/apis/x"),
        ("europe-west1-aiplatform.googleapis.com", "/v1/p", "/aiplatform/v1/p"),
        ("secretmanager.us-east1.rep.googleapis.com", "/v1/p", "/secretmanager/v1/p"),
        ("www.googleapis.com", "/storage/v1/b", "/storage/storage/v1/b"),
        ("www.googleapis.com", "/siteVerification/v1/x", "/siteverification/siteVerification/v1/x"),
    ],
)
def test_host_of_google_names_its_api(host: str, path: str, served_at: str) -> None:
    assert target(host, path) == served_at


def test_address_of_google_reaches_the_served_google(
    served: Server, client: OpenerDirector
) -> None:
    topic = "https://pubsub.googleapis.com/v1/projects/example-project/topics/one"
    with client.open(Request(topic, b"{}", method="PUT")) as made:
        assert json.load(made)["name"] == "projects/example-project/topics/one"
    assert ("pubsub", "projects/example-project/topics/one") in served.google.store.resources


def test_key_of_a_service_account_gives_its_token(served: Server, client: OpenerDirector) -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"iss": ACCOUNT}).encode()).decode().rstrip("=")
    kind = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    body = urlencode({"grant_type": kind, "assertion": f"e30.{claims}.x"}).encode()
    with client.open("https://oauth2.googleapis.com/token", body) as answer:
        token = json.load(answer)["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    locations = "https://run.googleapis.com/v1/projects/example-project/locations"
    with client.open(Request(locations, headers=headers)) as answer:
        assert {"name": "projects/example-project/locations/us-central1"}.items() <= next(
            one for one in json.load(answer)["locations"] if one["locationId"] == "us-central1"
        ).items()
    assert served.requests[-1].caller == f"serviceAccount:{ACCOUNT}"
    userinfo = "https://openidconnect.googleapis.com/v1/userinfo"
    with client.open(Request(userinfo, headers=headers)) as answer:
        assert json.load(answer)["email"] == ACCOUNT


@pytest.mark.parametrize("host", ["", "bigtableadmin.googleapis.com:443"])
def test_client_of_grpc_is_told_that_it_is_not_served(served: Server, host: str) -> None:
    # Recorded from hashicorp/google 6.50.0 on 2026-11-27: the host is empty.
    lines = f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: grpc-go/1.83.0\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2]))) as client:
        client.sendall(lines.encode())
        answered = client.makefile("rb").readline().decode()
    assert answered == "HTTP/1.1 501 The offline Google serves REST, not gRPC (Bigtable)\r\n"


def test_other_hosts_are_not_reached(client: OpenerDirector) -> None:
    with pytest.raises((HTTPError, OSError), match="403"):
        client.open("https://example.com/")
