"""Where a secret is looked for, and in which order."""

import pytest

from grid_shared import SecretEmptyError, SecretsConfig, SecretUnavailableError
from tests.services.secrets.conftest import RESOURCE, World


def test_secret_manager_is_asked_by_the_name_that_the_platform_gives(world: World) -> None:
    assert world.reader().get() == "first"
    assert world.manager.asked == [RESOURCE]


def test_an_injected_secret_comes_first(world: World) -> None:
    world.config.mount.mkdir()
    (world.config.mount / "jwt-secret").write_text("mounted")
    reader = world.reader()
    assert reader.get() == "mounted"
    world.environ["JWT_SECRET"] = "injected"  # noqa: S105
    assert reader.get() == "injected"
    assert world.manager.asked == []


def test_a_variable_of_another_name(world: World) -> None:
    world.environ["OPENAI_API_KEY"] = "injected"
    assert world.reader(variables={"openai-key": "OPENAI_API_KEY"}).get("openai-key") == "injected"


def test_a_numbered_version_is_only_in_secret_manager(world: World) -> None:
    world.environ["JWT_SECRET"] = "injected"  # noqa: S105
    world.manager.versions[RESOURCE.replace("latest", "3")] = b"third"
    assert world.reader().get(version="3") == "third"


def test_an_empty_variable_is_an_error_and_not_passed_over(world: World) -> None:
    world.environ["JWT_SECRET"] = ""
    with pytest.raises(SecretEmptyError, match="JWT_SECRET"):
        world.reader().get()
    assert world.manager.asked == []


def test_an_empty_file_is_an_error(world: World) -> None:
    world.config.mount.mkdir()
    (world.config.mount / "jwt-secret").touch()
    with pytest.raises(SecretEmptyError, match="jwt-secret"):
        world.reader().get()


def test_a_file_that_cannot_be_read_is_no_missing_secret(world: World) -> None:
    (world.config.mount / "jwt-secret").mkdir(parents=True)
    with pytest.raises(SecretUnavailableError, match="jwt-secret"):
        world.reader().get()
    assert world.manager.asked == []


def test_a_mounted_file_is_read_again_after_its_ttl(world: World) -> None:
    world.config.mount.mkdir()
    file = world.config.mount / "jwt-secret"
    file.write_text("one")
    reader = world.reader(jitter=0)
    assert reader.get() == "one"
    file.write_text("two")
    assert reader.get() == "one"
    world.now = world.config.ttl
    assert reader.get() == "two"


def test_the_configuration_of_a_container() -> None:
    config = SecretsConfig.from_environment({"GOOGLE_CLOUD_PROJECT": "p", "APP_ENV": "dev"})
    assert config.resource("jwt-secret", "latest") == RESOURCE


@pytest.mark.parametrize("missing", ["GOOGLE_CLOUD_PROJECT", "APP_ENV"])
def test_a_container_without_what_the_platform_sets(missing: str) -> None:
    environ = {"GOOGLE_CLOUD_PROJECT": "p", "APP_ENV": "dev"} | {missing: ""}
    with pytest.raises(ValueError, match=missing):
        SecretsConfig.from_environment(environ)


@pytest.mark.parametrize(
    "wrong", [{"ttl": 0}, {"stale": -1}, {"jitter": 1}, {"most": 0}, {"project": ""}]
)
def test_limits_of_the_configuration(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SecretsConfig(**({"project": "p"} | wrong))  # type: ignore[arg-type]
