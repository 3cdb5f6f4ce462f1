"""Alerts as data, and the one builder of alert policies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cdktf_cdktf_provider_google.monitoring_alert_policy import (
    MonitoringAlertPolicy,
    MonitoringAlertPolicyAlertStrategy as Strategy,
    MonitoringAlertPolicyConditions as Conditions,
    MonitoringAlertPolicyConditionsConditionPrometheusQueryLanguage as PromQL,
    MonitoringAlertPolicyConditionsConditionThreshold as ConditionThreshold,
    MonitoringAlertPolicyConditionsConditionThresholdAggregations as Aggregations,
    MonitoringAlertPolicyDocumentation as Documentation,
    MonitoringAlertPolicyDocumentationLinks as Link,
)
from constructs.base import GridConstruct
from constructs.dependencies import Dependencies
from constructs.monitoring.channels import Channels

from environments.schema import MonitoringConfig

RUNBOOKS = "docs/runbooks"
"""Folder of the runbooks in this repository."""

Severity = Literal["CRITICAL", "ERROR", "WARNING"]
"""CRITICAL: users notice, wake somebody. ERROR: today. WARNING: this week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregation:
    """Aggregation of the time series that a threshold compares."""

    aligner: str
    """Makes one point of all points in a period, in each series."""
    reducer: str | None = None
    """Makes one series of several; without it each is compared by itself."""
    by: tuple[str, ...] = ()
    """Labels that stay apart, such as `resource.label.service_name`."""
    seconds: int = 60
    """The period; 60 is the shortest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A condition that compares time series with a number."""

    title: str
    """What is so while the condition holds."""
    filter: str
    """Cloud Monitoring filter, or a selector such as `select_slo_burn_rate`."""
    value: float
    """The number."""
    below: bool = False
    """Hold below the number and not above it."""
    seconds: int = 0
    """How long it must be so; whole minutes."""
    aggregation: Aggregation | None = None
    """None for a selector, which aggregates itself."""
    missing_data: Literal["ACTIVE", "INACTIVE"] | None = None
    """What no data means: that it is still so, or no longer. None keeps the last known state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A condition in PromQL: it holds for each time series that the query returns."""

    title: str
    """What is so while the condition holds."""
    query: str
    """PromQL with Cloud Monitoring's metrics: the first / of a metric type becomes a colon, and
    every other special character an underscore. Source: "Mapping Cloud Monitoring metrics"."""
    seconds: int = 0
    """How long it must be so."""
    every: int = 60
    """Seconds between two evaluations, a multiple of 30."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A condition that somebody must be notified of."""

    id: str
    """Construct id, the name in the Terraform address."""
    title: str
    """What is wrong, in a line."""
    meaning: str
    """What it means, for somebody who reads the notification; Markdown."""
    runbook: str
    """What to do: a page of `RUNBOOKS`, without its folder and `.md`."""
    severity: Severity
    """The notification channels: CRITICAL uses the pager too."""
    conditions: Sequence[Threshold | Query]
    """One to six. Source: provider doc google_monitoring_alert_policy, `conditions`."""
    combiner: Literal["AND", "OR"] = "OR"
    """Whether one condition is enough, or all must hold at once."""
    depends_on: Dependencies = ()
    """What it watches, where it is ours and no reference names it."""


def alert_policy(
    scope: GridConstruct,
    alert: Alert,
    config: MonitoringConfig,
    *,
    channels: Channels,
) -> MonitoringAlertPolicy:
    """Create the alert policy of an alert. It waits for the API by way of its channels.

    It has no limit on the rate of notifications: the API takes one only for conditions on logs.
    Source: provider doc google_monitoring_alert_policy, `notification_rate_limit`.
    """
    links = [Link(display_name="Runbook", url=f"{config.runbooks_url}/{alert.runbook}.md")]
    return MonitoringAlertPolicy(
        scope,
        alert.id,
        display_name=f"{scope.names.title}: {alert.title}",
        combiner=alert.combiner,
        severity=alert.severity,
        conditions=[_condition(condition) for condition in alert.conditions],
        documentation=Documentation(
            content=f"{alert.meaning}\n\nRunbook: `{RUNBOOKS}/{alert.runbook}.md`",
            links=links if config.runbooks_url else None,
        ),
        notification_channels=channels.of(page=alert.severity == "CRITICAL"),
        alert_strategy=Strategy(auto_close=f"{config.alerts.auto_close_seconds}s"),
        depends_on=alert.depends_on or None,
    )


def _condition(condition: Threshold | Query) -> Conditions:
    if isinstance(condition, Query):
        return Conditions(
            display_name=condition.title,
            condition_prometheus_query_language=PromQL(
                query=condition.query,
                duration=f"{condition.seconds}s",
                evaluation_interval=f"{condition.every}s",
                # In a new project nothing has written to the metric yet, and Cloud Monitoring would
                # reject the query. Source: Monitoring REST, PrometheusQueryLanguageCondition.
                disable_metric_validation=True,
            ),
        )
    missing = condition.missing_data
    return Conditions(
        display_name=condition.title,
        condition_threshold=ConditionThreshold(
            filter=condition.filter,
            comparison="COMPARISON_LT" if condition.below else "COMPARISON_GT",
            threshold_value=condition.value,
            duration=f"{condition.seconds}s",
            aggregations=[_aggregations(condition.aggregation)] if condition.aggregation else None,
            evaluation_missing_data=f"EVALUATION_MISSING_DATA_{missing}" if missing else None,
        ),
    )


def _aggregations(aggregation: Aggregation) -> Aggregations:
    return Aggregations(
        alignment_period=f"{aggregation.seconds}s",
        per_series_aligner=aggregation.aligner,
        cross_series_reducer=aggregation.reducer,
        group_by_fields=list(aggregation.by) or None,
    )
