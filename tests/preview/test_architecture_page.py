"""Tests of the architecture page as HTML: complete, closed in itself, and escaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from contract.costs import Cost
from preview.__main__ import main
from preview.architecture.page import page
from preview.architecture.reader import read
from preview.architecture.svg import picture
from preview.changes import changes
from tests.preview.environments import SHAPES, architecture, template
from tests.template import application

_VOID = {"meta", "link", "br", "hr", "img", "input"}
_HOSTILE = "<script>alert(1)</script>\"'&${x}"


class Html(HTMLParser):
    """A page's elements; fails where an element is not closed by its own end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def values(self, name: str) -> list[str]:
        """Return the values of an attribute."""
        return [attributes[name] for _, attributes in self.elements if name in attributes]


@pytest.mark.parametrize("shape", SHAPES)
def test_page_is_one_file_whose_links_lead_somewhere(shape: str) -> None:
    text = page(architecture(shape))
    html = Html(text)
    identifiers = html.values("id")
    assert len(identifiers) == len(set(identifiers))
    for target in html.values("href"):
        if target.startswith("#"):
            assert target[1:] in identifiers, target
    # The only addresses outside of the page are runbooks, for a reader to follow.
    outside = {target for target in html.values("href") if not target.startswith(("#", "data:"))}
    assert outside == {alert.runbook for alert in architecture(shape).alerts if alert.runbook}
    assert not html.values("src")
    assert not re.search(r"@import|url\((?!#)", text)
    for box in architecture(shape).boxes:
        assert f"part-{box.id}" in identifiers


def test_page_has_sections_of_plan_and_costs_only_if_they_are_given() -> None:
    plan = changes(
        {
            "resource_changes": [
                {
                    "address": "google_sql_user.app",
                    "mode": "managed",
                    "type": "google_sql_user",
                    "name": "app",
                    "change": {"actions": ["update"], "before": {"a": 1}, "after": {"a": 2}},
                }
            ]
        }
    )
    costs = [Cost("Cloud SQL", "grid-dev-db", 52.4, 1234.5)]
    bare, full = page(architecture("dev")), page(architecture("dev"), plan=plan, costs=costs)
    for part in (
        'id="changes"',
        "google_sql_user.app",
        'id="costs"',
        "grid-dev-db</td>",
        "1,234</td>",
    ):
        assert part not in bare
        assert part in full
    assert "1 → 2" in full
    Html(full)


def test_values_of_the_stack_are_escaped() -> None:
    content = {
        "resource": {
            "google_sql_database_instance": {"main": {"region": _HOSTILE, "name": _HOSTILE}},
            "google_monitoring_alert_policy": {
                "a": {
                    "display_name": _HOSTILE,
                    "documentation": {"links": [{"url": "javascript:alert(1)"}]},
                }
            },
        },
        "output": {"project_id": {"value": _HOSTILE}, "hosts": {"value": [_HOSTILE]}},
    }
    model = read(content, _HOSTILE)
    for text in (page(model), picture(model)):
        assert "<script>alert" not in text
        assert "javascript:" not in text
    Html(page(model))


def test_pages_differ_only_where_environments_do() -> None:
    model = read(template("dev").document, "dev")
    assert page(model) == page(architecture("dev"))
    colours = re.findall(r"\.kind-[^{]*\{[^}]*\}", page(architecture("prod")))
    assert colours == re.findall(r"\.kind-[^{]*\{[^}]*\}", page(model))


def test_docs_writes_a_page_for_each_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    application(tmp_path)
    to = tmp_path / "pages"
    assert main(["docs", "--stacks", str(tmp_path / "stacks"), "--to", str(to)]) == 0
    assert sorted(file.name for file in to.iterdir()) == ["dev.html", "prod.html", "staging.html"]
    assert str(to / "dev.html") in capsys.readouterr().out


def test_docs_fails_when_environment_is_not_synthesized(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["docs", "qa", "--stacks", str(tmp_path)]) == 2
    assert "help: Run make synth ENV=qa first" in capsys.readouterr().err
