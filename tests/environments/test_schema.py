"""The schema: what is unknown, missing or of the wrong kind is named by its path, in words."""

from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any, get_args, get_origin

import pytest
from hypothesis import assume, given, settings, strategies as st
from pydantic import ValidationError

from environments import Environment, load
from environments.checking import check
from environments.placeholders import PLACEHOLDERS, matches
from environments.problems import Path
from environments.schema.base import Section
from tests.environments.samples import (
    FULL_TEXT,
    PROJECT,
    REMOVED,
    Content,
    changed,
    content,
    dotted,
    paths,
    problems_of,
    put,
)

NAMES = (*PROJECT, "full")
NAMED: tuple[Path, ...] = (
    ("labels",),
    ("regions",),
    ("database", "flags"),
    ("database", "replicas"),
    ("secrets",),
    ("services",),
    ("services", "*", "env"),
    ("services", "*", "secrets"),
)
"""Mappings whose keys are names, which the file chooses."""

LABEL = "at most 40 lower-case letters, digits and hyphens, with a letter first and no hyphen last"
CIDR = "an IPv4 range whose host bits are zero, such as 10.0.0.0/20"
REGION = "a Google Cloud region, such as us-central1"
TEXT = "a text, in quotes where YAML would read it as something else"
SECTION = "a mapping of keys to values"
NAMES_TO_VALUES = "a mapping of names to values"
VARIABLE = "an upper-case letter, then upper-case letters, digits and underscores"
MEMORY = "a whole number of Mi or Gi, such as 512Mi or 2Gi"
SOURCE = "an IPv4 or IPv6 address or range, such as 203.0.113.0/24, whose host bits are zero"
ROLE = "a predefined role, such as roles/storage.objectViewer"
ROUTE = "a path such as /auth: letters, digits and ._~- after each /, and no / at the end"
PREFIX = "a folder, such as grid/dev: lower-case letters, digits, /, _ and -"
PROJECT_ID = (
    "a project id: 6 to 30 lower-case letters, digits and hyphens, with a letter first and no "
    "hyphen last"
)
LABEL_VALUE = "a text of at most 63 lower-case letters, digits, underscores and hyphens"
DAYS = "'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY' or 'SUNDAY'"
INTERVALS = "10, 30, 60, 120, 180, 240, 270, 300, 600, 900, 1200, 1800, 2700 or 3600"
RULE_SETS = (
    ", ".join(
        f"'{name}-v33-stable'"
        for name in (
            "sqli xss lfi rfi rce methodenforcement scannerdetection protocolattack php "
            "sessionfixation java nodejs"
        ).split()
    )
    + " or 'cve-canary'"
)
REPOSITORY = "a GitHub repository as owner/name"
BRANCH = "a branch, such as main: letters, digits, ., _, / and -"
CRON = "unix-cron for every day, such as 30 9 * * * for 09:30"
ZONE = "a name of the time zone database, such as Etc/UTC or Europe/Berlin"
POSTGRES = "a lower-case letter, then at most 62 lower-case letters, digits and underscores"

ORIGIN = "an origin, such as https://grid.example.com: lower case, and no / at the end"
ZONE_NAME = "the name of a managed zone, such as example-com, which is not its domain"
IMAGE = "an image, such as us-central1-docker.pkg.dev/my-project/services/api:1"
EMAIL = "an e-mail address, such as oncall@example.com"
CHANNEL = "the number of a notification channel, in quotes: the end of its resource name"
NAMED_CHANNEL = "'projects/p/notificationChannels/1'"
URL = "an address that begins with https:// and has no / at the end"
GOAL = "a percentage from 94 to 99.9"
MINUTES = "seconds in whole minutes, from 0 to 84600"

