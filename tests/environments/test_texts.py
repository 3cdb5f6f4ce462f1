"""Texts with the template syntax of Terraform, in every field of the schema."""

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from environments.placeholders import matches
from environments.problems import Path
from environments.templates import LITERAL_TEXTS
from tests.environments.samples import NAMED, changed, content, dotted, paths, problems_of, put

TEMPLATES = ("${x}", "%{if x}", "$${x}", "%%{x}", "${TfToken[TOKEN.1]}")
REFERENCE = TEMPLATES[-1]
TEXTS = [path for path, value in paths(content("full")) if isinstance(value, str)]
"""Every text of `full`, which has every key of the schema."""


def _is_literal(path: Path) -> bool:
    return any(matches(pattern, path) for pattern in LITERAL_TEXTS)


@pytest.mark.parametrize("path", TEXTS, ids=dotted)
def test_check_rejects_template_syntax_in_every_text_that_is_not_literal(path: Path) -> None:
    actual: Any = content("full")
    for key in path:
        actual = actual[key]
    for template in TEMPLATES:
        for text in (template, actual + template, template + actual, f"/{template}"):
            problems = problems_of(changed("full", {dotted(path): text}), "integration")
            accepted = _is_literal(path) and template != REFERENCE
            assert [where for where, _, _ in problems] == ([] if accepted else [dotted(path)])


@pytest.mark.parametrize("section", NAMED, ids=dotted)
def test_check_rejects_template_syntax_in_every_name(section: Path) -> None:
    for path, value in paths(content("full")):
        if matches(section, path):
            for template in TEMPLATES:
                wrong = content("full")
                put(wrong, (*path, f"A{template}"), next(iter(value.values())))
                where = [where for where, _, _ in problems_of(wrong, "integration")]
                assert dotted((*path, f"A{template}")) in where


@settings(deadline=None)
@given(st.text(alphabet="${%}x", min_size=1, max_size=6))
def test_check_accepts_a_text_if_it_has_no_template(text: str) -> None:
    problems = problems_of(changed("full", {"services.api.probes.path": f"/{text}"}), "integration")
    assert bool(problems) == ("${" in text or "%{" in text)
