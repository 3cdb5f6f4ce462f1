"""The report of what is true and what is not."""

import json

import pytest

from offline.coverage import EVERYWHERE, main, measure, not_modelled, types_in_stacks
from offline.provider_facts import types
from tests.snapshots import FOLDER


def test_a_type_in_use() -> None:
    result = measure("google_sql_database_instance")
    assert result.attributes > 100
    assert min(result.force_new, result.defaults, result.enums, result.checks, result.relations) > 0
    assert {"sql.tier", "sql.peering.connection_exists", "common.names.reserved"} <= set(
        result.rules
    )
    assert result.api == "sqladmin.googleapis.com"
    assert result.id


def test_write_only_and_sensitive_are_counted() -> None:
    result = measure("google_secret_manager_secret_version")
    assert (result.write_only, result.sensitive > 0) == (1, True)


def test_a_type_without_facts_says_so() -> None:
    result = measure("google_container_cluster")
    assert (result.attributes, result.force_new, result.id) == (0, 0, False)
    assert "not known" in result.missing[0]
    assert result.rules  # the rules of every type


def test_something_is_not_modelled_of_every_type_with_facts() -> None:
    assert [type_ for type_ in types() if not not_modelled(type_)] == []
    assert [item for item in EVERYWHERE if item.startswith("data sources: ")]


def test_every_type_in_use_has_facts() -> None:
    result = types_in_stacks(FOLDER)
    assert len(result) > 30
    assert set(result) - set(types()) == set()


def test_table_and_json(capsys: pytest.CaptureFixture[str]) -> None:
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


def test_without_types_it_reads_the_stacks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stacks", str(FOLDER), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert [item["type"] for item in content["types"]] == list(types_in_stacks(FOLDER))
