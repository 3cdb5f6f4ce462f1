"""The custom metric that services write for the tokens of language models."""

from cdktf_cdktf_provider_google.monitoring_metric_descriptor import (
    MonitoringMetricDescriptor,
    MonitoringMetricDescriptorLabels as Labels,
)
from constructs import Construct
from constructs.base import GridConstruct

AI_TOKENS = "custom.googleapis.com/ai/tokens"
"""Metric type."""


class AiTokens(GridConstruct):
    """The metric of tokens by model and operation. It has no label for the user: users are
    unbounded and personal data, and belong in the logs.
    """

    APIS = ("monitoring",)

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        MonitoringMetricDescriptor(
            self,
            "ai_tokens",
            type=AI_TOKENS,
            display_name="AI token usage",
            description="Tokens of language models",
            # A gauge keeps one value per series and interval, and loses all others of it.
            metric_kind="CUMULATIVE",
            value_type="INT64",
            unit="{token}",
            labels=[
                Labels(key="model", value_type="STRING", description="Model"),
                Labels(
                    key="operation",
                    value_type="STRING",
                    description="What was counted: prompt, completion or embedding",
                ),
            ],
            depends_on=self.apis("monitoring"),
        )
