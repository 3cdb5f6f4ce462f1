"""Cloud Billing budgets."""

from offline.services.service import Service

SERVICE = Service(
    apis={"google_billing_budget": "billingbudgets"},
    modules=("rules",),
    not_modelled={"google_billing_": ("billing accounts and currencies",)},
)
