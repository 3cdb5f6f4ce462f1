"""Test of the rehearsal's step with the services themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from offline.serve.google import Google
from offline.serve.listener import serve
from preview.rehearse.life import Life
from preview.rehearse.services import answer

PROJECT = "example-project"


@pytest.fixture
def life() -> Iterator[Life]:
    """Return a life with a dashboard that shows both metrics."""
    filters = [
        f'metric.type="custom.googleapis.com/{metric}" AND resource.type="generic_task"'
        for metric in ("cache.reads", "ai/tokens")
    ]
    widgets = [
        {"xyChart": {"dataSets": [{"timeSeriesQuery": {"timeSeriesFilter": {"filter": each}}}]}}
        for each in filters
    ]
    dashboard = json.dumps({"displayName": "Grid", "gridLayout": {"widgets": widgets}})
    instance = {"attributes": {"dashboard_json": dashboard}}
    state = {"resources": [{"type": "google_monitoring_dashboard", "instances": [instance]}]}
    with serve(Google()) as server:
        typed: list[str] = []
        laptop: Any = SimpleNamespace(
            variables={}, type=typed.append, terraform=lambda *_: json.dumps(state)
        )
        yield cast(
            "Life",
            SimpleNamespace(laptop=laptop, url=server.url, outputs={"project_id": PROJECT}),
        )


@pytest.mark.slow
def test_services_answer_and_dashboard_has_their_hits_and_tokens(life: Life) -> None:
    result = answer(life)
    found = re.fullmatch(
        r"answers: auth 2, api 21, ai 3; cache hits (\d+)%; ([\d,]+) AI tokens", result
    )
    assert found, result
    assert 50 < int(found[1]) < 100
    assert int(found[2].replace(",", "")) == 12
