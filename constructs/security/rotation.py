"""Notifications of secrets that are due for rotation."""

from dataclasses import dataclass

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.data_google_project import DataGoogleProject
from cdktf_cdktf_provider_google.pubsub_topic import PubsubTopic
from cdktf_cdktf_provider_google.pubsub_topic_iam_member import PubsubTopicIamMember
from cdktf_cdktf_provider_google.secret_manager_secret import (
    SecretManagerSecret,
    SecretManagerSecretTopics,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.dependencies import Dependencies
from constructs.lifecycle import replaced_with

TOPIC = "secret-rotation"
"""Purpose of the topic, in its name."""
_DAY = 86400
_HOURS = 24


class RotationTopic(GridConstruct):
    """The topic that Secret Manager publishes to when a secret is due for rotation, by its service
    agent, which must exist: docs/security.md, "Rotate secrets".
    """

    APIS = ("pubsub", "secretmanager")

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        project = DataGoogleProject(self, "rotating", project_id=self.names.project_id)
        topic = PubsubTopic(
            self,
            "secret_rotation",
            name=self.names.topic(TOPIC),
            depends_on=self.apis(*self.APIS),
        )
        self._grant = PubsubTopicIamMember(
            topic,
            "secret_rotation",
            topic=topic.name,
            role="roles/pubsub.publisher",
            member=f"serviceAccount:service-{project.number}"
            "@gcp-sa-secretmanager.iam.gserviceaccount.com",
            lifecycle=replaced_with(topic),
        )
        self._id = topic.id

    @property
    def ready(self) -> Dependencies:
        """What a secret waits for before it names the topic: Secret Manager publishes at once."""
        return [self._grant]

    def notify(self, secret: SecretManagerSecret, days: int) -> None:
        """Have Secret Manager publish after so many days, again and again.

        It moves the next time on by itself, so Terraform sets the first one only.
        """
        secret.put_topics([SecretManagerSecretTopics(name=self._id)])
        secret.put_rotation(
            rotation_period=f"{days * _DAY}s",
            next_rotation_time=f'${{timeadd(plantimestamp(), "{days * _HOURS}h")}}',
        )
        secret.lifecycle = TerraformResourceLifecycle(
            ignore_changes=["rotation[0].next_rotation_time"]
        )


@dataclass(frozen=True, slots=True)
class Rotation:
    """When and where Secret Manager notifies that a value is due for rotation."""

    topic: RotationTopic
    """The topic that it publishes to."""
    days: int
    """Days between two notifications."""
