"""What the environment costs: a budget that warns, and the billing export that explains."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from environments.schema.base import Expected, Hour, Section, member_of
from facts import billing

_ACCOUNT = "[0-9A-F]{6}"
BillingAccount = Annotated[
    str,
    StringConstraints(pattern=rf"^{_ACCOUNT}-{_ACCOUNT}-{_ACCOUNT}$"),
    Expected("a billing account such as 012345-6789AB-CDEF01, with capital letters"),
]
Currency = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{3}$"),
    AfterValidator(member_of(billing.currencies)),
    Expected("a currency of ISO 4217 in three capital letters, such as USD"),
]
ExportTable = Annotated[
    str,
    StringConstraints(
        pattern=rf"^gcp_billing_export(_resource)?_v1_{_ACCOUNT}_{_ACCOUNT}_{_ACCOUNT}$"
    ),
    Expected(
        "the table that Cloud Billing made, such as gcp_billing_export_v1_012345_6789AB_CDEF01"
    ),
]
Threshold = Annotated[float, Field(gt=0, le=10)]


class BudgetConfig(Section):
    """The project's budget for a calendar month. It warns and stops nothing."""

    amount: Annotated[int, Field(ge=1)]
    """Whole units of the currency for a month, credits deducted."""
    currency: Currency | None = None
    """The billing account's currency, which is also what stands here if nothing does: the API
    refuses any other."""
    thresholds: tuple[Threshold, ...] = (0.5, 0.9, 1.0)
    """Shares of the amount; a message goes out when the spend reaches one."""
    forecast_thresholds: tuple[Threshold, ...] = (1.0,)
    """The same for the spend that Google forecasts for the whole month."""


class DailyReportConfig(Section):
    """The view's days, kept in a table beyond what the view looks back."""

    hour: Hour = 14
    """Hour in UTC of the scheduled query; by 14:00 the day has ended in Pacific time, which is
    Cloud Billing's."""


class BillingExportConfig(Section):
    """Datasets for Cloud Billing's export and for what is made of it. The export itself is
    switched on in the console, once for each billing account, into the dataset that the output
    `billing_export` names. Source: Cloud Billing, "Set up Cloud Billing data export".
    """

    location: Literal["US", "EU"] = "US"
    """Multi-region of both datasets. With a multi-region the export begins with the month before,
    with a region only with the day it is switched on."""
    table: ExportTable | None = None
    """Table of the export. It appears some hours after the export is switched on; the view and the
    report begin when it stands here, since BigQuery refuses a view of a table that is not there."""
    days: Annotated[int, Field(ge=1, le=365)] = 30
    """Days that the view looks back."""
    daily_report: DailyReportConfig | None = None
    """Keep the view's days in a table, every day; needs `table` to begin."""


class CostConfig(Section):
    """Budget and cost report. The account that applies needs `roles/billing.costsManager` on
    the billing account.
    """

    billing_account: BillingAccount
    """Billing account that pays for the project."""
    budget: BudgetConfig
    """Budget of the project."""
    export: BillingExportConfig | None = None
    """The billing export, in the environment that holds it: an account has one, for all its
    projects."""
