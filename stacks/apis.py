"""The APIs that an environment needs beside those that every one does."""

from environments import Environment

EXPORT_APIS = ("cloudscheduler", "workflowexecutions", "workflows")
"""What the scheduled export of the database calls."""


def network_apis(env: Environment) -> list[str]:
    """APIs that the network needs."""
    connector = ["vpcaccess"] if env.network.egress == "connector" else []
    return ["compute", "servicenetworking", *connector]


def optional_apis(env: Environment) -> list[str]:
    """APIs that only some environments call."""
    export = env.cost.export if env.cost else None
    wanted: dict[str, object] = {
        "dns": env.domain.dns_zone,
        "vpcaccess": env.network.egress == "connector",
        "apigee": env.gateway,
        "cloudkms": env.gateway,
        **dict.fromkeys((*EXPORT_APIS, "storagetransfer"), env.backups),
        "billingbudgets": env.cost,
        "bigquery": export,
        "bigquerydatatransfer": export,
    }
    return [api for api, needed in wanted.items() if needed]
