"""Notifications of secrets that are due for rotation."""

from functools import cache
from typing import Any

from constructs.security import Secrets

from environments.schema import SecretConfig
from tests.template import Template, alone
from tests.unit.parts import platform

AGENT = "serviceAccount:service-${data.google_project.rotating.number}@gcp-sa-secretmanager.iam."


@cache
def _template(days: int | None) -> Template:
    secrets = {
        "plain": SecretConfig(source="generated"),
        "rotated": SecretConfig(source="generated", rotation_days=days),
    }
    return alone(lambda stack: Secrets(stack, "secrets", secrets))


def _secret(name: str) -> Any:
    return _template(90).get(f"google_secret_manager_secret.{name}")


def test_secret_is_due_after_its_days_again_and_again() -> None:
    rotation = _secret("rotated")["rotation"]
    assert rotation["rotation_period"] == f"{90 * 86400}s"
    assert rotation["next_rotation_time"] == '${timeadd(plantimestamp(), "2160h")}'


def test_terraform_ignores_the_next_time_which_secret_manager_moves_on() -> None:
    assert _secret("rotated")["lifecycle"] == {"ignore_changes": ["rotation[0].next_rotation_time"]}


def test_secret_waits_for_the_grant_on_its_topic() -> None:
    secret = _secret("rotated")
    assert secret["topics"] == [{"name": "${google_pubsub_topic.secret_rotation.id}"}]
    assert "google_pubsub_topic_iam_member.secret_rotation" in secret["depends_on"]
    grant = _template(90).one("google_pubsub_topic_iam_member")
    assert grant["role"] == "roles/pubsub.publisher"
    assert grant["member"].startswith(AGENT)


def test_other_secrets_notify_nobody() -> None:
    assert not {"rotation", "topics"} & _secret("plain").keys()
    assert _template(None).of("google_pubsub_topic") == {}


def test_rotation_writes_no_new_value() -> None:
    before, after = (
        _template(days).get("google_secret_manager_secret_version.rotated") for days in (None, 90)
    )
    assert before["secret_data_wo_version"] == after["secret_data_wo_version"]


def test_alert_exists_only_where_a_secret_is_rotated() -> None:
    rotated = platform("dev", {"secrets.jwt-secret.rotation_days": 30})
    [condition] = rotated.get("google_monitoring_alert_policy.secret_rotation")["conditions"]
    assert '"grid-dev-secret-rotation"' in condition["condition_threshold"]["filter"]
    assert rotated.one("google_pubsub_topic")["name"] == "grid-dev-secret-rotation"
    assert "secret_rotation" not in platform("dev").of("google_monitoring_alert_policy")
