"""Translated types send what the genuine provider sends, as recorded in front of `offline serve`.

`requests/*.json` has configurations, the provider's version, the date, and its requests other than
GET at each apply and at the destroy. The order of elements, the fingerprints that the API invents,
and how the provider batches APIs do not count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from offline.cloud.fake_cloud import FakeCloud
from offline.providers import providers
from offline.terraform.session import Offline
from offline.translation.flatten import attributes
from offline.translation.found import translated
from offline.translation.model import translation

CASES = sorted(Path(__file__).with_name("requests").glob("*.json"))
INVENTED = {"etag", "fingerprint", "labelFingerprint", "settingsVersion"}
TRANSLATED = 103
"""Types at least: raise it with each new one."""
HEAD = {
    "terraform": {"required_providers": {"google": {"source": "hashicorp/google"}}},
    "provider": {"google": {"project": "p-one", "region": "us-central1", "zone": "us-central1-a"}},
}


def canonical(value: Any) -> Any:
    if isinstance(value, dict):
        known = {name: item for name, item in value.items() if item is not None}
        return {n: "*" if n in INVENTED else canonical(item) for n, item in known.items()}
    if isinstance(value, list):
        return sorted(map(canonical, value), key=lambda item: json.dumps(item, sort_keys=True))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def comparable(requests: Iterable[Mapping[str, Any]]) -> list[str]:
    result = []
    for request in requests:
        query = dict(request["query"])
        if "updateMask" in query:
            query["updateMask"] = sorted(query["updateMask"].split(","))
        paths, body = [request["path"]], canonical(request["body"]) or None
        if request["path"].endswith(":batchEnable"):
            services = request["path"].removesuffix(":batchEnable")
            paths = [f"{services}/{name}:enable" for name in request["body"]["serviceIds"]]
            body = None
        result += [
            json.dumps([request["verb"], path, query, body], sort_keys=True) for path in paths
        ]
    return sorted(result)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_requests_are_those_of_the_genuine_provider(case: Path, tmp_path: Path) -> None:
    recorded = json.loads(case.read_text("utf-8"))
    sent: list[dict[str, Any]] = []
    with Offline() as offline:
        server = offline.served.server
        answer = server.answer

        def spy(verb: str, target: str, body: bytes, headers: Mapping[str, str]) -> Any:
            if verb != "GET":
                url = urlsplit(target)
                path = re.sub(r"((?:\w+/){0,2}v\d\w*/)\1", r"\1", url.path)
                content = json.loads(body) if body else None
                query = dict(parse_qsl(url.query))
                sent.append({"verb": verb, "path": path, "query": query, "body": content})
            return answer(verb, target, body, headers)

        server.answer = spy  # type: ignore[method-assign]
        commands = [("apply", step) for step in recorded["steps"]] + [("destroy", None)]
        for (command, step), expected in zip(commands, recorded["requests"], strict=True):
            if step is not None:
                text = json.dumps({**HEAD, "resource": step})
                (tmp_path / "main.tf.json").write_text(text)
            sent.clear()
            if step is recorded["steps"][0]:
                offline.terraform("init", chdir=tmp_path)
            offline.terraform(command, "-auto-approve", chdir=tmp_path)
            assert comparable(sent) == comparable(expected)
        assert server.mistakes == []


def test_number_of_translated_types_only_grows() -> None:
    assert len(translated()) >= TRANSLATED


def test_object_without_fields_is_no_block_unless_it_may_be_empty() -> None:
    """Source: google/services/cloudrunv2/resource_cloud_run_v2_service.go, `flatten…`."""
    type_ = "google_cloud_run_v2_service"
    google = providers(FakeCloud(), resources=[type_], data_sources=[])["hashicorp/google"]
    translated_type = translation(type_)
    assert translated_type is not None
    template: dict[str, Any] = {"scaling": {}, "containers": [{"livenessProbe": {"grpc": {}}}]}
    read = attributes(translated_type, google.schemas.resources[type_], {"template": template})
    [shown] = read["template"]
    assert shown["scaling"] == []
    assert shown["containers"][0]["liveness_probe"][0]["grpc"] == [{"port": None, "service": None}]
