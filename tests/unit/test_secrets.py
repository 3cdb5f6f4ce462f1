"""Secrets: no value in the plan or the state, one pinned version, and what a rotation does."""

from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from cdktf import TerraformOutput
from constructs.security import Content, Secret, Secrets, ephemeral_password

from environments.schema import SecretConfig
from stacks.stack import Stack
from tests.template import Template, alone, something
from tests.unit.parts import ENVIRONMENT_NAMES, OTHER_DEV, platform

LISTED = {
    "generated": SecretConfig(source="generated", length=48, version=3),
    "from-variable": SecretConfig(source="variable", version=4),
    "by-hand": SecretConfig(source="external", version=5),
}
EPHEMERAL = "${ephemeral.random_password.secret_generated.result}"


@cache
def _secrets(*, protect: bool = False) -> Template:
    """The secrets of `LISTED`, with an output for the version that is read of each."""

    def build(stack: Stack) -> None:
        secrets = Secrets(stack, "secrets", LISTED)
        for name in LISTED:
            TerraformOutput(stack, f"version-of-{name}", value=secrets[name].version)

    return alone(build, protect=protect)


def _version(name: str) -> Any:
    return _secrets().get(f"google_secret_manager_secret_version.{name}")


def _secret(content: Content) -> Template:
    return alone(lambda stack: Secret(stack, "a-secret", content))


@pytest.mark.parametrize(
    ("name", "value"), [("generated", EPHEMERAL), ("from_variable", "${var.from_variable}")]
)
def test_a_value_goes_into_the_write_only_argument_alone(name: str, value: str) -> None:
    assert _version(name)["secret_data_wo"] == value
    assert "secret_data" not in _version(name)


@pytest.mark.parametrize(("name", "number"), [("generated", 3), ("from_variable", 4)])
def test_a_new_value_is_written_when_the_file_raises_the_version(name: str, number: int) -> None:
    assert _version(name)["secret_data_wo_version"] == number


def test_a_variable_is_ephemeral_and_sensitive() -> None:
    variable = _secrets().document["variable"]["from_variable"]
    assert (variable["ephemeral"], variable["sensitive"]) == (True, True)


def test_a_variable_must_be_given() -> None:
    variable = _secrets().document["variable"]["from_variable"]
    assert (variable["type"], variable["nullable"]) == ("string", False)
    assert "default" not in variable


def test_a_variable_says_how_to_give_it() -> None:
    variable = _secrets().document["variable"]["from_variable"]
    assert "TF_VAR_from_variable" in variable["description"]


def test_only_a_secret_from_a_variable_has_one() -> None:
    assert _secrets().document["variable"].keys() == {"from_variable"}


def test_a_secret_whose_versions_are_added_by_hand_has_no_version_here() -> None:
    secrets = _secrets().of("google_secret_manager_secret")
    versions = _secrets().of("google_secret_manager_secret_version")
    assert secrets.keys() - versions.keys() == {"by_hand"}


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("generated", "${google_secret_manager_secret_version.generated.version}"),
        ("from-variable", "${google_secret_manager_secret_version.from_variable.version}"),
        ("by-hand", "5"),
    ],
)
def test_the_version_that_is_read_is_pinned(name: str, version: str) -> None:
    assert _secrets().outputs[f"version-of-{name}"] == version


@pytest.mark.parametrize("name", ["generated", "from_variable"])
def test_a_version_is_made_beside_the_one_that_still_serves(name: str) -> None:
    assert _version(name)["lifecycle"]["create_before_destroy"] is True
    assert _version(name)["deletion_policy"] == "ABANDON"


def test_a_value_that_is_in_the_state_anyway_follows_its_source() -> None:
    version = _secret(Content(value="a-value", in_state=True)).one(
        "google_secret_manager_secret_version"
    )
    assert version.get("secret_data") == "a-value"
    assert {"secret_data_wo", "secret_data_wo_version"}.isdisjoint(version)


def test_a_version_is_replaced_together_with_its_partner() -> None:
    def build(stack: Stack) -> None:
        partner = something(stack, "partner")
        content = Content(value="a-value", replaced_with=partner)
        Secret(stack, "a-secret", content)

    version = alone(build).one("google_secret_manager_secret_version")
    # Terraform refuses an expression here: "${google_project_service.partner}".
    assert version["lifecycle"]["replace_triggered_by"] == ["google_project_service.partner"]


def test_a_version_without_a_partner_is_replaced_for_itself_alone() -> None:
    assert "replace_triggered_by" not in _version("generated")["lifecycle"]


def test_a_generated_value_exists_only_while_terraform_runs() -> None:
    assert "secret_generated" in _secrets().document["ephemeral"]["random_password"]
    assert _secrets().of("random_password") == {}


def test_a_generated_value_is_as_long_as_the_file_says() -> None:
    assert _secrets().document["ephemeral"]["random_password"]["secret_generated"]["length"] == 48


def test_the_characters_of_a_password_are_safe_in_a_url() -> None:
    template = alone(lambda stack: ephemeral_password(stack, "x", 32))
    password = template.document["ephemeral"]["random_password"]["x"]
    special = password["override_special"]
    assert special == quote(special, safe="")


@pytest.mark.parametrize("kind", ["lower", "upper", "numeric", "special"])
def test_a_password_has_every_kind_of_character_that_cloud_sql_wants(kind: str) -> None:
    template = alone(lambda stack: ephemeral_password(stack, "x", 32))
    password = template.document["ephemeral"]["random_password"]["x"]
    assert password["special"] is True
    assert password[f"min_{kind}"] >= 1


def test_google_places_the_copies_of_a_secret() -> None:
    for one in _secrets().of("google_secret_manager_secret").values():
        assert one["replication"] == {"auto": {}}


@pytest.mark.parametrize("protect", [True, False])
def test_a_secret_is_protected_where_the_file_says_so(protect: bool) -> None:
    secrets = _secrets(protect=protect).of("google_secret_manager_secret").values()
    assert {one["deletion_protection"] for one in secrets} == {protect}


def test_the_id_of_a_secret_names_its_environment() -> None:
    ids = [one["secret_id"] for one in _secrets().of("google_secret_manager_secret").values()]
    assert sorted(ids) == ["grid-test-by-hand", "grid-test-from-variable", "grid-test-generated"]


def test_there_is_no_secret_that_the_file_does_not_list() -> None:
    with pytest.raises(KeyError):
        alone(lambda stack: Secrets(stack, "x", {})["other"])


@pytest.mark.parametrize("source", ["generated", "variable", "external"])
def test_the_name_of_a_secret_may_be_one_word(source: str) -> None:
    config = {"token": SecretConfig(source=source)}
    template = alone(lambda stack: Secrets(stack, "x", config))
    assert "token" in template.of("google_secret_manager_secret")


def test_no_two_generated_values_are_the_same() -> None:
    template = platform("dev", OTHER_DEV)
    users = [one["password_wo"] for one in template.of("google_sql_user").values()]
    versions = template.of("google_secret_manager_secret_version")
    generated = [versions[name]["secret_data_wo"] for name in ("jwt_secret", "app_user")]
    assert len({*users, *generated}) == 4


@pytest.mark.parametrize("name", ENVIRONMENT_NAMES)
def test_only_the_redis_connection_is_in_the_state(name: str) -> None:
    versions = platform(name).of("google_secret_manager_secret_version")
    in_state = {version for version, one in versions.items() if "secret_data" in one}
    regions = platform(name).of("google_redis_instance").values()
    assert in_state == {f"redis_connection_{one['region'].replace('-', '_')}" for one in regions}
