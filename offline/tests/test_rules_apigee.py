"""Apigee, and the way to it: what their APIs reject."""

from typing import Any

import pytest
from resources import SUBNET, P
from rule_cases import GONE, RuleCase, check_both

from offline.provider_facts.ids import project_number

ORG = "google_apigee_organization"
ENV = "google_apigee_environment"
GROUP = "google_apigee_envgroup"
INSTANCE = "google_apigee_instance"
ATTACHMENT = "google_apigee_instance_attachment"
NAT = "google_apigee_nat_address"
FLOW = "google_apigee_sharedflow"
DEPLOYMENT = "google_apigee_sharedflow_deployment"
HOOK = "google_apigee_flowhook"
NEG = "google_compute_region_network_endpoint_group"
BACKEND = "google_compute_backend_service"
GRANT = "google_kms_crypto_key_iam_member"

ROOT = "organizations/acme-test"
RING = f"{P}/locations/us-central1/keyRings/apigee"
KEY = f"{RING}/cryptoKeys/key"
SERVICE = "projects/tp/regions/us-central1/serviceAttachments/apigee"
PAID: dict[str, Any] = {
    "project_id": "acme-test",
    "name": "acme-test",
    "id": ROOT,
    "billing_type": "PAYG",
    "runtime_type": "CLOUD",
    "disable_vpc_peering": True,
    "runtime_database_encryption_key_name": KEY,
}
FREE = PAID | {"billing_type": "EVALUATION"}
ENVIRONMENT: dict[str, Any] = {
    "org_id": ROOT,
    "name": "test",
    "type": "INTERMEDIATE",
    "node_config": [{"min_node_count": "2", "max_node_count": "10"}],
}
RUNTIME = {
    "org_id": ROOT,
    "name": "runtime",
    "location": "us-central1",
    "disk_encryption_key_name": KEY,
    "service_attachment": SERVICE,
}
IN_INSTANCE = {
    "instance_id": f"{ROOT}/instances/runtime",
    "environment": "test",
    "id": f"{ROOT}/instances/runtime/attachments/1",
}
LIMIT = {"org_id": "acme-test", "name": "limit"}
DEPLOYED = {
    "org_id": "acme-test",
    "environment": "test",
    "sharedflow_id": "limit",
    "revision": "1",
}
PRE_PROXY = {
    "org_id": "acme-test",
    "environment": "test",
    "sharedflow": "limit",
    "flow_hook_point": "PreProxyFlowHook",
}
AGENT = f"service-{project_number('acme-test')}@gcp-sa-apigee.iam.gserviceaccount.com"
GRANTED = {
    "crypto_key_id": KEY,
    "role": "roles/cloudkms.cryptoKeyEncrypterDecrypter",
    "member": f"serviceAccount:{AGENT}",
}
ADDRESS = {"instance_id": f"{ROOT}/instances/runtime", "name": "egress-1"}
GATEWAY = {
    "name": "gateway",
    "region": "us-central1",
    "network_endpoint_type": "PRIVATE_SERVICE_CONNECT",
    "psc_target_service": SERVICE,
    "subnetwork": f"{P}/regions/us-central1/subnetworks/private",
}
BEHIND = {
    "name": "gateway",
    "load_balancing_scheme": "EXTERNAL_MANAGED",
    "backend": [{"group": f"{P}/regions/us-central1/networkEndpointGroups/gateway"}],
}
HERE = ((ORG, PAID), (GRANT, GRANTED))
RUNNING = (*HERE, (ENV, ENVIRONMENT), (INSTANCE, RUNTIME), (ATTACHMENT, IN_INSTANCE))
SUBNETS = (("google_compute_subnetwork", SUBNET),)

