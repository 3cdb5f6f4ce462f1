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
from tests.unit.parts import OTHER_DEV, platform

LISTED = {
    "generated": SecretConfig(source="generated", length=48, version=3),
    "from-variable": SecretConfig(source="variable", version=4),
    "by-hand": SecretConfig(source="external", version=5),
}
EPHEMERAL = "${ephemeral.random_password.secret_generated.result}"


@cache
def _secrets(*, protect: bool = False) -> Template:
    """Return the secrets of `LISTED`, with an output for the version that is read of each."""

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
def test_value_is_set_only_in_the_write_only_argument(name: str, value: str) -> None:
    assert _version(name)["secret_data_wo"] == value
    assert "secret_data" not in _version(name)


def test_write_only_version_is_the_configured_one_by_default() -> None:
    assert _written(SecretConfig(source="generated", version=3)) == 3


def test_write_only_version_changes_with_version_source_and_length() -> None:
    numbers = [
        _written(SecretConfig(source=source, length=length, version=version))
        for source in ("generated", "variable")
        for length in (16, 64, 256)
        for version in (1, 2, 999_999)
        if source == "generated" or length == 64
    ]
    assert len(set(numbers)) == len(numbers) == 12


def _written(config: SecretConfig) -> int:
    template = alone(lambda stack: Secrets(stack, "secrets", {"key": config}))
    number: int = template.one("google_secret_manager_secret_version")["secret_data_wo_version"]
    return number


def test_variable_is_ephemeral_and_sensitive() -> None:
    variable = _secrets().document["variable"]["from_variable"]
    assert (variable["ephemeral"], variable["sensitive"]) == (True, True)


def test_variable_is_required() -> None:
    variable = _secrets().document["variable"]["from_variable"]
    assert (variable["type"], variable["nullable"]) == ("string", False)
    assert "default" not in variable


def test_variable_description_names_its_environment_variable() -> None:
    variable = _secrets().document["variable"]["from_variable"]
    assert "TF_VAR_from_variable" in variable["description"]


def test_only_secrets_of_source_variable_have_a_variable() -> None:
    assert _secrets().document["variable"].keys() == {"from_variable"}


def test_external_secret_has_no_version_resource() -> None:
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
def test_version_property_is_pinned(name: str, version: str) -> None:
    assert _secrets().outputs[f"version-of-{name}"] == version


@pytest.mark.parametrize("name", ["generated", "from_variable"])
def test_version_is_created_before_the_previous_one_is_abandoned(name: str) -> None:
    assert _version(name)["lifecycle"]["create_before_destroy"] is True
    assert _version(name)["deletion_policy"] == "ABANDON"


def test_value_in_state_uses_the_plain_argument() -> None:
    version = _secret(Content(value="a-value", in_state=True)).one(
        "google_secret_manager_secret_version"
    )
    assert version.get("secret_data") == "a-value"
    assert {"secret_data_wo", "secret_data_wo_version"}.isdisjoint(version)


def test_version_is_replaced_when_its_partner_is_replaced() -> None:
    def build(stack: Stack) -> None:
        partner = something(stack, "partner")
        content = Content(value="a-value", replaced_with=partner)
        Secret(stack, "a-secret", content)

    version = alone(build).one("google_secret_manager_secret_version")
    # Terraform refuses an expression here: "${google_project_service.partner}".
    assert version["lifecycle"]["replace_triggered_by"] == ["google_project_service.partner"]


def test_version_without_a_partner_has_no_replacement_trigger() -> None:
    assert "replace_triggered_by" not in _version("generated")["lifecycle"]


def test_generated_value_is_ephemeral() -> None:
    assert "secret_generated" in _secrets().document["ephemeral"]["random_password"]
    assert _secrets().of("random_password") == {}


def test_generated_value_has_the_configured_length() -> None:
    assert _secrets().document["ephemeral"]["random_password"]["secret_generated"]["length"] == 48


def test_characters_of_a_password_are_safe_in_a_url() -> None:
    template = alone(lambda stack: ephemeral_password(stack, "x", 32))
    password = template.document["ephemeral"]["random_password"]["x"]
    special = password["override_special"]
    assert special == quote(special, safe="")


@pytest.mark.parametrize("kind", ["lower", "upper", "numeric", "special"])
def test_password_satisfies_the_cloud_sql_password_policy(kind: str) -> None:
    template = alone(lambda stack: ephemeral_password(stack, "x", 32))
    password = template.document["ephemeral"]["random_password"]["x"]
    assert password["special"] is True
    assert password[f"min_{kind}"] >= 1


def test_secret_has_automatic_replication() -> None:
    for secret in _secrets().of("google_secret_manager_secret").values():
        assert secret["replication"] == {"auto": {}}


@pytest.mark.parametrize("protect", [True, False])
def test_secret_is_protected_when_configured(protect: bool) -> None:
    secrets = _secrets(protect=protect).of("google_secret_manager_secret").values()
    assert {secret["deletion_protection"] for secret in secrets} == {protect}


def test_secret_id_contains_the_environment() -> None:
    ids = [secret["secret_id"] for secret in _secrets().of("google_secret_manager_secret").values()]
    assert sorted(ids) == ["grid-test-by-hand", "grid-test-from-variable", "grid-test-generated"]


def test_secrets_raise_key_error_for_an_unlisted_name() -> None:
    with pytest.raises(KeyError):
        alone(lambda stack: Secrets(stack, "x", {})["other"])


@pytest.mark.parametrize("source", ["generated", "variable", "external"])
def test_secret_name_can_be_one_word(source: str) -> None:
    config = {"token": SecretConfig(source=source)}
    template = alone(lambda stack: Secrets(stack, "x", config))
    assert "token" in template.of("google_secret_manager_secret")


def test_generated_values_are_distinct() -> None:
    template = platform("dev", OTHER_DEV)
    users = [user["password_wo"] for user in template.of("google_sql_user").values()]
    versions = template.of("google_secret_manager_secret_version")
    generated = [versions[name]["secret_data_wo"] for name in ("jwt_secret", "app_user")]
    assert len({*users, *generated}) == 4