WRONG: list[tuple[str, Any, str, str]] = [
    # Keys that are unknown.
    ("protected", True, "unknown key 'protected'", "'protect', perhaps"),
    ("state.buckett", "x", "unknown key 'buckett'", "'bucket', perhaps"),
    ("state.zone", "x", "unknown key 'zone'", "one of bucket, prefix"),
    ("regions.us-east1.connector.ranges", "x", "unknown key 'ranges'", "'range', perhaps"),
    ("database.replicas.reader.tier", "x", "unknown key 'tier'", "one of region"),
    ("services.api.concurency", 5, "unknown key 'concurency'", "'concurrency', perhaps"),
    ("services.api.route.path", [], "unknown key 'path'", "'paths', perhaps"),
    ("services.model.gpu.count", 1, "unknown key 'count'", "one of type, zonal_redundancy"),
    ("migration_job.memmory", "1Gi", "unknown key 'memmory'", "'memory', perhaps"),
    # Values of the wrong kind.
    ("project_id", 5, "5", PROJECT_ID),
    ("protect", "perhaps", "'perhaps'", "true or false"),
    ("protect", [True], "a list, [True]", "true or false"),
    ("labels", "x", "'x'", NAMES_TO_VALUES),
    ("state", ["x"], "a list, ['x']", SECTION),
    ("network", None, "nothing", SECTION),
    ("regions", [], "a list, []", NAMES_TO_VALUES),
    ("regions", {}, "a mapping, {}", "at least one entry"),
    ("services", {}, "a mapping, {}", "at least one entry"),
    ("services.api", "x", "'x'", SECTION),
    ("services.api.max_instances", "many", "'many'", "a whole number"),
    ("services.api.max_instances", 1.5, "1.5", "a whole number"),
    ("services.api.max_instances", {"a": 1}, "a mapping, {'a': 1}", "a whole number"),
    ("services.api.image", True, "true", IMAGE),
    ("services.api.env.LOG_LEVEL", 5, "5", TEXT),
    ("services.api.route.paths", "/v1", "'/v1'", "a list"),
    (
        "services.api.roles.0",
        None,
        "nothing",
        ROLE,
    ),
    ("database.flags.log_lock_waits", True, "true", TEXT),
    ("storage.upload_origins.0", 80, "80", ORIGIN),
    ("storage.upload_origins.0", "https://example.com/", "'https://example.com/'", ORIGIN),
    ("storage.upload_origins.0", "example.com", "'example.com'", ORIGIN),
    ("domain.dns_zone", "example.com.", "'example.com.'", ZONE_NAME),
    ("services.api.image", "my image", "'my image'", IMAGE),
    ("load_balancer.access_log_sample_rate", "half", "'half'", "a number"),
    ("load_balancer.access_log_sample_rate", [1], "a list, [1]", "a number"),
    # Numbers out of their range.
    ("services.api.min_instances", -1, "-1", "0 or more"),
    ("services.api.max_instances", 0, "0", "1 or more"),
    ("services.api.timeout_seconds", 3601, "3601", "3600 or less"),
    ("services.api.target_cpu_percent", 9, "9", "10 or more"),
    ("regions.us-east1.connector.min_instances", 1, "1", "2 or more"),
    ("regions.us-east1.connector.max_instances", 11, "11", "10 or less"),
    ("network.flow_logs.sampling", 1.1, "1.1", "1.0 or less"),
    ("database.backups.start_hour", 24, "24", "23 or less"),
    ("database.backups.log_retention_days", 8, "8", "7 or less"),
    ("cloud_armor.rate_limit.requests", 10_001, "10001", "10000 or less"),
    ("migration_job.timeout_seconds", 10**30, str(10**30), "86400 or less"),
    # Values that are none of those that there are.
    ("node_env", "test", "'test'", "'development' or 'production'"),
    ("services.api.cpu", 3, "3", "1, 2, 4 or 8"),
    ("services.model.gpu.type", "nvidia-h100", "'nvidia-h100'", "'nvidia-l4'"),
    ("secrets.session-key.source", "vault", "'vault'", "'generated', 'variable' or 'external'"),
    ("cache.version", "REDIS_6_X", "'REDIS_6_X'", "'REDIS_7_0' or 'REDIS_7_2'"),
    ("cloud_armor.waf_rule_sets.0", "sqli", "'sqli'", RULE_SETS),
    ("cloud_armor.rate_limit.interval_seconds", 61, "61", INTERVALS),
    ("cache.maintenance.day", "Sunday", "'Sunday'", DAYS),
    # Texts of a form.
    ("environment", "Full", "'Full'", LABEL),
    ("project_name", "grid-", "'grid-'", LABEL),
    ("project_name", "g" * 41, repr("g" * 41), LABEL),
    ("labels.Cost", "x", "the name 'Cost'", POSTGRES),
    ("labels.cost-center", "x", "the name 'cost-center'", POSTGRES),
    (
        "labels.cost",
        "A",
        "'A'",
        LABEL_VALUE,
    ),
    (
        "state.prefix",
        "/grid",
        "'/grid'",
        PREFIX,
    ),
    ("primary_region", "us_east1", "'us_east1'", REGION),
    ("regions.us-east", None, "the name 'us-east'", REGION),
    ("database.replicas.reader.region", "europe", "'europe'", REGION),
    ("services.api.regions.0", "US-EAST1", "'US-EAST1'", REGION),
    ("regions.us-east1.subnet_range", "10.2.0.1/20", "'10.2.0.1/20'", CIDR),
    ("regions.us-east1.subnet_range", 10, "10", CIDR),
    ("regions.us-east1.pods_range", "10.2.32.0/33", "'10.2.32.0/33'", CIDR),
    ("regions.us-east1.connector.range", "fd00::/28", "'fd00::/28'", CIDR),
    ("cloud_armor.allow_ranges.1", "203.0.113.1/24", "'203.0.113.1/24'", SOURCE),
    ("cloud_armor.allow_ranges.0", 203, "203", SOURCE),
    ("domain.name", "Grid", "'Grid'", "a domain in lower case, such as grid.example.com"),
    ("domain.alias_labels.0", "www.", "'www.'", LABEL),
    ("database.name", "my-db", "'my-db'", POSTGRES),
    ("database.replicas.Reader", {"region": "us-east1"}, "the name 'Reader'", LABEL),
    ("services.API", None, "the name 'API'", LABEL),
    ("services.api.memory", "2GB", "'2GB'", MEMORY),
    ("services.api.memory", 512, "512", MEMORY),
    ("services.api.route.paths.0", "v1/", "'v1/'", ROUTE),
    ("services.api.env.log_level", "x", "the name 'log_level'", VARIABLE),
    ("services.api.secrets.SESSION_KEY", "Session", "'Session'", LABEL),
    (
        "services.api.roles.0",
        "editor",
        "'editor'",
        ROLE,
    ),
    ("ci.repository", "grid", "'grid'", REPOSITORY),
    ("ci.repository", "https://github.com/a/b", "'https://github.com/a/b'", REPOSITORY),
    ("ci.repository", "a'b/c", '"a\'b/c"', REPOSITORY),
    ("ci.repository_id", 0, "0", "1 or more"),
    ("ci.branch", "it's", '"it\'s"', BRANCH),
    ("backups.schedule", "0 9 * *", "'0 9 * *'", CRON),
    ("backups.schedule", "60 9 * * *", "'60 9 * * *'", CRON),
    ("backups.schedule", "0 24 * * *", "'0 24 * * *'", CRON),
    ("backups.schedule", "0 9,24 * * *", "'0 9,24 * * *'", CRON),
    ("backups.schedule", "0 9 * * 1-5", "'0 9 * * 1-5'", CRON),
    ("backups.time_zone", "utc", "'utc'", ZONE),
    ("backups.timeout_minutes", 29, "29", "30 or more"),
    ("services.api.probes.path", "ready", "'ready'", "a path that begins with /, such as /health"),
    ("services.api.slo.availability_percent", 99.99, "99.99", GOAL),
    ("services.api.slo.latency_percent", 93, "93", GOAL),
    ("services.api.slo.rolling_days", 31, "31", "30 or less"),
    ("monitoring.alert_email", "oncall", "'oncall'", EMAIL),
    ("monitoring.alert_email", REMOVED, "nothing", "a value for 'alert_email'"),
    ("monitoring.pagerduty_channel", 1234567890, "1234567890", CHANNEL),
    ("monitoring.pagerduty_channel", "projects/p/notificationChannels/1", NAMED_CHANNEL, CHANNEL),
    ("monitoring.runbooks_url", "https://example.com/", "'https://example.com/'", URL),
    ("monitoring.uptime.period_seconds", 120, "120", "60, 300, 600 or 900"),
    ("monitoring.alerts.error_percent", 0, "0", "a percentage above 0, at most 100"),
    ("monitoring.alerts.error_seconds", 90, "90", MINUTES),
    ("monitoring.alerts.latency_seconds", 84660, "84660", MINUTES),
    ("monitoring.alerts.auto_close_seconds", 1799, "1799", "1800 or more"),
    ("monitoring.logs.retention_days", 3651, "3651", "3650 or less"),
]


