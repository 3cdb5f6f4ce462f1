"""Monitoring of an environment: channels, the uptime check, SLOs and every alert."""

from collections.abc import Mapping, Sequence

from constructs import Construct
from constructs.base import GridConstruct
from constructs.database import Database
from constructs.monitoring import alerts_cache, alerts_database, alerts_secrets, alerts_services
from constructs.monitoring.alert import alert_policy
from constructs.monitoring.audit_alerts import AuditAlerts
from constructs.monitoring.backups import BackupAlerts
from constructs.monitoring.channels import Channels
from constructs.monitoring.custom_metrics import CustomMetrics
from constructs.monitoring.slo import ServiceSlos
from constructs.monitoring.splitting import split_alert
from constructs.monitoring.uptime import Target, UptimeCheck

from environments.schema import Environment, MonitoringConfig


class Monitoring(GridConstruct):
    """Channels, the uptime check, SLOs and alert policies of one environment.

    It watches services and caches by name: their metrics exist once they have data, so it waits
    for none of them. The database's instances have random names.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: MonitoringConfig,
        *,
        database: Database,
        export_workflow: str | None = None,
    ) -> None:
        """Create the monitoring of every service and of `database`; `export_workflow` is the name
        of the workflow that exports the database, if there is one.
        """
        super().__init__(scope, id_)
        environment = self.environment
        channels = Channels(self, "channels", config)
        uptime = UptimeCheck(self, "uptime", config.uptime, target=_target(environment))
        instances = [f"{self.names.project_id}:{name}" for name in database.instances]
        backups = BackupAlerts(
            self, "backups", instance=instances[0], export_workflow=export_workflow
        )
        metrics = CustomMetrics(self, "metrics")
        audit = None
        if config.logs.audit_alerts:
            audit = AuditAlerts(self, "audit-alerts", environment.ci)
        self._channels = channels.of(page=False)
        self._uptime_check = uptime.id
        self._slos = {
            name: ServiceSlos(GridConstruct(self, f"{name}_slos"), name, service.slo)
            for name, service in environment.services.items()
        }
        alerts = GridConstruct(self, "alerts")
        for alert in (
            uptime.alert,
            *alerts_services.alerts(environment),
            *alerts_database.alerts(environment.database, config.alerts, instances=instances),
            *alerts_cache.alerts(config.alerts),
            alerts_cache.disconnected(metrics.descriptors),
            *backups.alerts,
            *(audit.alerts if audit else ()),
            *alerts_secrets.alerts(environment),
            *(alert for slos in self._slos.values() for alert in slos.alerts(config.alerts)),
        ):
            for part in split_alert(alert):
                alert_policy(alerts, part, config, channels=channels)

    @property
    def channels(self) -> Sequence[str]:
        """Resource names of the channels for what need not wake anybody."""
        return self._channels

    @property
    def slos(self) -> Mapping[str, ServiceSlos]:
        """Service level objectives by service."""
        return self._slos

    @property
    def uptime_check(self) -> str:
        """Id of the uptime check of the API."""
        return self._uptime_check


def _target(environment: Environment) -> Target:
    """Return the health path of the service with the default route; exactly one service has it."""
    [service] = [
        service
        for service in environment.services.values()
        if service.route and service.route.default
    ]
    return Target(host=environment.domain.api_host, path=service.probes.path)
