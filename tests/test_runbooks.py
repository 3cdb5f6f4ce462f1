"""Tests that every alert has a runbook, and every runbook has an alert."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.template import platform, platforms, variant
from tests.test_documents import text

ROOT = Path(__file__).parent.parent
RUNBOOKS = ROOT / "docs" / "runbooks"
INDEX = RUNBOOKS / "README.md"
PAGES = sorted(set(RUNBOOKS.glob("*.md")) - {INDEX})
SPEEDS = re.compile(r"^\w+?_((?:availability|latency)_(?:fast|slow)_burn)$")


@cache
def alerts() -> dict[str, Any]:
    """Alert policies of all environments by name; what is the same for each service is one."""
    by_name: dict[str, Any] = {}
    rotated = platform(variant("prod", {"secrets.jwt-secret.rotation_days": 90}))
    for template in (*platforms().values(), rotated):
        for name, policy in template.of("google_monitoring_alert_policy").items():
            by_name[SPEEDS.sub(r"<service>_\1", name)] = policy
    return by_name


def page_of(policy: Any) -> Path:
    """Return the file that the notification names."""
    content = str(policy["documentation"]["content"])
    [file] = re.findall(r"^Runbook: `(.+)`$", content, re.MULTILINE)
    return ROOT / str(file)


def test_every_alert_has_a_runbook() -> None:
    assert [name for name, policy in alerts().items() if not page_of(policy).is_file()] == []


def without_alert() -> set[Path]:
    """Return the pages of the table "Without an alert"."""
    rows = re.findall(r"^\| \[\w+\]\((\w+\.md)\) \| [^|]+ \|$", text(INDEX), re.MULTILINE)
    return {RUNBOOKS / row for row in rows}


def test_every_runbook_has_an_alert_or_is_listed_without_one() -> None:
    alerted = {page_of(policy) for policy in alerts().values()}
    assert set(PAGES) == alerted | without_alert()
    assert not alerted & without_alert()


@pytest.mark.parametrize("page", sorted(without_alert()), ids=lambda page: str(page.stem))
def test_runbook_without_alert_begins_with_what_to_stop(page: Path) -> None:
    assert re.findall(r"^## (.+)$", text(page), re.MULTILINE) == [
        "Stop first",
        "Symptoms",
        "First five minutes",
        "Recovery",
        "Resolution",
    ]


@pytest.mark.parametrize("page", [INDEX, *PAGES], ids=lambda page: str(page.stem))
def test_database_is_not_taken_from_a_list_of_instances(page: Path) -> None:
    assert not re.search(r"=\$\(gcloud sql instances list", text(page))


def test_index_lists_runbook_and_severity_of_each_alert() -> None:
    rows = re.findall(
        r"^\| \[[\w-]+\]\(([\w-]+\.md)\) \| (.+?) \| (.+?) \|$",
        INDEX.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    actual = {
        name: (page, severity)
        for page, names, severities in rows
        for name, severity in zip(
            re.findall(r"`([^`]+)`", names), severities.split(", "), strict=True
        )
    }
    expected = {
        name: (page_of(policy).name, policy["severity"].lower())
        for name, policy in alerts().items()
    }
    assert actual == expected


@pytest.mark.parametrize("page", [INDEX, *PAGES], ids=lambda page: str(page.stem))
def test_keys_in_runbooks_exist_in_schema(page: Path) -> None:
    schema = (ROOT / "environments" / "environment.schema.json").read_text(encoding="utf-8")
    keys = re.findall(
        r"`(?:monitoring|database|cache|slo|cloud_armor)\.([a-z_.]+)`",
        page.read_text(encoding="utf-8"),
    )
    assert [key for key in keys if f'"{key.rpartition(".")[2]}"' not in schema] == []
