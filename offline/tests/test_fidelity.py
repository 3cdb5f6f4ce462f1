"""The report of what is true and what is not."""

import json

import pytest

from offline.coverage import EVERYWHERE, fidelity, main, not_modelled, used
from offline.provider_facts import types
from tests.snapshots import FOLDER


def test_a_type_in_use() -> None:
    found = fidelity("google_sql_database_instance")
    assert found.attributes > 100
    assert min(found.force_new, found.defaults, found.enums, found.checks, found.relations) > 0
    assert {"sql.tier", "sql.peering.connection_exists", "common.names.buried"} <= set(found.rules)
    assert found.api == "sqladmin.googleapis.com"
    assert found.id


def test_write_only_and_sensitive_are_counted() -> None:
    found = fidelity("google_secret_manager_secret_version")
    assert (found.write_only, found.sensitive > 0) == (1, True)


def test_a_type_without_facts_says_so() -> None:
    found = fidelity("google_container_cluster")
    assert (found.attributes, found.force_new, found.id) == (0, 0, False)
    assert "not known" in found.missing[0]
    assert found.rules  # the rules of every type


def test_something_is_not_modelled_of_every_type_with_facts() -> None:
    assert [one for one in types() if not not_modelled(one)] == []
    assert [one for one in EVERYWHERE if one.startswith("data sources: ")]


def test_every_type_in_use_has_facts() -> None:
    found = used(FOLDER)
    assert len(found) > 30
    assert set(found) - set(types()) == set()


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
    assert [one["type"] for one in content["types"]] == list(used(FOLDER))
