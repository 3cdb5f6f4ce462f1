"""Runbooks: every alert has a page that can be used at night, and every page has an alert."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.template import platforms

ROOT = Path(__file__).parent.parent
RUNBOOKS = ROOT / "docs" / "runbooks"
INDEX = RUNBOOKS / "README.md"
PAGES = sorted(set(RUNBOOKS.glob("*.md")) - {INDEX})
SECTIONS = """
What it means
What users feel
First five minutes
Make it better
When it is over
""".strip().splitlines()
SPEEDS = re.compile(r"^\w+?_((?:availability|latency)_(?:fast|slow)_burn)$")


@cache
def alerts() -> dict[str, Any]:
    """Alert policies of all environments by name; what is the same for each service is one."""
    found: dict[str, Any] = {}
    for template in platforms().values():
        for name, policy in template.of("google_monitoring_alert_policy").items():
            found[SPEEDS.sub(r"<service>_\1", name)] = policy
    return found


def page_of(policy: Any) -> Path:
    """Return the file that the notification names."""
    content = str(policy["documentation"]["content"])
    [file] = re.findall(r"^Runbook: `(.+)`$", content, re.MULTILINE)
    return ROOT / str(file)


def test_every_alert_has_a_page() -> None:
    assert [name for name, policy in alerts().items() if not page_of(policy).is_file()] == []


def test_every_page_has_an_alert() -> None:
    assert set(PAGES) == {page_of(policy) for policy in alerts().values()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_a_page_answers_the_same_questions(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert all(part.strip() for part in re.split(r"^## .+$", text, flags=re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_a_page_says_what_to_type_or_where_to_go_on(page: Path) -> None:
    [first] = re.findall(r"## First five minutes\n(.+?)\n## ", page.read_text("utf-8"), re.DOTALL)
    assert "```" in first


def test_the_index_says_of_every_alert_where_to_read_and_how_urgent_it_is() -> None:
    rows = re.findall(
        r"^\| \[[\w-]+\]\(([\w-]+\.md)\) \| (.+?) \| (.+?) \|$",
        INDEX.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    told = {
        name: (page, severity)
        for page, names, severities in rows
        for name, severity in zip(
            re.findall(r"`([^`]+)`", names), severities.split(", "), strict=True
        )
    }
    wanted = {
        name: (page_of(policy).name, policy["severity"].lower())
        for name, policy in alerts().items()
    }
    assert told == wanted


@pytest.mark.parametrize("page", [INDEX, *PAGES], ids=lambda page: str(page.stem))
def test_a_page_names_keys_that_the_environment_file_has(page: Path) -> None:
    schema = (ROOT / "environments" / "environment.schema.json").read_text(encoding="utf-8")
    keys = re.findall(
        r"`(?:monitoring|database|cache|slo|cloud_armor)\.([a-z_.]+)`",
        page.read_text(encoding="utf-8"),
    )
    assert [key for key in keys if f'"{key.rpartition(".")[2]}"' not in schema] == []
