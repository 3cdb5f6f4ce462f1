"""Tests of the blocks that keep what holds data after its section left the file."""

import json
from pathlib import Path

import pytest

from stacks import retained
from tests.template import ENVIRONMENT, Template, platform, platforms, variant


def _protected(template: Template) -> set[tuple[str, str]]:
    return {
        (type_, name)
        for type_, named in template.document["resource"].items()
        for name, resource in named.items()
        if resource.get("lifecycle", {}).get("prevent_destroy")
    }


def test_every_protected_resource_is_retained_or_in_every_environment() -> None:
    listed = {(type_, name) for type_, named in retained.RETAINED.items() for name in named}
    everywhere = _protected(platform(ENVIRONMENT.model_copy(update={"protect": True})))
    # A replica has a name of the environment file, and `deletion_protection` in the state.
    replicas = {("google_sql_database_instance", "read_replica")}
    assert _protected(platforms()["prod"]) - listed - replicas <= everywhere
    assert {one for one in listed & everywhere if one[0] != "google_redis_instance"} == set()


def test_stack_has_no_block_for_what_it_has() -> None:
    resources = platforms()["prod"].document["resource"]
    blocks = retained.blocks(resources)
    repeated = [
        (type_, name)
        for type_, named in blocks.items()
        for name in named
        if name in resources.get(type_, {})
    ]
    assert repeated == []
    assert "google_apigee_organization" not in blocks
    assert "cache_europe_west1" in blocks["google_redis_instance"]


@pytest.mark.parametrize("protect", [True, False])
def test_only_a_protected_stack_has_the_file(tmp_path: Path, protect: bool) -> None:
    environment = variant("prod", {"protect": protect})
    (tmp_path / "cdk.tf.json").write_text('{"resource": {}}', encoding="utf-8")
    file = tmp_path / retained.FILE
    file.write_text("{}", encoding="utf-8")
    retained.write(tmp_path, environment)
    assert file.exists() is protect
    if protect:
        blocks = json.loads(file.read_text("utf-8"))["resource"]
        assert blocks["google_apigee_organization"]["main"]["for_each"] == {}
