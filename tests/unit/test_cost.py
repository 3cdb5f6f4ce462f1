"""Budget, billing export, and the report that is made of it."""

import json
from functools import cache
from typing import Any

import pytest
from cdktf_cdktf_provider_google.provider import GoogleProvider
from constructs.cost import BillingExport, Budget, queries

from environments.schema import BillingExportConfig, BudgetConfig, CostConfig, DailyReportConfig
from stacks.stack import Stack
from tests.template import Template, alone
from tests.unit.parts import needs, platform

ACCOUNT = "012345-6789AB-CDEF01"
TABLE = "gcp_billing_export_v1_012345_6789AB_CDEF01"
BUDGET = BudgetConfig(amount=500)
EXPORT = BillingExportConfig(table=TABLE, days=45, daily_report=DailyReportConfig(hour=9))
REPORTS = "grid-test-example.${google_bigquery_dataset.cost.dataset_id}"
MEMBER = "${google_service_account.cost_report.member}"


def _budget(budget: BudgetConfig = BUDGET, *channels: str) -> Template:
    def build(stack: Stack) -> None:
        Budget(
            stack,
            "budget",
            CostConfig(billing_account=ACCOUNT, budget=budget),
            billing=GoogleProvider(stack, "billing", alias="billing"),
            notification_channels=channels,
        )

    return alone(build)


@cache
def _export(config: BillingExportConfig = EXPORT, *, protect: bool = False) -> Template:
    def build(stack: Stack) -> None:
        BillingExport(stack, "export", config)

    return alone(build, protect=protect)


def _rules(budget: BudgetConfig) -> list[tuple[float, str]]:
    rules = _budget(budget).one("google_billing_budget")["threshold_rules"]
    return [(rule["threshold_percent"], rule["spend_basis"]) for rule in rules]


def test_budget_covers_one_month_of_this_project_net_of_credits() -> None:
    template = _budget()
    assert template.one("google_billing_budget")["budget_filter"] == {
        "projects": ["projects/${data.google_project.billed.number}"],
        "calendar_period": "MONTH",
        "credit_types_treatment": "INCLUDE_ALL_CREDITS",
    }
    looked_up = template.document["data"]["google_project"]["billed"]
    assert looked_up["project_id"] == "grid-test-example"
    assert "depends_on" not in looked_up  # or it would be read anew with every change


def test_budget_belongs_to_the_billing_account() -> None:
    budget = _budget().one("google_billing_budget")
    assert budget["billing_account"] == ACCOUNT
    assert budget["display_name"] == "grid-test-monthly"
    assert budget["depends_on"] == ["google_project_service.billingbudgets"]


def test_budget_amount_is_a_string_in_the_currency_of_the_account() -> None:
    amount = _budget().one("google_billing_budget")["amount"]
    assert amount == {"specified_amount": {"units": "500"}}


def test_budget_has_the_configured_currency() -> None:
    budget = _budget(BudgetConfig(amount=7, currency="EUR")).one("google_billing_budget")
    assert budget["amount"]["specified_amount"] == {"units": "7", "currency_code": "EUR"}


def test_budget_has_default_thresholds_and_a_forecast_threshold() -> None:
    assert _rules(BUDGET) == [
        (0.5, "CURRENT_SPEND"),
        (0.9, "CURRENT_SPEND"),
        (1.0, "CURRENT_SPEND"),
        (1.0, "FORECASTED_SPEND"),
    ]


def test_budget_has_the_configured_thresholds() -> None:
    other = BudgetConfig(amount=1, thresholds=[0.25], forecast_thresholds=[1.5, 2])
    assert _rules(other) == [
        (0.25, "CURRENT_SPEND"),
        (1.5, "FORECASTED_SPEND"),
        (2.0, "FORECASTED_SPEND"),
    ]


def test_budget_notifies_the_given_channels() -> None:
    rule = _budget(BUDGET, "one", "two").one("google_billing_budget")["all_updates_rule"]
    assert rule == {"monitoring_notification_channels": ["one", "two"]}
    assert "all_updates_rule" not in _budget().one("google_billing_budget")


def test_budget_uses_the_billing_provider() -> None:
    assert _budget().one("google_billing_budget")["provider"] == "google.billing"


@pytest.mark.parametrize("cost", [{}, {"cost": None}])
def test_billing_provider_names_the_quota_project_even_without_a_budget(
    cost: dict[str, Any],
) -> None:
    """With a person's credentials the API wants a project that answers for the call. A budget that
    left the file is deleted with this provider too.
    """
    providers = platform("prod", cost).document["provider"]["google"]
    [provider] = [one for one in providers if one.get("alias") == "billing"]
    assert provider["user_project_override"] is True
    assert provider["billing_project"] == provider["project"] == "grid-prod-example"


# Billing export


