"""Warnings that rest on facts without a source: the last value without one, the first with one."""

from typing import Any

import pytest

from environments.checking import check
from environments.rules import WARNINGS
from environments.rules.doubts import WARNINGS as DOUBTS
from environments.rules.limits import PLATFORM_LABELS
from tests.environments.samples import Changes, changed
from tests.template import platform, variant

BAN = "cloud_armor.rate_limit"
SHARED = {"database.tier": "db-g1-small", "database.disk_limit_gb": 0}


def _warned(changes: Changes) -> list[str]:
    result = check(changed("dev", changes), "dev")
    assert result.problems == ()
    return [
        ".".join(map(str, problem.path)) for rule in DOUBTS for problem in rule(result.environment)
    ]


@pytest.mark.parametrize(
    ("path", "usual", "doubtful", "others"),
    [
        (f"{BAN}.ban_seconds", 60, 59, {BAN: {"interval_seconds": 60}}),
        ("database.disk_size_gb", 3062, 3063, SHARED),
        ("database.max_connections", 400, 401, {"database.tier": "db-custom-1-3840"}),
        ("database.max_connections", 200, 201, SHARED),
    ],
)
def test_doubtful_value_is_a_warning(path: str, usual: Any, doubtful: Any, others: Changes) -> None:
    assert set(DOUBTS) <= set(WARNINGS)
    assert _warned({**others, path: usual}) == []
    assert _warned({**others, path: doubtful}) == [path]


def test_label_like_those_of_google_is_a_warning() -> None:
    assert _warned({"labels": {"goo_g": "x", "my_goog": "x"}}) == []
    assert _warned({"labels": {"goog_x": "x"}}) == ["labels.goog_x"]


def test_project_with_a_word_that_google_advises_against_is_a_warning() -> None:
    assert _warned({"project_id": "grid-nul-dev"}) == []
    assert _warned({"project_id": "grid-null-dev"}) == ["project_id"]
    assert _warned({"project_id": "grid-undefined-dev"}) == ["project_id"]


def test_platform_labels_are_those_of_the_stack_and_the_provider() -> None:
    template = platform(variant("dev", {"labels": {"cost_center": "x"}}))
    providers = template.document["provider"]["google"]
    given = max(len(provider.get("default_labels") or ()) for provider in providers) - 1
    services = template.of("google_cloud_run_v2_service").values()
    own = max(len(service["labels"]) for service in services)
    attribution = 1
    assert given + own + attribution == PLATFORM_LABELS
