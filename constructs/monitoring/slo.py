"""Service level objectives of a service, and the alerts on how fast their budgets burn."""

from collections.abc import Iterator

from cdktf_cdktf_provider_google.monitoring_custom_service import MonitoringCustomService
from cdktf_cdktf_provider_google.monitoring_slo import (
    MonitoringSlo,
    MonitoringSloRequestBasedSli as RequestBasedSli,
    MonitoringSloRequestBasedSliDistributionCut as DistributionCut,
    MonitoringSloRequestBasedSliDistributionCutRange as Range,
    MonitoringSloRequestBasedSliGoodTotalRatio as GoodTotalRatio,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.monitoring.alert import Aggregation, Alert, Severity, Threshold
from constructs.monitoring.filters import cloud_run

from environments.naming import identifier
from environments.schema import AlertsConfig, SloConfig

BURNS: tuple[tuple[str, float, int, int, Severity], ...] = (
    ("fast", 14.4, 3600, 300, "CRITICAL"),
    ("slow", 6, 21600, 1800, "ERROR"),
)
"""Name, rate, long and short window in seconds, and severity. 14.4 for an hour takes 2 % of the
budget of 30 days, 6 for six hours takes 5 %. The short window ends the alert after the errors.
Source: Google, "The Site Reliability Workbook", chapter 5, Alerting on SLOs."""


class ServiceSlos(GridConstruct):
    """Availability and latency of one service, all its regions together.

    A service of Cloud Monitoring's own kind for Cloud Run is one service in one location, so this
    is a custom service, with objectives on Cloud Run's metrics of the service's name.
    """

    APIS = ("monitoring",)

    def __init__(self, scope: Construct, id_: str, config: SloConfig) -> None:
        """Make the objectives of the service named `id_`."""
        super().__init__(scope, id_)
        self._service, name = id_, identifier(id_)
        self._cloud_run_service = self.names.service(id_)
        self._requests = requests = cloud_run("request_count", self._cloud_run_service)
        service = MonitoringCustomService(
            self,
            name,
            service_id=self._cloud_run_service,
            display_name=f"{self.names.title} {id_}",
            depends_on=self.apis("monitoring"),
        )
        availability = MonitoringSlo(
            service,
            f"{name}_availability",
            service=service.service_id,
            slo_id="availability",
            display_name=f"{config.availability_percent:g} % of requests without 5xx",
            goal=_share(config.availability_percent),
            rolling_period_days=config.rolling_days,
            request_based_sli=RequestBasedSli(
                good_total_ratio=GoodTotalRatio(
                    good_service_filter=f'{requests} AND metric.label.response_code_class != "5xx"',
                    total_service_filter=requests,
                )
            ),
        )
        latency = MonitoringSlo(
            service,
            f"{name}_latency",
            service=service.service_id,
            slo_id="latency",
            display_name=f"{config.latency_percent:g} % of answers within {config.latency_ms} ms",
            goal=_share(config.latency_percent),
            rolling_period_days=config.rolling_days,
            request_based_sli=RequestBasedSli(
                distribution_cut=DistributionCut(
                    distribution_filter=cloud_run("request_latencies", self._cloud_run_service),
                    range=Range(max=config.latency_ms),
                )
            ),
        )
        self._availability, self._latency = availability.name, latency.name

    @property
    def service(self) -> str:
        """Name of the service in the environment file."""
        return self._service

    @property
    def cloud_run_service(self) -> str:
        """Name of the Cloud Run service, in every region."""
        return self._cloud_run_service

    @property
    def availability(self) -> str:
        """Resource name of the objective: projects/…/services/…/serviceLevelObjectives/…."""
        return self._availability

    @property
    def latency(self) -> str:
        """Resource name of the objective, likewise."""
        return self._latency

    def alerts(self, config: AlertsConfig) -> Iterator[Alert]:
        """Yield a fast and a slow burn alert for each SLO. They need a minimum of requests: one
        failure of a few requests burns much of a budget.
        """
        for what, objective in (("availability", self._availability), ("latency", self._latency)):
            for speed, rate, long, short, severity in BURNS:
                yield Alert(
                    id=f"{identifier(self._service)}_{what}_{speed}_burn",
                    title=f"{self._service} burns its {what} budget, {speed}",
                    meaning=f"Service `{self._service}` uses up its error budget of {what} "
                    f"{rate:g} times as fast as its objective allows.",
                    runbook=f"slo-{what}",
                    severity=severity,
                    combiner="AND",
                    conditions=[
                        _burn(objective, rate, long),
                        _burn(objective, rate, short),
                        Threshold(
                            title=f"Requests > {config.least_requests_per_second:g}/s",
                            filter=self._requests,
                            value=config.least_requests_per_second,
                            aggregation=Aggregation(
                                aligner="ALIGN_RATE", reducer="REDUCE_SUM", seconds=short
                            ),
                        ),
                    ],
                )


def _burn(objective: str, rate: float, seconds: int) -> Threshold:
    return Threshold(
        title=f"Burn rate over {seconds // 60} min > {rate:g}",
        filter=f'select_slo_burn_rate("{objective}", "{seconds}s")',
        value=rate,
    )


def _share(percent: float) -> float:
    """Convert a percentage to a share of 1, without the rounding error of a float division."""
    return round(percent / 100, 9)
