"""Mistakes in Cloud Run services, VPC access, and service accounts."""

from tests.policy import test_compute as compute_policies
from tests.terraform.mutations.mutation import Api, Mutation, Policy, Validate

AI = "google_cloud_run_v2_service.ai_service_us_central1"
SERVICE = "google_cloud_run_v2_service.api_service_us_central1"
CONNECTOR = "google_vpc_access_connector.connector_us_central1"
CONTAINER = "template.0.containers.0"
RESOURCES = f"{CONTAINER}.resources.0"


MUTATIONS: tuple[Mutation, ...] = (
    Validate(
        mistake="a service account id of more than 30 characters",
        address="google_service_account.api",
        change={"account_id": "grid-production-cloud-run-service-account"},
        says=r"account_id",
    ),
    Api(
        mistake="a GPU that is billed by the request",
        address=AI,
        change={f"{RESOURCES}.cpu_idle": True},
        says=r"(?i)gpu|cpu",
    ),
    Api(
        mistake="a GPU without a node selector",
        address=AI,
        change={"template.0.node_selector": []},
        says=r"(?i)gpu|accelerator|selector",
    ),
    Api(
        mistake="zero GPUs outside production",
        address=AI,
        change={f"{RESOURCES}.limits": {"cpu": "8", "memory": "32Gi", "nvidia.com/gpu": "0"}},
        says=r"(?i)gpu",
    ),
    Api(
        mistake="less memory than the CPU needs",
        address=SERVICE,
        change={f"{RESOURCES}.limits": {"cpu": "4", "memory": "1Gi"}},
        says=r"(?i)memory",
    ),
    Api(
        mistake="an image's PORT set by hand",
        address=SERVICE,
        change={f"{CONTAINER}.env.0": {"name": "PORT", "value": "8080"}},
        says=r"PORT",
    ),
    Api(
        mistake="more instances at least than at most",
        address=SERVICE,
        change={"scaling.0.min_instance_count": 300},
        says=r"(?i)instance",
    ),
    Api(
        mistake="a startup probe that lasts longer than Cloud Run waits",
        address=SERVICE,
        change={f"{CONTAINER}.startup_probe.0.failure_threshold": 100},
        says=r"(?i)probe|failure",
    ),
    Api(
        mistake="a connector and Direct VPC egress at once",
        address=SERVICE,
        change={
            "template.0.vpc_access.0.network_interfaces": [
                {"network": "grid-prod-vpc", "subnetwork": "a", "tags": []}
            ]
        },
        says=r"(?i)connector|network.interfaces|vpc",
    ),
    Api(
        mistake="a service that may not read its secret",
        address=SERVICE,
        without=("google_secret_manager_secret_iam_member",),
        says=r"(?i)permission denied|secretAccessor|access",
    ),
    Api(
        mistake="a secret without a version",
        address=SERVICE,
        without=("google_secret_manager_secret_version",),
        says=r"(?i)version|not found",
    ),
    Api(
        mistake="a connector on the addresses of a subnet",
        address=CONNECTOR,
        change={"ip_cidr_range": "10.0.0.0/28"},
        says=r"(?i)overlap|conflict|10\.0\.0\.0",
    ),
    Api(
        mistake="a connector with a name that is too long",
        address=CONNECTOR,
        change={"name": "grid-production-connector"},
        says=r"(?i)name|connector",
    ),
    Api(
        mistake="an API that nobody enabled",
        address=CONNECTOR,
        without=("google_project_service.vpcaccess",),
        says=r"(?i)API has not been used|disabled",
    ),
    Policy(
        mistake="services that answer the internet past the load balancer",
        address=SERVICE,
        change={"ingress": "INGRESS_TRAFFIC_ALL"},
        policy=compute_policies.test_services_have_internal_ingress,
    ),
    Policy(
        mistake="NODE_ENV is the environment's name",
        address=SERVICE,
        change={"template.containers.0.env.[NODE_ENV].value": "prod"},
        policy=compute_policies.test_node_env_is_development_or_production,
    ),
    Policy(
        mistake="the latest version of a secret",
        address=SERVICE,
        change={
            "template.containers.0.env.[DATABASE_URL].value_source.secret_key_ref.version": "latest"
        },
        policy=compute_policies.test_service_secrets_are_pinned_granted_and_in_depends_on,
    ),
    Policy(
        mistake="no invoker, so that the load balancer is refused",
        address="google_cloud_run_v2_service_iam_member.api_invoker_us_central1",
        change={"member": "serviceAccount:someone@example.com"},
        policy=compute_policies.test_every_routed_service_has_one_invoker,
    ),
    Policy(
        mistake="a smoke job whose requests do not come through the VPC",
        address="google_cloud_run_v2_job.smoke_us_central1",
        change={"template.template.vpc_access.egress": "PRIVATE_RANGES_ONLY"},
        policy=compute_policies.test_smoke_jobs_send_all_traffic_through_the_vpc,
    ),
    Policy(
        mistake="one service account for all services",
        address=SERVICE,
        change={"template.service_account": "${google_service_account.auth.email}"},
        policy=compute_policies.test_each_service_has_its_own_service_account,
    ),
)
