"""Tests of the sources of a secret and of their order."""

from pathlib import Path

import pytest

from grid_shared import SecretEmptyError, SecretsConfig, SecretUnavailableError, read_mounted
from tests.services.secrets.conftest import RESOURCE, Harness


def mount(harness: Harness, value: str, variable: str = "JWT_SECRET") -> Path:
    """Mount a secret as the platform does, and return its file."""
    file = harness.config.mount / variable / "value"
    file.parent.mkdir(parents=True)
    file.write_text(value)
    return file


def test_get_requests_resource_name_of_the_platform(harness: Harness) -> None:
    assert harness.reader().get() == "first"
    assert harness.manager.requests == [RESOURCE]


def test_environment_variable_precedes_file(harness: Harness) -> None:
    mount(harness, "mounted")
    reader = harness.reader()
    assert reader.get() == "mounted"
    harness.environ["JWT_SECRET"] = "injected"  # noqa: S105
    assert reader.get() == "injected"
    assert harness.manager.requests == []


def test_environment_variable_name_can_be_configured(harness: Harness) -> None:
    harness.environ["OPENAI_API_KEY"] = "injected"
    assert (
        harness.reader(variables={"openai-key": "OPENAI_API_KEY"}).get("openai-key") == "injected"
    )


def test_numbered_version_is_read_from_secret_manager(harness: Harness) -> None:
    harness.environ["JWT_SECRET"] = "injected"  # noqa: S105
    harness.manager.versions[RESOURCE.replace("latest", "3")] = b"third"
    assert harness.reader().get(version="3") == "third"


def test_empty_variable_raises(harness: Harness) -> None:
    harness.environ["JWT_SECRET"] = ""
    with pytest.raises(SecretEmptyError, match="JWT_SECRET"):
        harness.reader().get()
    assert harness.manager.requests == []


def test_empty_file_raises(harness: Harness) -> None:
    mount(harness, "")
    with pytest.raises(SecretEmptyError, match="JWT_SECRET/value"):
        harness.reader().get()


def test_unreadable_file_raises_unavailable(harness: Harness) -> None:
    harness.config.file("jwt-secret").mkdir(parents=True)
    with pytest.raises(SecretUnavailableError, match="JWT_SECRET/value"):
        harness.reader().get()
    assert harness.manager.requests == []


def test_file_is_read_again_after_ttl(harness: Harness) -> None:
    file = mount(harness, "one")
    reader = harness.reader(jitter=0)
    assert reader.get() == "one"
    file.write_text("two")
    assert reader.get() == "one"
    harness.now = harness.config.ttl
    assert reader.get() == "two"


def test_file_of_a_variable_with_another_name_is_read(harness: Harness) -> None:
    mount(harness, "mounted", "OPENAI_API_KEY")
    variables = {"openai-key": "OPENAI_API_KEY"}
    assert harness.reader(variables=variables).get("openai-key") == "mounted"


def test_mounted_secrets_are_read_by_variable(harness: Harness) -> None:
    assert read_mounted(harness.config.mount) == {}
    mount(harness, "one")
    mount(harness, "two", "DATABASE_URL")
    (harness.config.mount / "a-file").touch()
    assert read_mounted(harness.config.mount) == {"DATABASE_URL": "two", "JWT_SECRET": "one"}


def test_config_is_read_from_environment() -> None:
    config = SecretsConfig.from_environment({"GOOGLE_CLOUD_PROJECT": "p", "APP_ENV": "dev"})
    assert config.resource("jwt-secret", "latest") == RESOURCE


@pytest.mark.parametrize("missing", ["GOOGLE_CLOUD_PROJECT", "APP_ENV"])
def test_config_raises_when_variable_is_missing(missing: str) -> None:
    environ = {"GOOGLE_CLOUD_PROJECT": "p", "APP_ENV": "dev"} | {missing: ""}
    with pytest.raises(ValueError, match=missing):
        SecretsConfig.from_environment(environ)


@pytest.mark.parametrize(
    "wrong", [{"ttl": 0}, {"stale": -1}, {"jitter": 1}, {"most": 0}, {"project": ""}]
)
def test_config_rejects_value_out_of_range(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SecretsConfig(**({"project": "p"} | wrong))  # type: ignore[arg-type]
