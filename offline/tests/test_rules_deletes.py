"""What may not be deleted; and the rules of the smaller services."""

from typing import Any

import pytest
from resources import (
    BACKEND,
    BUCKET,
    CERTIFICATE,
    CONNECTOR,
    FORWARDING,
    MAP,
    NEG,
    NETWORK,
    PEERING,
    POLICY,
    PROXY,
    RANGE,
    REDIS,
    REPLICA,
    RUN,
    SQL,
    SUBNET,
    P,
)
from rule_cases import RuleCase, changed, check_both

NET, SUB = "google_compute_network", "google_compute_subnetwork"
ADDRESS, VPC = "google_compute_global_address", "google_vpc_access_connector"
PSA, SQL_TYPE = "google_service_networking_connection", "google_sql_database_instance"
SERVICE = "google_cloud_run_v2_service"
REDIS_TYPE = "google_redis_instance"


def delete(
    type_: str, good: Any, user: str, using: Any, rule: str = "compute.deletion.in_use", **more: Any
) -> RuleCase:
    """Return a case of something that something else uses."""
    message = more.pop("message", "is already being used by")
    return RuleCase(rule, type_, good, {}, message, bad_cloud=((user, using),), delete=True, **more)


CASES = [
    RuleCase(
        "servicenetworking.producers_left",
        PSA,
        PEERING,
        {},
        "Producer services",
        bad_cloud=((SQL_TYPE, SQL),),
        delete=True,
    ),
    RuleCase(
        "servicenetworking.producers_left",
        PSA,
        PEERING,
        {},
        "Producer services",
        bad_cloud=((REDIS_TYPE, REDIS),),
        delete=True,
    ),
    RuleCase(
        "compute.deletion.range_in_use",
        ADDRESS,
        RANGE,
        {},
        "already being used by",
        bad_cloud=((PSA, PEERING),),
        delete=True,
    ),
    RuleCase(
        "sql.deletion.protected_in_api",
        SQL_TYPE,
        SQL,
        {"settings.0.deletion_protection_enabled": True},
        "The instance is protected",
        delete=True,
    ),
    delete(
        SQL_TYPE,
        SQL,
        SQL_TYPE,
        REPLICA,
        "sql.deletion.has_replicas",
        message="delete db-replica first",
    ),
    delete(
        ADDRESS,
        {"name": "lb", "address": "203.0.113.1"},
        "google_compute_global_forwarding_rule",
        FORWARDING,
    ),
    delete(NET, NETWORK, SUB, SUBNET),
    delete(NET, NETWORK, VPC, CONNECTOR),
    delete(
        "google_compute_region_network_endpoint_group",
        NEG,
        "google_compute_backend_service",
        BACKEND,
    ),
    delete("google_compute_backend_service", BACKEND, "google_compute_url_map", MAP),
    delete("google_compute_url_map", MAP, "google_compute_target_https_proxy", PROXY),
    delete(
        "google_compute_target_https_proxy",
        PROXY,
        "google_compute_global_forwarding_rule",
        FORWARDING,
    ),
    delete(
        "google_compute_managed_ssl_certificate",
        CERTIFICATE,
        "google_compute_target_https_proxy",
        PROXY,
    ),
    delete(
        "google_compute_security_policy",
        POLICY,
        "google_compute_backend_service",
        BACKEND | {"security_policy": f"{P}/global/securityPolicies/armor"},
    ),
    delete(
        SUB,
        SUBNET,
        SERVICE,
        changed(RUN, {"template.0.vpc_access.0.network_interfaces": [{"subnetwork": "private"}]}),
    ),
    delete(VPC, CONNECTOR, SERVICE, RUN, "vpcaccess.connector_in_use", message="is in use by"),
    RuleCase(
        "storage.not_empty",
        "google_storage_bucket",
        BUCKET,
        {},
        "without `force_destroy`",
        bad_cloud=(("google_storage_bucket_object", {"name": "a", "bucket": "acme-test-data"}),),
        delete=True,
    ),
    delete(
        "google_dns_managed_zone",
        {"name": "zone"},
        "google_dns_record_set",
        {"managed_zone": "zone", "name": "a.", "type": "A"},
        "dns.zone_not_empty",
        message="containerNotEmpty",
    ),
    delete(
        "google_monitoring_uptime_check_config",
        {"name": "c", "uptime_check_id": "c-1"},
        "google_monitoring_alert_policy",
        {
            "name": "a",
            "conditions": [{"condition_threshold": [{"filter": 'metric.labels.check_id="c-1"'}]}],
        },
        "monitoring.deletion.check_in_use",
        message="reference it",
    ),
    delete(
        "google_monitoring_notification_channel",
        {"name": "c"},
        "google_monitoring_alert_policy",
        {"name": "a", "notification_channels": ["c"]},
        "monitoring.deletion.channel_in_use",
        message="is used by",
    ),
    RuleCase(
        "serviceusage.service",
        "google_project_service",
        {"service": "run.googleapis.com"},
        {"service": "run.example.com"},
        "Not found or permission denied",
    ),
    RuleCase(
        "cloudkms.ring_exists",
        "google_kms_crypto_key",
        {"name": "k", "key_ring": "ring"},
        {"key_ring": "x"},
        "KeyRing x",
        cloud=(("google_kms_key_ring", {"name": "ring", "location": "us"}),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)
