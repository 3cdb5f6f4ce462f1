"""Rules of the gateway: the last legal value, and the first illegal one."""

from tests.environments.samples import Row

NO_NODES = "no nodes: an evaluation organization has Apigee's own number of them"
FREE = {"gateway.billing_type": "EVALUATION"}
SERVICE = {"cpu": 1, "memory": "1Gi", "max_instances": 1}

ROWS: dict[str, Row] = {
    "nodes in an evaluation organization": (
        "dev",
        FREE,
        FREE | {"gateway.nodes": {"minimum": 1, "maximum": 2}},
        [("gateway.nodes", "nodes", NO_NODES)],
    ),
    "more nodes at least than at most": (
        "prod",
        {"gateway.nodes.minimum": 10},
        {"gateway.nodes.minimum": 11},
        [("gateway.nodes.maximum", "10", "at least minimum (11)")],
    ),
    "the gateway at the API's host": (
        "prod",
        {"gateway.label": "api2"},
        {"gateway.label": "api"},
        [("gateway.label", "api", "a label that is not in domain")],
    ),
    "the gateway at a host of static files": (
        "prod",
        {"gateway.label": "www2"},
        {"gateway.label": "www"},
        [("gateway.label", "www", "a label that is not in domain")],
    ),
    "a service named like the gateway": (
        "prod",
        {"services.gateway2": SERVICE},
        {"services.gateway": SERVICE},
        [
            (
                "services.gateway",
                "gateway",
                "another name: the API gateway's backend has this one",
            )
        ],
    ),
}
