"""Rules of the API gateway."""

from collections.abc import Iterator

from environments.problems import Problem
from environments.schema import Environment


def check_apigee_nodes(environment: Environment) -> Iterator[Problem]:
    """Check that only a paid organization has nodes, with a minimum not above their maximum."""
    if not environment.gateway or not environment.gateway.nodes:
        return
    nodes = environment.gateway.nodes
    if not environment.gateway.paid:
        depends_on = (("gateway", "billing_type"),)
        expected = "no nodes: an evaluation organization has Apigee's own number of them"
        yield Problem(("gateway", "nodes"), "nodes", expected, depends_on=depends_on)
    if nodes.minimum > nodes.maximum:
        yield Problem(
            ("gateway", "nodes", "maximum"),
            str(nodes.maximum),
            f"at least minimum ({nodes.minimum})",
            depends_on=(("gateway", "nodes", "minimum"),),
        )


def check_gateway_host(environment: Environment) -> Iterator[Problem]:
    """Check that the gateway's host is no other host of the environment: it calls the API's host,
    and a request would loop.
    """
    if (
        environment.gateway
        and environment.gateway.host(environment.domain.name) in environment.domain.hosts
    ):
        yield Problem(
            ("gateway", "label"),
            environment.gateway.label,
            "a label that is not in domain",
            depends_on=(("domain", "api_label"), ("domain", "alias_labels")),
        )


def check_gateway_name(environment: Environment) -> Iterator[Problem]:
    """Check that no service is called `gateway`: its backend and endpoint group would have the
    names of those of the API gateway.
    """
    if environment.gateway and "gateway" in environment.services:
        yield Problem(
            ("services", "gateway"),
            "gateway",
            "another name: the API gateway's backend has this one",
            depends_on=(("gateway",),),
        )


RULES = (check_apigee_nodes, check_gateway_host, check_gateway_name)