CASES = [
    RuleCase(
        "apigee.network_or_peering_disabled",
        ORG,
        PAID,
        {"disable_vpc_peering": False},
        "exactly one of",
        cloud=HERE[1:],
    ),
    RuleCase(
        "apigee.nodes",
        ENV,
        ENVIRONMENT,
        {},
        "evaluation",
        cloud=HERE,
        bad_cloud=((ORG, FREE),),
        instead=True,
    ),
    RuleCase(
        "apigee.nodes",
        ENV,
        ENVIRONMENT,
        {"node_config.0.min_node_count": "11"},
        "greater than maxNodeCount 10",
        cloud=HERE,
    ),
    RuleCase("apigee.nat_name", NAT, ADDRESS, {"name": "e" * 21}, "exceeds 20", cloud=RUNNING),
    RuleCase(
        "apigee.one_instance",
        INSTANCE,
        RUNTIME,
        {},
        "only one instance",
        cloud=((ORG, FREE), HERE[1]),
        bad_cloud=((INSTANCE, RUNTIME | {"name": "other"}),),
    ),
    RuleCase(
        "apigee.paid_disk_key",
        INSTANCE,
        RUNTIME,
        {"disk_encryption_key_name": GONE},
        "is required",
        cloud=HERE,
    ),
    RuleCase(
        "apigee.paid_disk_key",
        INSTANCE,
        RUNTIME,
        {"location": "us-east1"},
        "in the location of the instance",
        cloud=HERE,
    ),
    RuleCase(
        "apigee.key_granted",
        ORG,
        PAID,
        {},
        f"denied on {KEY} for {AGENT}",
        cloud=HERE[1:],
        bad_cloud=((GRANT, GRANTED | {"member": "serviceAccount:other@x"}),),
        instead=True,
    ),
    RuleCase(
        "apigee.key_granted",
        INSTANCE,
        RUNTIME,
        {},
        f"denied on {KEY}",
        cloud=HERE,
        bad_cloud=((ORG, PAID),),
        instead=True,
    ),
    RuleCase(
        "apigee.base_has_no_shared_flows",
        DEPLOYMENT,
        DEPLOYED,
        {},
        "type BASE",
        cloud=RUNNING,
        bad_cloud=((ENV, ENVIRONMENT | {"type": "BASE"}),),
    ),
    RuleCase(
        "apigee.environment_attached",
        DEPLOYMENT,
        DEPLOYED,
        {},
        "not attached to any instance",
        cloud=RUNNING,
        bad_cloud=RUNNING[:-1],
        instead=True,
    ),
    RuleCase(
        "apigee.shared_flow_deployed",
        HOOK,
        PRE_PROXY,
        {},
        "limit is not deployed in environment test",
        cloud=(*RUNNING, (DEPLOYMENT, DEPLOYED)),
        bad_cloud=RUNNING,
        instead=True,
    ),
    RuleCase(
        "apigee.unique_hostnames",
        GROUP,
        {"org_id": ROOT, "name": "test", "hostnames": ["gateway.example.com"]},
        {},
        "gateway.example.com is already used",
        cloud=HERE,
        bad_cloud=((GROUP, {"org_id": ROOT, "name": "old", "hostnames": ["gateway.example.com"]}),),
    ),
    RuleCase(
        "apigee.instance_in_use",
        INSTANCE,
        RUNTIME,
        {},
        "in use by",
        cloud=(*HERE, (ENV, ENVIRONMENT)),
        bad_cloud=((NEG, GATEWAY),),
        delete=True,
    ),
    RuleCase(
        "apigee.instance_in_use",
        INSTANCE,
        RUNTIME,
        {},
        "has environment test",
        cloud=HERE,
        bad_cloud=((ATTACHMENT, IN_INSTANCE),),
        delete=True,
    ),
    RuleCase(
        "apigee.flow_in_use",
        FLOW,
        LIMIT,
        {},
        "revision 1 of shared flow limit is deployed",
        cloud=HERE,
        bad_cloud=((DEPLOYMENT, DEPLOYED),),
        delete=True,
    ),
    RuleCase(
        "compute.backends.psc_target",
        NEG,
        GATEWAY,
        {"psc_target_service": GONE},
        "pscTargetService",
        cloud=SUBNETS,
    ),
    RuleCase(
        "compute.backends.psc_target",
        NEG,
        GATEWAY,
        {"region": "us-east1"},
        "subnetwork of the region",
        cloud=SUBNETS,
    ),
    RuleCase(
        "compute.backends.no_psc_health_checks",
        BACKEND,
        BEHIND,
        {"health_checks": [f"{P}/global/healthChecks/x"]},
        "Private Service Connect",
        cloud=((NEG, GATEWAY),),
    ),
    RuleCase(
        "compute.deletion.in_use",
        "google_compute_subnetwork",
        SUBNET,
        {},
        "networkEndpointGroups/gateway",
        bad_cloud=((NEG, GATEWAY),),
        delete=True,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule_rejects(case: RuleCase) -> None:
    check_both(case)
