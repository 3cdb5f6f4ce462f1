"""Monitoring, logs, the dashboard and costs of an environment."""

from cdktf_cdktf_provider_google.provider import GoogleProvider
from constructs import Construct
from constructs.base import GridConstruct
from constructs.cost import BillingExport, Budget
from constructs.database import Database
from constructs.monitoring import Dashboard, Logs, LogSinks, Monitoring


class Observability(GridConstruct):
    """Monitoring, logs and costs. The budget notifies the same channels as the alerts."""

    def __init__(
        self, scope: Construct, id_: str, *, database: Database, export_workflow: str | None
    ) -> None:
        """Create the monitoring of `database` and all services; `export_workflow` is the name of
        the workflow that exports the database, if there is one.
        """
        super().__init__(scope, id_)
        config, cost = self.environment.monitoring, self.environment.cost
        monitoring = Monitoring(
            self, "monitoring", config, database=database, export_workflow=export_workflow
        )
        # The Budget API belongs to no project. With a person's own credentials it needs the name of
        # the project that answers for the call, which is `billing_project`; to send it for every
        # other resource too would need more permissions. The provider exists without a budget too:
        # Terraform deletes a budget with the provider that created it.
        billing = GoogleProvider(
            self,
            "billing",
            alias="billing",
            project=self.names.project_id,
            billing_project=self.names.project_id,
            user_project_override=True,
        )
        if cost:
            channels = monitoring.channels
            Budget(self, "budget", cost, billing=billing, notification_channels=channels)
        self._billing_export = None
        if cost and cost.export:
            self._billing_export = BillingExport(self, "billing-export", cost.export)
        logs = Logs(self, "logs", config.logs)
        LogSinks(self, "log-sinks", config.logs)
        self._dashboard = None
        if config.dashboard:
            self._dashboard = Dashboard(self, "dashboard", slos=monitoring.slos, logs=logs)
        self._monitoring = monitoring

    @property
    def monitoring(self) -> Monitoring:
        """Alerts, objectives and the uptime check."""
        return self._monitoring

    @property
    def dashboard(self) -> Dashboard | None:
        """The dashboard; None where the environment has none."""
        return self._dashboard

    @property
    def billing_export(self) -> BillingExport | None:
        """The datasets of the billing export; None where the environment has none."""
        return self._billing_export
