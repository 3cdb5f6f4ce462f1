"""The schema: what is unknown, missing or of the wrong kind is named by its path, in words."""

from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any, get_args, get_origin

import pytest
from pydantic import ValidationError

from environments import Environment, load
from environments.checking import check
from environments.placeholders import PLACEHOLDERS, matches
from environments.problems import Path
from environments.schema.base import Section
from environments.schema.security import RateLimitConfig
from facts.cloud_armor import rate_limit_intervals
from tests.environments.rows_schema import ROWS
from tests.environments.samples import (
    FULL_TEXT,
    REMOVED,
    changed,
    content,
    dotted,
    paths,
    problems_of,
    put,
)


@pytest.mark.parametrize(("path", "value", "actual", "expected"), ROWS)
def test_check_names_the_path_of_an_invalid_value(
    path: str, value: Any, actual: str, expected: str
) -> None:
    assert problems_of(changed("full", {path: value})) == [(path, actual, expected)]


def test_message_truncates_a_long_value() -> None:
    [(_, whole, _)] = problems_of(changed("full", {"node_env": "x" * 78}))
    [(_, part, _)] = problems_of(changed("full", {"node_env": "x" * 79}))
    assert (whole, part) == (repr("x" * 78), f"'{'x' * 76}...")


def fields(section: type[Section] = Environment, at: Path = ()) -> Iterator[tuple[Path, bool]]:
    """Every key of the schema, `*` for a name, and whether it must be there."""
    for key, field in section.model_fields.items():
        yield (*at, key), field.is_required()
        yield from _below(field.annotation, (*at, key))


def _below(annotation: Any, at: Path) -> Iterator[tuple[Path, bool]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield from fields(annotation, at)
    elif get_origin(annotation) is dict:
        yield from _below(get_args(annotation)[1], (*at, "*"))
    else:
        for argument in get_args(annotation):
            yield from _below(argument, at)


def _matching(pattern: Path) -> list[Path]:
    """Return the paths of `full` that are of this form."""
    return [path for path, _ in paths(content("full")) if matches(pattern, path)]


def test_full_has_every_key() -> None:
    assert problems_of(content("full")) == []
    assert [pattern for pattern, _ in fields() if not _matching(pattern)] == []


def test_every_required_key_has_a_placeholder() -> None:
    assert PLACEHOLDERS.keys() == {pattern for pattern, required in fields() if required}


REQUIRED = [path for pattern in PLACEHOLDERS for path in _matching(pattern)]


@pytest.mark.parametrize("path", REQUIRED, ids=dotted)
def test_check_names_the_path_of_a_missing_key(path: Path) -> None:
    expected = f"a value for {path[-1]!r}"
    assert problems_of(changed("full", {dotted(path): REMOVED})) == [
        (dotted(path), "nothing", expected)
    ]


def test_environment_is_immutable() -> None:
    environment = check(content("full"), "integration").environment
    with pytest.raises(ValidationError, match="Instance is frozen"):
        environment.protect = False  # type: ignore[misc]


@pytest.mark.parametrize("wrong", [None, [], "dev", 5])
def test_check_reports_one_problem_when_the_content_is_not_a_mapping(wrong: Any) -> None:
    [(path, _, expected)] = problems_of(wrong, "dev")
    assert (path, expected) == ("", "the keys of an environment")


def test_check_reports_an_invalid_key_above_a_list() -> None:
    wrong = content("dev")
    put(wrong, ("services", "auth", "secrets"), {"": []})
    assert "services.auth.secrets." in [where for where, _, _ in problems_of(wrong, "dev")]


@pytest.mark.parametrize("text", ["worker:", "worker: {}"])
def test_service_needs_a_name_and_nothing_else(
    tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    services = FULL_TEXT.replace("services:\n", f"services:\n  {text}\n", 1)
    (tmp_path / "integration.yaml").write_text(services, encoding="utf-8")
    monkeypatch.setenv("GRID_ENVIRONMENTS", str(tmp_path))
    worker = load()["integration"].services["worker"]
    assert (worker.cpu, worker.memory, worker.max_instances) == (1, "512Mi", 5)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("services.api.max_instances", "an integer, without quotes"),
        ("services.api.cpu", "1, 2, 4 or 8, without quotes"),
        ("services.api.slo.latency_percent", "a percentage from 94 to 99.9"),
        ("database.disk_size_gb", "an integer, without quotes"),
        ("load_balancer.access_log_sample_rate", "a number, without quotes"),
        ("ci.repository_id", "an integer, without quotes"),
    ],
)
def test_number_in_quotes_is_rejected_wherever_a_number_is_meant(path: str, expected: str) -> None:
    result = check(changed("full", {path: "4"}), "integration")
    assert [(dotted(one.path), one.expected) for one in result.problems] == [(path, expected)]


def test_section_that_the_schema_lacks_is_explained() -> None:
    environment = check(content("full"), "integration").environment
    with pytest.raises(AttributeError, match=r"no section 'pubsub': add a field to Environment"):
        getattr(environment, "pubsub")  # noqa: B009 (as a new construct does)


def test_intervals_of_the_rate_limit_are_those_of_cloud_armor() -> None:
    interval = RateLimitConfig.model_fields["interval_seconds"].annotation
    assert set(get_args(interval)) == rate_limit_intervals()
