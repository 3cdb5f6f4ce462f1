"""Tests of the billing export, whose table Cloud Billing creates after the first apply."""

import pytest

from tests.template import platform, platforms, variant
from tests.terraform.conftest import Applied
from tests.terraform.workspace import actions

pytestmark = pytest.mark.slow  # each applies a stack of its own, which takes half a minute

TABLE = "gcp_billing_export_v1_012345_6789AB_CDEF01"
VIEW = "google_bigquery_table.daily_cost"
RUN = "google_bigquery_data_transfer_config.daily_cost_report"


def test_apply_creates_view_and_report_when_table_exists(
    applied: Applied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strict at first, because no page says that a view of an absent table is rejected."""
    workspace = applied(platforms()["prod"])
    stack = platform(variant("prod", {"cost.export.table": TABLE}))
    workspace.write(stack)
    monkeypatch.setenv("OFFLINE_STRICT", "1")
    failed = workspace.run("apply", "-auto-approve", expect=1)
    monkeypatch.delenv("OFFLINE_STRICT")
    assert f"{TABLE} was not found" in failed.stderr

    project, dataset = "grid-prod-example", workspace.outputs()["billing_export"]["dataset"]
    id_ = f"projects/{project}/datasets/{dataset}/tables/{TABLE}"
    exported = {"id": id_, "project": project, "dataset_id": dataset, "table_id": TABLE}
    workspace.cloud.fake_cloud.put("google_bigquery_table", id_, exported, action="create")
    assert actions(workspace.plan()) == {VIEW: ["create"], RUN: ["create"]}
    workspace.apply()
    assert workspace.is_unchanged()