def test_export_and_reports_are_separate_datasets() -> None:
    datasets = _export().of("google_bigquery_dataset")
    assert {name: dataset["dataset_id"] for name, dataset in datasets.items()} == {
        "billing_export": "grid_test_billing_export",
        "cost": "grid_test_cost",
    }
    for dataset in datasets.values():
        assert dataset["location"] == "US"
        assert dataset["depends_on"] == ["google_project_service.bigquery"]


def test_datasets_are_in_the_configured_location() -> None:
    template = _export(EXPORT.model_copy(update={"location": "EU"}))
    places = {dataset["location"] for dataset in template.of("google_bigquery_dataset").values()}
    assert places == {"EU"}
    assert template.one("google_bigquery_data_transfer_config")["location"] == "EU"


@pytest.mark.parametrize("protect", [True, False])
def test_datasets_and_report_are_protected_when_configured(protect: bool) -> None:
    template = _export(protect=protect)
    for dataset in template.of("google_bigquery_dataset").values():
        assert dataset["delete_contents_on_destroy"] is not protect
        assert dataset.get("lifecycle", {}).get("prevent_destroy", False) is protect
    report = template.get("google_bigquery_table.daily_cost_report")
    assert report["deletion_protection"] is protect


def test_view_runs_the_query_in_google_sql() -> None:
    view = _export().get("google_bigquery_table.daily_cost")
    table = f"grid-test-example.${{google_bigquery_dataset.billing_export.dataset_id}}.{TABLE}"
    assert view["view"] == {
        "query": queries.daily_cost(table, "grid-test-example", 45),
        "use_legacy_sql": False,
    }
    assert view["deletion_protection"] is False


def test_view_and_scheduled_query_are_missing_without_the_export_table() -> None:
    template = _export(EXPORT.model_copy(update={"table": None}))
    assert set(template.of("google_bigquery_table")) == {"daily_cost_report"}
    assert not template.of("google_bigquery_data_transfer_config")


def test_only_the_view_exists_without_a_daily_report() -> None:
    template = _export(EXPORT.model_copy(update={"daily_report": None}))
    assert set(template.of("google_bigquery_table")) == {"daily_cost"}
    assert not template.of("google_service_account")
    assert not template.of("google_bigquery_data_transfer_config")


def test_report_is_partitioned_by_day_and_has_the_columns_of_the_view() -> None:
    report: Any = _export().get("google_bigquery_table.daily_cost_report")
    assert report["time_partitioning"] == {"type": "DAY", "field": "usage_date"}
    columns = tuple((column["name"], column["type"]) for column in json.loads(report["schema"]))
    assert columns == queries.COLUMNS


def test_scheduled_query_runs_daily_at_the_configured_hour() -> None:
    run = _export().one("google_bigquery_data_transfer_config")
    assert (run["data_source_id"], run["schedule"]) == ("scheduled_query", "every day 09:00")
    view = f"{REPORTS}.${{google_bigquery_table.daily_cost.table_id}}"
    report = f"{REPORTS}.${{google_bigquery_table.daily_cost_report.table_id}}"
    assert run["params"] == {"query": queries.keep(view, report, 45)}
    assert "destination_dataset_id" not in run  # refused beside a statement that writes


def test_report_account_can_only_run_jobs_read_the_export_and_write_reports() -> None:
    template = _export()
    run = template.one("google_bigquery_data_transfer_config")
    assert run["service_account_name"] == "${google_service_account.cost_report.email}"
    job = template.one("google_project_iam_member")
    assert (job["role"], job["member"]) == ("roles/bigquery.jobUser", MEMBER)
    grants = template.of("google_bigquery_dataset_iam_member").values()
    assert {grant["dataset_id"]: (grant["role"], grant["member"]) for grant in grants} == {
        "${google_bigquery_dataset.billing_export.dataset_id}": (
            "roles/bigquery.dataViewer",
            MEMBER,
        ),
        "${google_bigquery_dataset.cost.dataset_id}": ("roles/bigquery.dataOwner", MEMBER),
    }


def test_scheduled_query_depends_on_its_api_and_grants() -> None:
    template = _export()
    assert needs(template, "google_bigquery_data_transfer_config.daily_cost_report") >= {
        "google_project_service.bigquerydatatransfer",
        "google_project_iam_member.cost_report_bigquery_job_user",
        "google_bigquery_dataset_iam_member.cost_report_billing_export",
        "google_bigquery_dataset_iam_member.cost_report_cost",
    }


def test_billing_export_output_names_the_datasets() -> None:
    assert platform("prod").outputs["billing_export"] == {
        "dataset": "${google_bigquery_dataset.billing_export.dataset_id}",
        "reports": "${google_bigquery_dataset.cost.dataset_id}",
    }


@pytest.mark.parametrize("changes", [{"cost": None}, {"cost.export": None}])
def test_environment_has_no_cost_resources_without_the_cost_section(
    changes: dict[str, Any],
) -> None:
    template = platform("prod", changes)
    assert bool(template.of("google_billing_budget")) == ("cost.export" in changes)
    assert not template.of("google_bigquery_dataset")
    assert "billing_export" not in template.outputs
    assert "bigquery" not in template.of("google_project_service")
