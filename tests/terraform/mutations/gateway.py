"""Mistakes in Apigee and in the gateway's backend."""

from tests.terraform.mutations.mutation import Api, Mutation, Validate

APIGEE = "google_apigee_environment.main"
APIGEE_INSTANCE = "google_apigee_instance.main"
GATEWAY_NEG = "google_compute_region_network_endpoint_group.gateway_neg_us_central1"
RATE_LIMIT = "google_apigee_sharedflow_deployment.rate_limiting"


MUTATIONS: tuple[Mutation, ...] = (
    Validate(
        mistake="a shared flow whose bundle is a block with its content",
        address="google_apigee_sharedflow.rate_limiting",
        change={"config_bundle": {"config_source": {"value": "UEsDBA=="}}},
        says=r"config_bundle",
    ),
    Validate(
        mistake="an environment type that Apigee does not have",
        address=APIGEE,
        change={"type": "STANDARD"},
        says=r"expected .*type.* to be one of",
    ),
    Api(
        mistake="Apigee without its API",
        address="google_apigee_organization.main",
        without=("google_project_service.apigee",),
        says=r"(?i)API has not been used|disabled",
    ),
    Api(
        mistake="an Apigee organization with a network and no private services connection",
        address="google_apigee_organization.main",
        change={
            "authorized_network": "projects/grid-prod-example/global/networks/grid-prod-vpc",
            "disable_vpc_peering": False,
        },
        without=("google_service_networking_connection",),
        says=r"no private connection",
    ),
    Api(
        mistake="an Apigee organization with neither a network nor disable_vpc_peering",
        address="google_apigee_organization.main",
        change={"disable_vpc_peering": False},
        says=r"exactly one of authorized_network and disable_vpc_peering",
    ),
    Api(
        mistake="Apigee before its service agent may use the keys",
        address="google_apigee_organization.main",
        without=("google_kms_crypto_key_iam_member.apigee_runtime_database",),
        says=r"useToEncrypt.*denied",
    ),
    Api(
        mistake="a paid instance without a key for its disks",
        address=APIGEE_INSTANCE,
        change={"disk_encryption_key_name": ""},
        says=r"diskEncryptionKeyName is required",
    ),
    Api(
        mistake="more Apigee nodes at least than at most",
        address=APIGEE,
        change={"node_config.0.max_node_count": "1"},
        says=r"minNodeCount 2 is greater",
    ),
    Api(
        mistake="a shared flow that is deployed where nothing runs",
        address=RATE_LIMIT,
        without=("google_apigee_instance_attachment",),
        says=r"not attached to any instance",
    ),
    Api(
        mistake="a flow hook before its shared flow is deployed",
        address="google_apigee_flowhook.pre_proxy",
        without=("google_apigee_sharedflow_deployment",),
        says=r"is not deployed in environment",
    ),
    Api(
        mistake="a group for Private Service Connect that leads nowhere",
        address=GATEWAY_NEG,
        change={"psc_target_service": ""},
        says=r"pscTargetService",
    ),
    Api(
        mistake="a health check on the gateway's backend",
        address="google_compute_backend_service.gateway",
        change={"health_checks": ["projects/p/global/healthChecks/api"]},
        says=r"(?i)health ?check",
    ),
)
