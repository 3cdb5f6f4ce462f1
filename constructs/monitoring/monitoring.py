"""The room: channels, the uptime check, objectives, and every alert."""

from collections.abc import Mapping, Sequence

from constructs import Construct
from constructs.database import Database
from constructs.dependencies import Dependencies
from constructs.monitoring import alerts_cache, alerts_database, alerts_services
from constructs.monitoring.ai_tokens import AiTokens
from constructs.monitoring.alert import alert_policy
from constructs.monitoring.backups import Backups
from constructs.monitoring.channels import Channels
from constructs.monitoring.slo import ServiceSlos
from constructs.monitoring.uptime import Target, UptimeCheck

from environments.naming import Names
from environments.schema import Environment


class Monitoring(Construct):
    """What is watched in one environment, and who is told.

    It watches services and caches by name: their metrics exist once they have data, so it waits
    for none of them. The database's instances have random names.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: Environment,
        *,
        database: Database,
        names: Names,
        after: Dependencies,
        logging_after: Dependencies,
        export_workflow: str | None = None,
    ) -> None:
        """Make the monitoring of an environment.

        Args:
            scope: parent.
            id_: construct id.
            config: the environment: its section `monitoring`, and what the alerts compare with.
            database: what its alerts watch.
            names: names of resources.
            after: what must exist first.
            logging_after: what logs-based metrics wait for.
            export_workflow: name of the workflow that exports the database, where there is one.
        """
        super().__init__(scope, id_)
        monitoring = config.monitoring
        channels = Channels(self, "channels", monitoring, names=names, after=after)
        uptime = UptimeCheck(
            self, "uptime", monitoring.uptime, target=_target(config), names=names, after=after
        )
        instances = [f"{names.project_id}:{one}" for one in database.instances]
        backups = Backups(
            self,
            "backups",
            instance=instances[0],
            export_workflow=export_workflow,
            names=names,
            after=logging_after,
        )
        AiTokens(self, "ai-tokens", after=after)
        self._channels = channels.of(page=False)
        self._uptime_check = uptime.id
        self._slos = {
            name: ServiceSlos(
                Construct(self, f"{name}_slos"), name, service.slo, names=names, after=after
            )
            for name, service in config.services.items()
        }
        alerts = Construct(self, "alerts")
        for alert in (
            uptime.alert,
            *alerts_services.alerts(config.services, monitoring.alerts, names=names),
            *alerts_database.alerts(config.database, monitoring.alerts, instances=instances),
            *alerts_cache.alerts(monitoring.alerts),
            *backups.alerts,
            *(one for slos in self._slos.values() for one in slos.alerts(monitoring.alerts)),
        ):
            alert_policy(alerts, alert, monitoring, channels=channels, names=names)

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


def _target(config: Environment) -> Target:
    """The health path of the service that takes the default route, which one service does."""
    [service] = [one for one in config.services.values() if one.route and one.route.default]
    return Target(host=config.domain.api_host, path=service.probes.path)
