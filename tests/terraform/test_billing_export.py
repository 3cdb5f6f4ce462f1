"""The billing export begins after the platform: Cloud Billing makes its table, then the file names
it.
"""

import pytest

from tests.template import platform, platforms, variant
from tests.terraform.conftest import Applied
from tests.terraform.workspace import actions

pytestmark = pytest.mark.slow  # lives of their own, half a minute each

TABLE = "gcp_billing_export_v1_012345_6789AB_CDEF01"
VIEW = "google_bigquery_table.daily_cost"
RUN = "google_bigquery_data_transfer_config.daily_cost_report"


def test_view_and_report_follow_the_export(applied: Applied) -> None:
    workspace = applied(platforms()["prod"])
    named = platform(variant("prod", {"cost.export.table": TABLE}))
    workspace.write(named)
    refused = workspace.run("apply", "-auto-approve", expect=1)
    assert f"{TABLE} was not found" in refused.stderr

    project, dataset = "grid-prod-example", workspace.outputs()["billing_export"]["dataset"]
    id_ = f"projects/{project}/datasets/{dataset}/tables/{TABLE}"
    exported = {"id": id_, "project": project, "dataset_id": dataset, "table_id": TABLE}
    workspace.cloud.world.put("google_bigquery_table", id_, exported, action="create")
    assert actions(workspace.plan()) == {VIEW: ["create"], RUN: ["create"]}
    workspace.apply()
    assert workspace.unchanged()
