"""Names that the provider generates: id.UniqueId of the plugin SDK, and its shorter relative."""

from __future__ import annotations

import re

import pytest

from offline.engine.generated import generate
from offline.protocol.values import UNKNOWN

TEMPLATE, SPANNER = "google_compute_instance_template", "google_spanner_instance"


@pytest.mark.parametrize(
    ("type_", "prefix", "form"),
    [
        (TEMPLATE, None, r"terraform-\d{18}[0-9a-f]{8}"),
        (TEMPLATE, UNKNOWN, r"terraform-\d{18}[0-9a-f]{8}"),
        (TEMPLATE, "web-", r"web-\d{18}[0-9a-f]{8}"),
        (TEMPLATE, "w" * 37, r"w{37}\d{18}[0-9a-f]{8}"),
        (TEMPLATE, "w" * 38, r"w{38}\d{6}[0-9a-f]{3}"),
        ("google_container_node_pool", "w" * 38, r"w{38}\d{18}[0-9a-f]{8}"),
        ("google_sql_database_instance", None, r"terraform-\d{18}[0-9a-f]{8}"),
        (SPANNER, None, r"tfgen-spanid-\d{17}"),
    ],
)
def test_name_has_the_form_of_the_provider(type_: str, prefix: object, form: str) -> None:
    names = {generate(type_, UNKNOWN, prefix, count) for count in range(3)}
    assert len(names) == 3
    assert all(name and re.fullmatch(form, name) for name in names)


@pytest.mark.parametrize(
    ("type_", "value"), [(TEMPLATE, "given"), ("google_compute_network", UNKNOWN)]
)
def test_other_names_stay(type_: str, value: object) -> None:
    assert generate(type_, value, "web-", 0) is None
