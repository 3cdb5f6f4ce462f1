"""Rules of the API gateway."""

from collections.abc import Iterator

from environments.problems import Problem
from environments.schema import Environment


def nodes_are_bought_and_ordered(env: Environment) -> Iterator[Problem]:
    """Nodes are chosen in a paid organization alone, and the least are not above the most."""
    if not env.gateway or not env.gateway.nodes:
        return
    nodes = env.gateway.nodes
    if not env.gateway.paid:
        because = (("gateway", "billing_type"),)
        wanted = "no nodes: an evaluation organization has Apigee's own number of them"
        yield Problem(("gateway", "nodes"), "nodes", wanted, because=because)
    if nodes.minimum > nodes.maximum:
        yield Problem(
            ("gateway", "nodes", "maximum"),
            str(nodes.maximum),
            f"at least minimum ({nodes.minimum})",
            because=(("gateway", "nodes", "minimum"),),
        )


def gateway_has_a_host_of_its_own(env: Environment) -> Iterator[Problem]:
    """The gateway's host is no other host of the environment: it calls the API's host, and a
    request would go round in circles.
    """
    if env.gateway and env.gateway.host(env.domain.name) in env.domain.hosts:
        yield Problem(
            ("gateway", "label"),
            env.gateway.label,
            "a label that is not in domain",
            because=(("domain", "api_label"), ("domain", "alias_labels")),
        )


def no_service_is_called_gateway(env: Environment) -> Iterator[Problem]:
    """The gateway's backend and endpoint group have the name that a service `gateway` would give
    to its own.
    """
    if env.gateway and "gateway" in env.services:
        yield Problem(
            ("services", "gateway"),
            "gateway",
            "another name: the API gateway's backend has this one",
            because=(("gateway",),),
        )


RULES = (nodes_are_bought_and_ordered, gateway_has_a_host_of_its_own, no_service_is_called_gateway)
