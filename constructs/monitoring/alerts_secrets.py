"""Alert on secrets that are due for rotation."""

from collections.abc import Iterator

from constructs.monitoring.alert import Aggregation, Alert, Threshold
from constructs.security.rotation import TOPIC

from environments.naming import Names
from environments.schema import Environment


def alerts(environment: Environment) -> Iterator[Alert]:
    """Yield the alert where a secret has `rotation_days`. Secret Manager publishes nothing else to
    the topic but what happens to these secrets, and their changes are the answer to the alert.
    """
    if not any(secret.rotation_days for secret in environment.secrets.values()):
        return
    yield Alert(
        id="secret_rotation",
        title="a secret is due for rotation",
        meaning="Secret Manager published to the topic of secrets that are due for rotation, or "
        "somebody changed one of them.",
        runbook="secret-rotation",
        severity="WARNING",
        conditions=[
            Threshold(
                title="Messages of Secret Manager",
                filter='resource.type = "pubsub_topic" AND '
                'metric.type = "pubsub.googleapis.com/topic/send_message_operation_count" AND '
                f'resource.label.topic_id = "{Names.of(environment).topic(TOPIC)}"',
                value=0,
                aggregation=Aggregation(aligner="ALIGN_DELTA", reducer="REDUCE_SUM"),
                missing_data="INACTIVE",
            )
        ],
    )
