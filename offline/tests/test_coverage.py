"""The report of what is true and what is not."""

import json
from pathlib import Path

import pytest

from offline.coverage import EVERYWHERE, main, measure, not_modelled, types_in_stacks
from offline.provider_facts import types


def test_coverage_counts_facts_and_rules() -> None:
    result = measure("google_sql_database_instance")
    assert result.attributes > 100
    assert min(result.force_new, result.defaults, result.enums, result.checks, result.relations) > 0
    assert {"sql.tier", "sql.peering.connection_exists", "common.names.reserved"} <= set(
        result.rules
    )
    assert result.api == "sqladmin.googleapis.com"
    assert result.id


def test_coverage_counts_write_only_and_sensitive() -> None:
    result = measure("google_secret_manager_secret_version")
    assert (result.write_only, result.sensitive > 0) == (1, True)


def test_coverage_of_type_without_facts_is_empty() -> None:
    result = measure("google_container_cluster")
    assert (result.attributes, result.force_new, result.id) == (0, 0, False)
    assert "not known" in result.missing[0]
    assert result.rules  # the rules of every type


def test_every_type_with_facts_lists_what_is_not_modelled() -> None:
    assert [type_ for type_ in types() if not not_modelled(type_)] == []
    assert [item for item in EVERYWHERE if item.startswith("data sources: ")]


def test_coverage_prints_table_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["google_sql_user", "google_redis_instance"]) == 0
    text = capsys.readouterr().out
    assert [line.split()[0] for line in text.splitlines()[:3]] == [
        "type",
        "google_sql_user",
        "google_redis_instance",
    ]
    assert "Not modelled, for any type:" in text
    assert main(["--json", "google_sql_user"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["types"][0]["type"] == "google_sql_user"
    assert content["types"][0]["missing"]


def test_coverage_reads_types_of_stacks_by_default(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = tmp_path / "stacks" / "one" / "main.tf.json"
    stack.parent.mkdir(parents=True)
    types_ = ("google_sql_user", "google_pubsub_topic")
    stack.write_text(json.dumps({"resource": {type_: {"x": {}} for type_ in types_}}))
    assert types_in_stacks(tmp_path) == ("google_pubsub_topic", "google_sql_user")
    assert main(["--stacks", str(tmp_path), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert [report["type"] for report in content["types"]] == list(types_in_stacks(tmp_path))
