"""Where the URL map sends a request, and that Google tests it."""

from collections.abc import Callable

import pytest

from tests.template import Template
from tests.unit.balancers import AI, API, AUTH, STATIC, answering, other, usual, usual_url_map


@pytest.mark.parametrize(
    ("path", "backend"),
    [
        ("/", API),
        ("/users", API),
        ("/auth", AUTH),
        ("/auth/", AUTH),
        ("/auth/login", AUTH),
        ("/authors", API),
        ("/ai", AI),
        ("/v2/ai/chat", AI),
        ("/v2", API),
    ],
)
def test_api_host_is_routed_by_path(path: str, backend: str) -> None:
    assert answering(usual_url_map(), "api.example.com", path) == backend


def test_path_rule_matches_the_path_and_its_subpaths() -> None:
    [matcher] = usual_url_map()["path_matcher"]
    assert [rule["paths"] for rule in matcher["path_rule"]] == [
        ["/auth", "/auth/*"],
        ["/ai", "/ai/*"],
        ["/v2/ai", "/v2/ai/*"],
    ]


def test_unmatched_paths_go_to_the_default_service() -> None:
    [matcher] = usual_url_map()["path_matcher"]
    assert matcher["default_service"] == API


def test_default_service_can_have_paths_too() -> None:
    [matcher] = other().get("google_compute_url_map.default")["path_matcher"]
    assert {"paths": ["/api", "/api/*"], "service": API} in matcher["path_rule"]
    assert matcher["default_service"] == API


@pytest.mark.parametrize("host", ["example.com", "www.example.com", "203.0.113.1"])
def test_every_other_host_serves_static_files(host: str) -> None:
    assert answering(usual_url_map(), host, "/auth") == STATIC


def test_api_host_has_the_configured_label() -> None:
    url_map = other().get("google_compute_url_map.default")
    assert [rule["hosts"] for rule in url_map["host_rule"]] == [["backend.example.com"]]


def test_url_map_has_a_test_for_every_path() -> None:
    tested = {(one["path"], one["service"]) for one in usual_url_map()["test"]}
    for path, backend in (("/auth", AUTH), ("/ai", AI), ("/v2/ai", AI)):
        below = [one for one in tested if f"{one[0]}/".startswith(f"{path}/")]
        assert [service for _, service in below] == [backend], path


@pytest.mark.parametrize(("host", "backend"), [("example.com", STATIC), ("api.example.com", API)])
def test_url_map_has_tests_for_default_and_static_routes(host: str, backend: str) -> None:
    assert {"host": host, "path": "/", "service": backend} in usual_url_map()["test"]


@pytest.mark.parametrize("made", [usual, other])
def test_tests_of_the_url_map_pass(made: Callable[[], Template]) -> None:
    url_map = made().get("google_compute_url_map.default")
    assert url_map["test"]
    for one in url_map["test"]:
        assert answering(url_map, one["host"], one["path"]) == one["service"], one
