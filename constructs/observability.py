"""What watches an environment: alerts, objectives, logs, the dashboard, and what it costs."""

from cdktf_cdktf_provider_google.provider import GoogleProvider
from constructs import Construct
from constructs.apis import Apis
from constructs.cost import BillingExport, Budget
from constructs.database import Database
from constructs.monitoring import Dashboard, Logs, Monitoring

from environments import Environment
from environments.naming import Names


class Observability(Construct):
    """Monitoring, logs and costs; whom the alerts tell, the budget tells too."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: Environment,
        *,
        database: Database,
        export_workflow: str | None,
        names: Names,
        apis: Apis,
    ) -> None:
        """Make what watches; `export_workflow` is the name of the workflow that exports the
        database, where there is one.
        """
        super().__init__(scope, id_)
        env, protect = config, config.protect
        monitoring = Monitoring(
            self,
            "monitoring",
            env,
            database=database,
            names=names,
            after=[apis["monitoring"]],
            logging_after=[apis["logging"]],
            export_workflow=export_workflow,
        )
        # The Budget API belongs to no project. From a person's own credentials it takes a call
        # only with the project named that answers for it, which `billing_project` does; to name
        # it for every other resource too would ask more permissions of whoever applies. It is
        # there without a budget too: Terraform deletes one with the provider that made it.
        billing = GoogleProvider(
            self,
            "billing",
            alias="billing",
            project=env.project_id,
            billing_project=env.project_id,
            user_project_override=True,
        )
        billing_export = None
        if env.cost:
            Budget(
                self,
                "budget",
                env.cost,
                billing=billing,
                names=names,
                notification_channels=monitoring.channels,
                after=[apis["billingbudgets"]],
            )
            if env.cost.export:
                billing_export = BillingExport(
                    self,
                    "billing-export",
                    env.cost.export,
                    names=names,
                    protect=protect,
                    account_after=[apis["iam"], apis["cloudresourcemanager"]],
                    transfer_after=[apis["bigquerydatatransfer"]],
                    after=[apis["bigquery"]],
                )
        logs = Logs(
            self,
            "logs",
            env.monitoring.logs,
            names=names,
            after=[apis["logging"], apis["cloudresourcemanager"]],
        )
        dashboard = None
        if env.monitoring.dashboard:
            dashboard = Dashboard(
                self,
                "dashboard",
                env,
                slos=monitoring.slos,
                logs=logs,
                names=names,
                after=[apis["monitoring"]],
            )
        self._monitoring, self._dashboard = monitoring, dashboard
        self._billing_export = billing_export

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
