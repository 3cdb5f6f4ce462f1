"""Monitoring: who is told of what, and what the services promise."""

from constructs.monitoring.monitoring import Monitoring
from constructs.monitoring.slo import ServiceSlos

__all__ = ["Monitoring", "ServiceSlos"]
