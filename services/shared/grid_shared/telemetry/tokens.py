"""The metric of the tokens of language models."""

from typing import Literal

from opentelemetry.metrics import MeterProvider

Operation = Literal["prompt", "completion", "embedding"]
"""What was counted."""


class AiTokens:
    """Counter of tokens, `custom.googleapis.com/ai/tokens` in Cloud Monitoring.

    It has no label for the user: users are unbounded and personal data.
    """

    def __init__(self, meters: MeterProvider) -> None:
        meter = meters.get_meter("grid_shared.telemetry")
        self._counter = meter.create_counter("ai/tokens", "{token}", "Tokens of language models")

    def add(self, tokens: int, *, model: str, operation: Operation) -> None:
        """Count the tokens of a call."""
        self._counter.add(tokens, {"model": model, "operation": operation})
