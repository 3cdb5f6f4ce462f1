"""Tests of the sources of a secret and of their order."""

import pytest

from grid_shared import SecretEmptyError, SecretsConfig, SecretUnavailableError
from tests.services.secrets.conftest import RESOURCE, Harness


def test_get_requests_resource_name_of_the_platform(harness: Harness) -> None:
    assert harness.reader().get() == "first"
    assert harness.manager.requests == [RESOURCE]


def test_environment_variable_precedes_file(harness: Harness) -> None:
    harness.config.mount.mkdir()
    (harness.config.mount / "jwt-secret").write_text("mounted")
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
    harness.config.mount.mkdir()
    (harness.config.mount / "jwt-secret").touch()
    with pytest.raises(SecretEmptyError, match="jwt-secret"):
        harness.reader().get()


def test_unreadable_file_raises_unavailable(harness: Harness) -> None:
    (harness.config.mount / "jwt-secret").mkdir(parents=True)
    with pytest.raises(SecretUnavailableError, match="jwt-secret"):
        harness.reader().get()
    assert harness.manager.requests == []


def test_file_is_read_again_after_ttl(harness: Harness) -> None:
    harness.config.mount.mkdir()
    file = harness.config.mount / "jwt-secret"
    file.write_text("one")
    reader = harness.reader(jitter=0)
    assert reader.get() == "one"
    file.write_text("two")
    assert reader.get() == "one"
    harness.now = harness.config.ttl
    assert reader.get() == "two"


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
