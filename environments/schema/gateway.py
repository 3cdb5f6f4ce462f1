"""The API gateway: Apigee."""

from typing import Annotated, Literal

from pydantic import Field

from environments.schema.base import Label, Section

MOST_SECONDS = 300
"""Apigee ends a request after this time, and that cannot be changed. Source: Apigee docs,
"Endpoint properties reference", `io.timeout.millis` and `api.timeout`."""


class NodesConfig(Section):
    """Gateway nodes of the Apigee environment, in all instances together; a paid organization
    bills each of them. Source: Apigee API, organizations.environments, NodeConfig.
    """

    minimum: Annotated[int, Field(ge=1, le=1000)] = 2
    """Nodes that always run."""
    maximum: Annotated[int, Field(ge=1, le=1000)] = 10
    """Most nodes; at least `minimum`."""


class GatewayConfig(Section):
    """An Apigee organization in front of the API, for applications with an API key. A project has
    one organization at most; an environment without this section has none.
    """

    billing_type: Literal["PAYG", "EVALUATION"]
    """`PAYG`, or `EVALUATION`: free, and deleted by Google after 60 days. It cannot be changed
    later. Source: Apigee docs, "Compare eval and paid organizations"."""
    environment_type: Literal["INTERMEDIATE", "COMPREHENSIVE"] = "INTERMEDIATE"
    """Type of the Apigee environment, which decides its price; used where `billing_type` is `PAYG`.
    `BASE`, the API's default, has no shared flows and so no rate limit. Source: Apigee docs,
    "Pay-as-you-go environment types"."""
    nodes: NodesConfig | None = None
    """Gateway nodes, Apigee's own choice without it; only where `billing_type` is `PAYG`."""
    label: Label = "gateway"
    """Label of the gateway's host: `gateway` gives `gateway.<domain>`."""
    requests_per_second: Annotated[int, Field(ge=1, le=10_000)] = 10
    """Requests of one client address in a second; more are answered with 429. Cloud Armor counts
    longer intervals in front of it."""
    app_requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 600
    """Requests of one application, by its API key, in a minute; more are answered with 429. A
    product that says otherwise has its own number."""
    target_timeout_seconds: Annotated[int, Field(ge=1, le=MOST_SECONDS)] | None = None
    """How long the gateway waits for an answer of a service; without it as long as the slowest
    service with a route may take (`timeout_seconds`), but never more than 300 s, which is all that
    Apigee gives a request."""
    egress_addresses: Annotated[int, Field(ge=1, le=10)] = 1
    """Static addresses that the gateway calls the services from, and that Cloud Armor allows;
    only where `billing_type` is `PAYG`. One has 64,512 ports, and a request keeps its port for 150
    seconds and its own duration. Source: Apigee docs, "Calculating static NAT IPs"."""

    def host(self, domain: str) -> str:
        """Host name of the gateway in the environment's domain."""
        return f"{self.label}.{domain}"

    def waits_seconds(self, slowest_seconds: int) -> int:
        """How long it waits for services of which the slowest may take so long."""
        return self.target_timeout_seconds or min(slowest_seconds, MOST_SECONDS)

    @property
    def paid(self) -> bool:
        """Whether the organization has what only paid ones have: keys of its own, nodes, static
        addresses and a time in which a deletion can be undone.
        """
        return self.billing_type != "EVALUATION"
