"""Every data file has the form that facts/README.md describes."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import urlparse

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from facts import (
    billing,
    cloud_armor,
    cloud_run,
    cloud_sql,
    iam,
    load_balancing,
    locations,
    memorystore,
    monitoring,
    names,
    network,
    permissions,
    prices,
    provider_methods,
    quotas,
    roles,
    sql_flags,
    table,
    vertex_ai,
)
from facts.reference import KINDS

DOCUMENTATION = ("cloud.google.com", "docs.cloud.google.com", "developer.hashicorp.com")
MODULES = (
    billing, cloud_armor, cloud_run, cloud_sql, iam, load_balancing, locations, memorystore,
    monitoring, names, network, permissions, prices, provider_methods, quotas, roles, sql_flags,
    vertex_ai,
)  # fmt: skip
READ_BY_PERMISSIONS = {
    "permission_conditions", "permission_corrections", "permission_references",
}  # fmt: skip
"""Kept by hand, beside what is derived."""


class FactEntry(BaseModel):
    """One entry of a data file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    value: int | float | str | list[Any] | dict[str, Any]
    source: str
    checked: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    how: Annotated[str, Field(pattern=f"^({'|'.join(KINDS)})$")]
    note: str = ""

    @model_validator(mode="after")
    def _source_fits(self) -> "FactEntry":
        address = urlparse(self.source)
        assert date.fromisoformat(self.checked) >= date(2026, 11, 22), "before the project began"
        if self.how == "documented":
            assert address.scheme == "https", "a documented fact needs an https URL"
            assert address.hostname in DOCUMENTATION, "no documentation of Google or HashiCorp"
        elif self.how == "issue":
            assert address.hostname == "github.com", "no issue"
        elif self.how != "unconfirmed":
            assert self.source, "only an unconfirmed fact can be without a source"
        return self


@pytest.mark.parametrize("topic", table.topics())
def test_facts_have_a_source_a_date_and_a_kind(topic: str) -> None:
    entries = {name: fact._asdict() for name, fact in table.read(topic).items()}
    TypeAdapter(dict[str, FactEntry]).validate_python(entries)


@pytest.mark.parametrize("topic", table.topics())
def test_lists_have_no_value_twice(topic: str) -> None:
    lists = {
        name: fact.value for name, fact in table.read(topic).items() if isinstance(fact.value, list)
    }
    assert [
        name
        for name, items in lists.items()
        if any(item in items[:n] for n, item in enumerate(items))
    ] == []


def test_every_data_file_has_a_module() -> None:
    modules = {module.__name__.removeprefix("facts.") for module in MODULES}
    assert set(table.topics()) == modules | READ_BY_PERMISSIONS


def test_read_raises_when_there_is_no_such_topic() -> None:
    with pytest.raises(FileNotFoundError):
        table.read("spanner")
