"""Notification channels, SLOs, and thresholds of alerts."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from environments.schema.base import Expected, Section, between
from facts import monitoring

Email = Annotated[
    str,
    StringConstraints(pattern=r"^[^@\s]+@([a-z0-9-]+\.)+[a-z]{2,}$", max_length=254),
    Expected("an e-mail address, such as oncall@example.com"),
]
ChannelId = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]+$"),
    Expected("the number of a notification channel, in quotes: the end of its resource name"),
]
BaseUrl = Annotated[
    str,
    StringConstraints(pattern=r"^https://[^\s?#]+[^\s/?#]$"),
    Expected("an address that begins with https:// and has no / at the end"),
]
Percent = Annotated[float, Field(gt=0, le=100), Expected("a percentage above 0, at most 100")]
Goal = Annotated[float, Field(ge=94, le=99.9), Expected("a percentage from 94 to 99.9")]
"""A service level objective's goal. At most 99.9: provider doc google_monitoring_slo, `goal`. At
least 94: below, the fast alert on the budget (14.4 times too fast) could never fire."""
SinkDestination = Annotated[
    str,
    StringConstraints(
        pattern=r"^(storage\.googleapis\.com/[a-z0-9._-]+"
        r"|pubsub\.googleapis\.com/projects/[^/\s]+/topics/[^/\s]+"
        r"|bigquery\.googleapis\.com/projects/[^/\s]+/datasets/[^/\s]+"
        r"|logging\.googleapis\.com/projects/[^/\s]+(/locations/[^/\s]+/buckets/[^/\s]+)?)$"
    ),
    Expected(
        "the destination of a sink, such as "
        "logging.googleapis.com/projects/security-example/locations/global/buckets/audit"
    ),
]
"""Source: provider doc google_logging_project_sink, `destination`."""
WholeMinutes = Annotated[
    int,
    Field(ge=0, le=84600, multiple_of=60),
    Expected("seconds in whole minutes, from 0 to 84600"),
]
"""Source: provider doc google_monitoring_alert_policy, `duration`; 23.5 h is the API's most."""


class SloConfig(Section):
    """Service level objectives of a service: what its users may rely on."""

    availability_percent: Goal = 99.5
    """Share of the requests that are not answered with 5xx; what is left is the error budget."""
    latency_ms: Annotated[int, Field(ge=1)] = 1000
    """A fast answer takes at most this long, in milliseconds, and the alert on latency compares
    with it. The architecture spec has one second; a service that waits for a model needs more."""
    latency_percent: Goal = 95
    """Share of fast answers: the architecture spec's 95th percentile, as an objective."""
    rolling_days: Annotated[int, Field(ge=1, le=30)] = 28
    """Days that both objectives look back; four weeks have the same weekdays, always."""


class UptimeConfig(Section):
    """The check of the API's host from Google's probers around the world. It asks for the health
    path of the service that takes the default route.
    """

    period_seconds: Literal[60, 300, 600, 900] = 60
    """Time between two checks of one prober."""
    timeout_seconds: Annotated[int, Field(ge=1, le=60)] = 10
    """Longest time for an answer."""


class AlertsConfig(Section):
    """Where the alerts draw the line. Durations are how long it is crossed before an alert;
    those that are not here stand with their reasons in `constructs/monitoring/`.
    """

    error_percent: Percent = 1
    """Share of a service's requests, over five minutes, that may be answered with 5xx."""
    error_seconds: WholeMinutes = 60
    """How long the share of errors is too high."""
    least_requests_per_second: Annotated[float, Field(ge=0)] = 0.1
    """Below this rate neither errors nor a burning budget cause an alert: one failure of three
    requests is 33 %, and says nothing."""
    latency_seconds: WholeMinutes = 300
    """How long the 95th percentile is above a service's `slo.latency_ms`."""
    instances_percent: Percent = 80
    """Share of a service's `max_instances`, in one region, that may be in use."""
    database_cpu_percent: Percent = 80
    """Share of the database's CPU."""
    database_memory_percent: Percent = 90
    """Share of the database's memory; PostgreSQL is meant to use most of it."""
    database_disk_percent: Percent = 80
    """Share of `database.disk_limit_gb`, where the disk stops growing."""
    database_connections_percent: Percent = 80
    """Share of `database.max_connections`."""
    replica_lag_seconds: Annotated[int, Field(ge=1)] = 60
    """How far a read replica may be behind."""
    cache_memory_percent: Percent = 80
    """Share of the memory of a Redis instance, its own overhead included."""
    auto_close_seconds: Annotated[int, between(monitoring.auto_close_range_seconds())] = 86400
    """Time without data after which an incident closes by itself; 30 minutes to 7 days."""


class LogArchiveConfig(Section):
    """The bucket that Cloud Logging writes all log entries to, in the primary region."""

    retention_days: Annotated[int, Field(ge=1, le=3650)] = 400
    """Days that an object can be neither deleted nor overwritten; then it is deleted."""
    locked: bool = False
    """Lock the retention (CIS 2.3). Nobody can shorten or remove it then, nor delete the bucket
    while it has objects."""


class LogSinkConfig(Section):
    """A sink of log entries to another project. Its owner grants the sink's writer identity access
    (docs/security.md, "Logs in another project").
    """

    destination: SinkDestination
    """Log bucket, Cloud Storage bucket, Pub/Sub topic, BigQuery dataset, or project."""
    filter: str = ""
    """Which entries, in the Logging query language; all without it."""


class LogsConfig(Section):
    """Cloud Logging."""

    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days that the bucket `_Default` keeps log entries."""
    data_access_audit: bool = True
    """Audit logs of who reads secrets and calls the Cloud SQL Admin API."""
    all_services_audit: bool = False
    """Audit logs of who reads and writes data of any service (CIS 2.1). Each read of an object is
    an entry, and Cloud Logging bills by size."""
    audit_alerts: bool = True
    """Alerts on changes of owners, audit logs, custom roles, firewall rules, routes, networks,
    grants on buckets and database instances (CIS 2.4 to 2.11)."""
    archive: LogArchiveConfig | None = None
    """A bucket for all log entries (CIS 2.2); none without this key."""
    sink: LogSinkConfig | None = None
    """Where log entries also go, such as a project of the security team; nowhere without it."""


class MonitoringConfig(Section):
    """Alerts, service level objectives, the dashboard and the logs."""

    alert_email: Email
    """Every alert is sent here."""
    pagerduty_channel: ChannelId | None = None
    """Number of a PagerDuty notification channel, created manually so that its key is not in the
    state (docs/decisions/0012-monitoring.md). Critical alerts are sent there too."""
    runbooks_url: BaseUrl | None = None
    """Where `docs/runbooks/` can be read, such as its folder in a repository; alerts link to it.
    Without it they name the file."""
    uptime: UptimeConfig = UptimeConfig()
    """The check of the API from outside."""
    alerts: AlertsConfig = AlertsConfig()
    """Thresholds."""
    dashboard: bool = True
    """Make the dashboard."""
    logs: LogsConfig = LogsConfig()
    """Retention and audit logs."""
