"""Monitoring: alert policies, notification channels, SLOs, dashboard and logs."""

from constructs.monitoring.dashboard import Dashboard
from constructs.monitoring.log_sinks import LogSinks
from constructs.monitoring.logs import Logs
from constructs.monitoring.monitoring import Monitoring
from constructs.monitoring.slo import ServiceSlos

__all__ = ["Dashboard", "LogSinks", "Logs", "Monitoring", "ServiceSlos"]
