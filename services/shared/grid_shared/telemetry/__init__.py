"""Metrics and traces of a service, sent to Cloud Monitoring and Cloud Trace."""

from grid_shared.telemetry.config import TelemetryConfig
from grid_shared.telemetry.telemetry import Telemetry
from grid_shared.telemetry.tokens import AiTokens, Operation

__all__ = ["AiTokens", "Operation", "Telemetry", "TelemetryConfig"]