@pytest.mark.parametrize(("path", "value", "actual", "expected"), WRONG)
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
    """The paths of `full` that are of this form."""
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


EVERYTHING = [(name, path) for name in NAMES for path, _ in paths(content(name))]


@pytest.mark.parametrize("name", NAMES)
def test_check_reports_one_problem_for_each_value_of_the_wrong_type(name: str) -> None:
    for path, value in paths(content(name)):
        wrong = 5 if isinstance(value, dict | list) else {"wrong": 1}
        assert [where for where, _, _ in problems_of(changed(name, {dotted(path): wrong}))] == [
            dotted(path)
        ]


def _is_key(path: Path) -> bool:
    """Whether a path ends in a key of the schema, not in a name or an item."""
    above = path[:-1]
    return isinstance(path[-1], str) and not any(matches(named, above) for named in NAMED)


def _renamed(contents: Content, path: Path, key: str) -> Content:
    """The content with another last key of the path, in the same place."""
    *above, last = path
    section: Any = contents
    for step in above:
        section = section[step]
    items = [(key if name == last else name, value) for name, value in section.items()]
    section.clear()
    section.update(items)
    return contents


@st.composite
def misspelt(draw: st.DrawFn, word: str) -> str:
    """A word with one letter missing, doubled, or in its neighbour's place."""
    at = draw(st.integers(0, len(word) - 2))
    return draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[: at + 1] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            ]
        )
    )


