"""Every type of the stacks is known: as one whose destruction loses something, or as one whose
destruction does not.
"""

import pytest

from contract.plan import planned_changes
from operations.plan.data_loss import LOSSES, lost_data
from tests.template import stacks

HARMLESS = {
    "google_apigee_addons_config",
    "google_apigee_api",
    "google_apigee_envgroup",
    "google_apigee_envgroup_attachment",
    "google_apigee_flowhook",
    "google_apigee_instance_attachment",
    "google_apigee_sharedflow",
    "google_apigee_sharedflow_deployment",
    "google_billing_budget",
    "google_cloud_run_v2_job",
    "google_cloud_run_v2_service",
    "google_cloud_scheduler_job",
    "google_compute_backend_bucket",
    "google_compute_backend_service",
    "google_compute_global_forwarding_rule",
    "google_compute_managed_ssl_certificate",
    "google_compute_region_network_endpoint_group",
    "google_compute_router",
    "google_compute_router_nat",
    "google_compute_security_policy",
    "google_compute_ssl_policy",
    "google_compute_subnetwork",
    "google_compute_target_http_proxy",
    "google_compute_target_https_proxy",
    "google_compute_url_map",
    "google_dns_policy",
    "google_essential_contacts_contact",
    "google_logging_metric",
    "google_logging_project_sink",
    "google_monitoring_alert_policy",
    "google_monitoring_custom_service",
    "google_monitoring_dashboard",
    "google_monitoring_notification_channel",
    "google_monitoring_slo",
    "google_monitoring_uptime_check_config",
    "google_project_iam_audit_config",
    "google_project_service",
    "google_storage_transfer_job",
    "google_vertex_ai_index_endpoint",
    "google_vertex_ai_index_endpoint_deployed_index",
    "google_vpc_access_connector",
    "google_workflows_workflow",
}
"""Made again from the environment file alone, and the same then, if only after a while."""


def test_every_resource_type_is_classified() -> None:
    types = {
        type_
        for template in stacks().values()
        for type_ in template.document["resource"]
        if not type_.endswith("_iam_member")
    }
    assert types
    assert types - LOSSES.keys() - HARMLESS == set()
    assert LOSSES.keys() & HARMLESS == set()


@pytest.mark.parametrize(("policy", "loses"), [("ABANDON", False), ("DELETE", True), (None, True)])
def test_abandoned_resource_loses_nothing(policy: str | None, loses: bool) -> None:
    type_ = "google_secret_manager_secret_version"
    destroyed = {
        "mode": "managed",
        "address": f"{type_}.a",
        "type": type_,
        "name": "a",
        "change": {"actions": ["delete"], "before": {"deletion_policy": policy}, "after": None},
    }
    (change,) = planned_changes({"resource_changes": [destroyed]})
    assert bool(lost_data(change)) is loses
