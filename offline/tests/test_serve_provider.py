"""Requests of the genuine provider that differ from what the discovery documents say.

Each was recorded from hashicorp/google 6.50.0 on 2026-11-27.
"""

from collections.abc import Iterator

import pytest
import requests

from offline.serve import endpoints
from offline.serve.google import Google
from offline.serve.listener import serve
from offline.serve.server import Server

PROJECT = "projects/example-project"


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(Google()) as served:
        yield served
    assert served.mistakes == []


def send(server: Server, verb: str, path: str, body: object = None) -> requests.Response:
    return requests.request(verb, f"{server.url}/{path}", json=body, timeout=30)


def test_both_dns_clients_of_the_provider_reach_the_same_zone(server: Server) -> None:
    base = endpoints.provider(server.url)["GOOGLE_DNS_CUSTOM_ENDPOINT"]
    body = {"name": "zone", "dnsName": "example.com.", "description": ""}
    created = requests.post(f"{base}{PROJECT}/managedZones", json=body, timeout=30)
    assert created.status_code == 200
    # NewDnsClient in google/transport/config.go of the provider.
    client = base.replace("/dns/", "")
    listed = requests.get(f"{client}dns/v1/{PROJECT}/managedZones/zone/rrsets", timeout=30)
    assert [record["type"] for record in listed.json()["rrsets"]] == ["NS", "SOA"]


def test_topic_is_updated_with_the_mask_in_query_and_body(server: Server) -> None:
    topic = f"{PROJECT}/topics/orders"
    assert send(server, "PUT", f"pubsub/v1/{topic}", {"name": topic}).ok
    body = {"topic": {"name": topic, "labels": {"team": "a"}}, "updateMask": "labels"}
    assert send(server, "PATCH", f"pubsub/v1/{topic}?updateMask=labels", body).ok


def test_log_bucket_is_created_by_an_operation(server: Server) -> None:
    parent = f"logging/v2/{PROJECT}/locations/global/buckets"
    created = send(server, "POST", f"{parent}:createAsync?bucketId=b", {"retentionDays": 90})
    assert created.json()["done"] is True
    assert send(server, "GET", f"{parent}/b").json()["retentionDays"] == 90


def test_any_zone_of_compute_engine_exists(server: Server) -> None:
    zone = send(server, "GET", f"compute/compute/v1/{PROJECT}/zones/us-central1-b").json()
    assert (zone["name"], zone["region"].rpartition("/")[2]) == ("us-central1-b", "us-central1")


def test_policy_of_a_zone_is_read_with_its_version_in_the_query(server: Server) -> None:
    zone = f"dns/dns/v1/{PROJECT}/managedZones"
    assert send(server, "POST", zone, {"name": "zone", "dnsName": "example.com."}).ok
    query = "options.requestedPolicyVersion=3"
    assert send(server, "POST", f"{zone}/zone:getIamPolicy?{query}").json()["version"] == 1
