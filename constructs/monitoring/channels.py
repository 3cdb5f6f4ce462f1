"""Notification channels."""

from cdktf_cdktf_provider_google.monitoring_notification_channel import (
    MonitoringNotificationChannel,
)
from constructs import Construct
from constructs.base import GridConstruct

from environments.schema import MonitoringConfig


class Channels(GridConstruct):
    """E-mail for everything, and PagerDuty for what cannot wait.

    The PagerDuty channel is created manually and named by its number: one that Terraform makes
    keeps its key in the state, since the provider 6.50.0 has no write-only argument for it.
    """

    APIS = ("monitoring",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: MonitoringConfig,
    ) -> None:
        super().__init__(scope, id_)
        email = MonitoringNotificationChannel(
            self,
            "email",
            display_name=f"{self.names.title} alerts",
            type="email",
            labels={"email_address": config.alert_email},
            depends_on=self.apis("monitoring"),
        )
        self._email, self._pager = email.name, config.pagerduty_channel
        self._folder = f"projects/{self.names.project_id}/notificationChannels"

    def of(self, *, page: bool) -> list[str]:
        """Resource names of the channels for an alert that must, or must not, wake somebody."""
        pager = [f"{self._folder}/{self._pager}"] if page and self._pager else []
        return [self._email, *pager]
