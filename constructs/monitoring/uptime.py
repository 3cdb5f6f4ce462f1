"""The uptime check of the API, and the alert on it."""

from dataclasses import dataclass

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.monitoring_uptime_check_config import (
    MonitoringUptimeCheckConfig,
    MonitoringUptimeCheckConfigHttpCheck as HttpCheck,
    MonitoringUptimeCheckConfigMonitoredResource as MonitoredResource,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.monitoring.alert import Aggregation, Alert, Threshold

from environments.schema import UptimeConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The host and path that the uptime check requests."""

    host: str
    """Host name."""
    path: str
    """Path that answers with 2xx when all is well."""


class UptimeCheck(GridConstruct):
    """A check of one path over HTTPS by Google's probers, through DNS, certificate, load balancer
    and Cloud Armor, as clients do. Each prober has its own address and sends one request per
    period, far below the rate limit, and no WAF rule matches the path.
    """

    APIS = ("monitoring",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: UptimeConfig,
        *,
        target: Target,
    ) -> None:
        super().__init__(scope, id_)
        check = MonitoringUptimeCheckConfig(
            self,
            "api",
            display_name=f"{self.names.title} api",
            period=f"{config.period_seconds}s",
            timeout=f"{config.timeout_seconds}s",
            http_check=HttpCheck(path=target.path, port=443, use_ssl=True, validate_ssl=True),
            monitored_resource=MonitoredResource(
                type="uptime_url", labels={"project_id": self.names.project_id, "host": target.host}
            ),
            log_check_failures=True,
            # Another host is another check, and one that an alert names cannot be deleted.
            # Source: provider, resource_monitoring_uptime_check_config.go.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            depends_on=self.apis("monitoring"),
        )
        self._id, self._host = check.uptime_check_id, target.host

    @property
    def id(self) -> str:
        """Id of the check, which its metrics carry as the label `check_id`."""
        return self._id

    @property
    def alert(self) -> Alert:
        """Two or more probers get no good answer, so it is not the way to one of them."""
        return Alert(
            id="uptime",
            title="API cannot be reached",
            meaning=f"Probers outside Google Cloud get no 2xx answer from `{self._host}`.",
            runbook="uptime",
            severity="CRITICAL",
            conditions=[
                Threshold(
                    title="Failing probers > 1",
                    filter='resource.type = "uptime_url" AND '
                    'metric.type = "monitoring.googleapis.com/uptime_check/check_passed" AND '
                    f'metric.label.check_id = "{self._id}"',
                    value=1,
                    seconds=60,
                    aggregation=Aggregation(
                        aligner="ALIGN_NEXT_OLDER",
                        reducer="REDUCE_COUNT_FALSE",
                        by=("resource.label.project_id", "resource.label.host"),
                        seconds=1200,
                    ),
                )
            ],
        )
