"""Cloud Billing: the project's budget."""

from collections.abc import Sequence

from cdktf_cdktf_provider_google.billing_budget import (
    BillingBudget,
    BillingBudgetAllUpdatesRule as AllUpdatesRule,
    BillingBudgetAmount as Amount,
    BillingBudgetAmountSpecifiedAmount as SpecifiedAmount,
    BillingBudgetBudgetFilter as BudgetFilter,
    BillingBudgetThresholdRules as ThresholdRule,
)
from cdktf_cdktf_provider_google.data_google_project import DataGoogleProject
from cdktf_cdktf_provider_google.provider import GoogleProvider
from constructs import Construct
from constructs.base import GridConstruct

from environments.schema import CostConfig


class Budget(GridConstruct):
    """A budget for a calendar month, of this project's costs less their credits.

    Billing account administrators and users get its mail, and the notification channels that are
    given. It stops nothing: Google has no hard limit.
    """

    APIS = ("billingbudgets",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: CostConfig,
        *,
        billing: GoogleProvider,
        notification_channels: Sequence[str] = (),
    ) -> None:
        """Create the budget with the provider `billing`; `notification_channels` are ids of at most
        five Cloud Monitoring channels (provider doc google_billing_budget).
        """
        super().__init__(scope, id_)
        budget = config.budget
        # The API answers with numbers of projects: an id would be a change in every plan.
        project = DataGoogleProject(self, "billed", project_id=self.names.project_id)
        channels = list(notification_channels)
        BillingBudget(
            self,
            "monthly",
            provider=billing,
            billing_account=config.billing_account,
            display_name=self.names.budget(),
            amount=Amount(
                specified_amount=SpecifiedAmount(
                    units=str(budget.amount), currency_code=budget.currency
                )
            ),
            budget_filter=BudgetFilter(
                projects=[f"projects/{project.number}"],
                calendar_period="MONTH",
                credit_types_treatment="INCLUDE_ALL_CREDITS",
            ),
            threshold_rules=[
                *_rules(budget.thresholds, "CURRENT_SPEND"),
                *_rules(budget.forecast_thresholds, "FORECASTED_SPEND"),
            ],
            all_updates_rule=AllUpdatesRule(monitoring_notification_channels=channels)
            if channels
            else None,
            depends_on=self.apis("billingbudgets"),
        )


def _rules(thresholds: Sequence[float], basis: str) -> list[ThresholdRule]:
    return [
        ThresholdRule(threshold_percent=threshold, spend_basis=basis) for threshold in thresholds
    ]
