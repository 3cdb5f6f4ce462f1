"""Costs of the environment: the budget, and reports of the billing export."""

from constructs.cost.billing_export import BillingExport
from constructs.cost.budget import Budget

__all__ = ["BillingExport", "Budget"]