@settings(deadline=None)
@given(st.data(), st.sampled_from([(name, path) for name, path in EVERYTHING if _is_key(path)]))
def test_check_names_the_path_of_a_misspelt_key(
    draw: st.DataObject, place: tuple[str, Path]
) -> None:
    name, path = place
    key = draw.draw(misspelt(str(path[-1])))
    assume(key != path[-1])
    problems = problems_of(_renamed(content(name), path, key))
    typo, missing = dotted((*path[:-1], key)), dotted(path)
    assert (typo, f"unknown key {key!r}") in [(where, actual) for where, actual, _ in problems]
    assert {where for where, _, _ in problems} <= {typo, missing}


KEYS = st.text(max_size=5) | st.sampled_from(["*", "[key]", "cpu", "range", "us-east1"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(st.sampled_from(EVERYTHING), ANYTHING)
def test_check_never_raises_and_never_quotes_pydantic(place: tuple[str, Path], value: Any) -> None:
    name, path = place
    wrong = content(name)
    put(wrong, path, value)
    for where, actual, expected in problems_of(wrong, name):
        assert where
        assert actual
        assert not any(
            word in expected for word in ("Input", "String", "should", "valid ", "pattern")
        )


SECTIONS = [
    path
    for path, value in paths(content("full"))
    if isinstance(value, dict) and path != ("database", "flags")
]
"""Where not every key is right."""


@pytest.mark.parametrize("key", ["*", "[key]", "", "0", "."])
def test_check_reports_one_problem_for_an_odd_key(key: str) -> None:
    for path in [(), *SECTIONS]:
        wrong = content("full")
        put(wrong, (*path, key), "odd")
        assert [where for where, _, _ in problems_of(wrong)] == [dotted((*path, key))]


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
