"""Files and folders: what can not be read, what is there twice, and what two files share."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from environments import EnvironmentFileError, load
from environments.documents import read
from environments.loader import directory
from tests.environments.samples import (
    FULL_TEXT,
    PROJECT,
    REMOVED,
    Changes,
    changed,
    content,
    dotted,
    load_problems,
    write,
)
from tests.template import ROOT

YAML = "YAML: indented with spaces, each bracket and quote closed"


def test_files_of_the_project_are_valid() -> None:
    assert tuple(load()) == PROJECT


def test_load_returns_only_the_named_environments() -> None:
    assert list(load(["prod"])) == ["prod"]


def test_directory_is_that_of_the_project_without_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GRID_ENVIRONMENTS", "")
    assert directory() == ROOT / "environments"


UNREADABLE: dict[str, tuple[str | bytes, str, str, int | None]] = {
    "tab": ("a:\n\tb: 1\n", "a tab in the indentation", "spaces", 2),
    "open bracket": ("a: 1\nb: [1, 2\n", "did not find expected ',' or ']'", YAML, 3),
    "open quote": ('a: 1\nb: "2\n', "found unexpected end of stream", YAML, 3),
    "wrong indentation": ("a:\n    b: 1\n  c: 2\n", "did not find expected key", YAML, 3),
    "two documents": ("a: 1\n---\nb: 2\n", "a second document", "one document in a file", 2),
    "unknown anchor": ("a: 1\nb: *c\n", "the alias *c", "an anchor of that name before it", 2),
    "unknown tag": ("a: 1\nb: !c 2\n", "the tag '!c'", "a value without a tag", 2),
    "tag without a value": (
        '!!int ""\n',
        "the tag 'tag:yaml.org,2002:int'",
        "a value without a tag",
        1,
    ),
    "key that is a list": ("a: 1\n? [b]\n: 2\n", "a key that is not a string", "a string", 2),
    "anchor in itself": ("a: &b [*b]\n", "the alias *b", "an anchor of that name before it", 1),
    "merge of a number": ("a: {<<: 1}\n", "a merge of what is no mapping", "<<: *name", 1),
    "deep lists": (
        "a: " + "[" * 30_000,
        "more than 32 levels",
        "mappings and lists of fewer levels",
        1,
    ),
    "deep mappings": (
        "".join(f"{' ' * depth}a:\n" for depth in range(200)),
        "more than 32 levels",
        "mappings and lists of fewer levels",
        34,
    ),
    "aliases of aliases": (
        "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        + "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(9)),
        "more than 100000 keys and values, with those of aliases",
        "a smaller file",
        6,
    ),
    "large": ("a: 1 #" + "x" * 1_000_000, "a file of more than 1000000 bytes", "at most", None),
    "not UTF-8": (b"a: 1\nb: \xff\n", "byte 0xff, which is not UTF-8", "a file in UTF-8", 2),
    "UTF-16": ("a: 1\n".encode("utf-16"), "byte 0xff, which is not UTF-8", "a file in UTF-8", 1),
    "control character": (b"a: \x01\n", "a control character", YAML, None),
}


@pytest.mark.parametrize(
    ("content", "actual", "expected", "line"), UNREADABLE.values(), ids=UNREADABLE
)
def test_file_that_is_not_yaml_or_exceeds_a_limit_is_one_problem(
    tmp_path: Path, content: str | bytes, actual: str, expected: str, line: int | None
) -> None:
    encoded = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "dev.yaml").write_bytes(encoded)
    [problem] = load_problems(tmp_path)
    assert (problem.path, problem.line, problem.actual) == ((), line, actual)
    assert problem.expected.startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("010", "leading zeros"),
        ("0300", "leading zeros"),
        ("0123456", "leading zeros"),
        ("5:00", "base 60"),
        ("1:30:00", "base 60"),
        ("1e3", "without an exponent"),
        ("1_000", "without an exponent, an underscore"),
        (".5", "bare decimal point"),
        ("0x1F", "a decimal number"),
        ("0b11", "a decimal number"),
        ("0x" + "1" * 20_000, "at most 18 digits"),
        ("9" * 5_000, "at most 18 digits"),
        (".inf", "a finite number"),
        (".NaN", "a finite number"),
        ("on", "true or false"),
        ("Yes", "true or false"),
        ("n", "true or false"),
        ("2026-01-01", "a date"),
        ("2026-13-01T25:00:00Z", "a date"),
    ],
)
def test_scalar_that_yaml_versions_read_differently_is_rejected_with_the_reason(
    tmp_path: Path, text: str, expected: str
) -> None:
    line = len(FULL_TEXT.splitlines()) + 1
    (tmp_path / "integration.yaml").write_text(
        f"{FULL_TEXT}labels_of_others: {{size: {text}}}\n", encoding="utf-8"
    )
    [problem] = [one for one in load_problems(tmp_path) if one.path[-1] == "size"]
    assert problem.line == line
    assert expected in problem.expected
    assert "quotes" in problem.expected or "digits" in problem.expected


def test_ambiguous_scalar_has_one_problem(tmp_path: Path) -> None:
    text = yaml.safe_dump(content("dev")).replace("location: US", "location: on")
    text = text.replace("node_env: development", "node_env: no")
    (tmp_path / "dev.yaml").write_text(text, encoding="utf-8")
    assert [dotted(problem.path) for problem in load_problems(tmp_path)] == [
        "node_env",
        "storage.backups.location",
    ]


def test_quoted_scalar_is_a_string_whatever_it_looks_like(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("a: '010'\nb: \"on\"\nc: |-\n  1e3\n", encoding="utf-8")
    document = read(file)
    assert (document.data, document.problems) == ({"a": "010", "b": "on", "c": "1e3"}, ())


def test_file_that_is_a_directory_or_a_dangling_link_is_named_so(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").mkdir()
    (tmp_path / "prod.yaml").symlink_to("nowhere.yaml")
    actual = [(Path(one.file).name, one.actual) for one in load_problems(tmp_path)]
    assert actual == [
        ("dev.yaml", "a directory"),
        ("prod.yaml", "a symbolic link to nowhere.yaml, which does not exist"),
    ]


def test_every_file_is_reported_beside_one_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text("[", encoding="utf-8")
    write(tmp_path, "prod", changed("prod", {"node_env": "test"}))
    assert [Path(one.file).name for one in load_problems(tmp_path)] == ["dev.yaml", "prod.yaml"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "- environment: dev\n", "dev\n"])
def test_load_reports_one_problem_when_a_file_is_not_a_mapping(tmp_path: Path, text: str) -> None:
    (tmp_path / "dev.yaml").write_text(text, encoding="utf-8")
    [problem] = load_problems(tmp_path)
    assert (problem.path, problem.expected) == ((), "the keys of an environment")


def _lines(folder: Path, text: str) -> list[tuple[str, int | None, str]]:
    (folder / "integration.yaml").write_text(text, encoding="utf-8")
    return [(dotted(one.path), one.line, one.actual) for one in load_problems(folder)]


def test_load_reports_a_duplicate_key_at_its_second_line(tmp_path: Path) -> None:
    text = FULL_TEXT.replace("protect: true\n", "protect: true\nprotect: true\n", 1)
    assert _lines(tmp_path, text) == [("protect", 6, "a duplicate key")]


def test_load_reports_one_problem_for_a_duplicate_section(tmp_path: Path) -> None:
    state = "state: {bucket: grid-full-example-tfstate, prefix: grid/full}\n"
    [(path, _, actual)] = _lines(tmp_path, FULL_TEXT + state)
    assert (path, actual) == ("state", "a duplicate key")


def test_load_reports_a_duplicate_key_in_a_list_with_its_index(tmp_path: Path) -> None:
    line = len(FULL_TEXT.splitlines()) + 1
    rows = _lines(tmp_path, f"{FULL_TEXT}others: [{{a: 1, a: 2}}]\n")
    assert ("others.0.a", line, "a duplicate key") in rows


def test_load_reports_an_invalid_item_at_its_line(tmp_path: Path) -> None:
    aliases = "alias_labels:\n    - www\n    - WWW"
    text = FULL_TEXT.replace("alias_labels: [www, api]", aliases)
    line = text.splitlines().index("    - WWW") + 1
    assert _lines(tmp_path, text) == [("domain.alias_labels.1", line, "'WWW'")]


def test_load_reports_a_missing_key_at_the_line_of_its_section(tmp_path: Path) -> None:
    text = FULL_TEXT.replace("connector: {range: 10.1.0.16/28, ", "connector: {")
    line = text.splitlines().index("  us-east1:") + 5
    assert _lines(tmp_path, text) == [("regions.us-east1.connector.range", line, "nothing")]


@pytest.mark.parametrize("key", ["on", "80", "null", "1.5", "2026-01-01"])
def test_key_is_a_string_whatever_yaml_makes_of_it(tmp_path: Path, key: str) -> None:
    line = len(FULL_TEXT.splitlines()) + 1
    assert _lines(tmp_path, f"{FULL_TEXT}{key}: 1\n") == [(key, line, f"unknown key {key!r}")]


def test_load_reads_merged_mappings_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = "  copy: {<<: *model, route: {paths: [/copy]}}\n"
    text = FULL_TEXT.replace("  model:\n", "  model: &model\n")
    text = text.replace("migration_job:", f"{copy}migration_job:")
    (tmp_path / "integration.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("GRID_ENVIRONMENTS", str(tmp_path))
    services = load()["integration"].services
    assert services["copy"].model_dump(exclude={"route"}) == services["model"].model_dump(
        exclude={"route"}
    )


def test_load_reports_an_empty_folder(tmp_path: Path) -> None:
    [problem] = load_problems(tmp_path)
    assert (problem.file, problem.actual) == (str(tmp_path), "no *.yaml file")


def test_load_reports_an_unknown_environment(tmp_path: Path) -> None:
    write(tmp_path, "dev", content("dev"))
    [problem] = load_problems(tmp_path, "dev", "demo")
    assert (problem.file, problem.actual) == (str(tmp_path), "no environment 'demo'")
    assert problem.expected == "one of dev"


def test_load_reports_an_unknown_environment_of_an_empty_folder(tmp_path: Path) -> None:
    assert [one.actual for one in load_problems(tmp_path, "dev")] == [
        "no *.yaml file",
        "no environment 'dev'",
    ]


def test_load_reports_an_environment_named_unlike_its_file(tmp_path: Path) -> None:
    write(tmp_path, "demo", content("dev"))
    [problem] = load_problems(tmp_path)
    assert (dotted(problem.path), problem.line, problem.actual) == ("environment", 1, "dev")
    assert problem.expected == "the name of the file, demo"


def test_problem_names_the_file_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "dev", changed("dev", {"node_env": "test"}))
    monkeypatch.chdir(tmp_path)
    [problem] = load_problems(tmp_path)
    assert str(problem) == (
        "Error: node_env is invalid\n"
        "  --> dev.yaml:3:1, node_env\n"
        "  Expected: 'development' or 'production'\n"
        "  Actual: 'test'\n"
        "help: Change node_env. docs/reference/environment.md lists the valid values"
    )


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({"node_env": "test"}, "Found 1 error. No files were written."),
        ({"node_env": "test", "protect": 5}, "Found 2 errors. No files were written."),
    ],
)
def test_error_ends_with_the_number_of_problems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: Changes, last: str
) -> None:
    write(tmp_path, "dev", changed("dev", changes))
    monkeypatch.setenv("GRID_ENVIRONMENTS", str(tmp_path))
    with pytest.raises(EnvironmentFileError) as caught:
        load()
    assert str(caught.value).splitlines()[-1] == last


SHARED: dict[str, tuple[Changes, str, str]] = {
    "project": (
        {"project_id": "grid-dev-example"},
        "project_id",
        "grid-dev-example",
    ),
    "place of the state": (
        {"state": {"bucket": "grid-dev-example-tfstate", "prefix": "grid/dev"}},
        "state.prefix",
        "grid-dev-example-tfstate/grid/dev",
    ),
    "all host names": (
        {"domain": {"name": "dev.grid.example.com"}},
        "domain",
        "dev.grid.example.com, api.dev.grid.example.com",
    ),
    "one host name": (
        {"domain.alias_labels": ["dev"]},
        "domain",
        "dev.grid.example.com",
    ),
}


@pytest.mark.parametrize(("changes", "path", "actual"), SHARED.values(), ids=SHARED)
def test_load_reports_once_what_two_environments_share(
    tmp_path: Path, changes: Changes, path: str, actual: str
) -> None:
    write(tmp_path, "dev", content("dev"))
    file = write(tmp_path, "prod", changed("prod", changes))
    [problem] = load_problems(tmp_path, "dev")
    assert (problem.file, dotted(problem.path), problem.actual) == (str(file), path, actual)
    assert problem.expected == "a value of its own; dev.yaml has the same: is this file a copy?"


def test_environments_can_share_a_bucket_or_a_prefix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = content("dev")["state"]["bucket"]
    write(tmp_path, "dev", content("dev"))
    write(tmp_path, "prod", changed("prod", {"state.bucket": bucket}))
    write(tmp_path, "staging", changed("staging", {"state.prefix": "grid/dev"}))
    monkeypatch.setenv("GRID_ENVIRONMENTS", str(tmp_path))
    assert list(load()) == ["dev", "prod", "staging"]


@pytest.mark.parametrize("removed", ["project_id", "state", "state.bucket", "domain.name"])
def test_load_ignores_placeholders_in_what_environments_share(tmp_path: Path, removed: str) -> None:
    changes: Changes = {"state.prefix": "grid/all", removed: REMOVED}
    for name in ("dev", "prod"):
        write(tmp_path, name, changed(name, changes))
    assert [dotted(one.path) for one in load_problems(tmp_path)] == [removed, removed]


@settings(deadline=None)
@given(st.text(alphabet="ab:-[]{}\"'&*!|>?#%@, \n\t\\0<=~é", max_size=30))
def test_load_reports_problems_for_any_text(text: str) -> None:
    with TemporaryDirectory() as folder:
        (Path(folder) / "dev.yaml").write_text(text, encoding="utf-8")
        assert load_problems(Path(folder))


def test_default_that_is_invalid_says_so_and_names_the_key_to_set(tmp_path: Path) -> None:
    east = {
        "subnet_range": "10.8.0.0/20",
        "services_range": "10.8.16.0/20",
        "pods_range": "10.8.32.0/20",
        "connector": {"range": "10.1.0.64/28"},
    }
    changes: Changes = {"regions.us-east4": east, "services.api.max_instances": 30}
    write(tmp_path, "dev", changed("dev", changes))
    [problem] = load_problems(tmp_path)
    assert dotted(problem.path) == "database.max_connections"
    assert problem.actual == "200, the default"
    assert problem.expected.endswith("; set database.max_connections")


def test_file_with_another_ending_is_named_and_not_ignored(tmp_path: Path) -> None:
    write(tmp_path, "dev", content("dev"))
    (tmp_path / "qa.yml").write_text("environment: qa\n")
    [problem] = load_problems(tmp_path)
    assert (Path(problem.file).name, problem.actual) == ("qa.yml", "a file that ends in .yml")


def test_values_of_thousands_of_digits_are_problems_and_no_traceback(tmp_path: Path) -> None:
    digits = "9" * 6_000
    changes: Changes = {
        "services.api.memory": f"{digits}Gi",
        "database.tier": f"db-custom-{digits}-3840",
        "project_id": f"p{digits}",
        "domain.name": f"{digits}.example.com",
        "state.bucket": digits,
        "monitoring.alert_email": f"{digits}@example.com",
    }
    write(tmp_path, "dev", changed("dev", changes))
    assert sorted(dotted(problem.path) for problem in load_problems(tmp_path)) == sorted(changes)
