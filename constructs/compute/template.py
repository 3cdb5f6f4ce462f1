"""Common parts of the templates of services and jobs, which have separate binding classes."""

from collections.abc import Callable
from typing import TypeVar

from constructs.compute.container import Variables
from constructs.networking import Egress

EnvT = TypeVar("EnvT")
VpcAccessT = TypeVar("VpcAccessT")


def env(
    variables: Variables,
    env_type: Callable[..., EnvT],
    source_type: Callable[..., object],
    key_type: Callable[..., object],
) -> list[EnvT]:
    """Return all variables, sorted, so that the same file gives the same JSON.

    Args:
        variables: what the container is given.
        env_type: the binding's class of a variable.
        source_type: that of where its value comes from.
        key_type: that of a reference to a secret.
    """
    plain = {name: env_type(name=name, value=value) for name, value in variables.plain.items()}
    secret = {
        name: env_type(
            name=name,
            value_source=source_type(
                secret_key_ref=key_type(secret=key.secret_id, version=key.version)
            ),
        )
        for name, key in variables.secret.items()
    }
    return [variable for _, variable in sorted((plain | secret).items())]


def vpc_access(
    egress: Egress,
    access_type: Callable[..., VpcAccessT],
    interface_type: Callable[..., object],
) -> VpcAccessT:
    """Return how a container reaches the VPC: a connector, or an interface in the subnet.

    Args:
        egress: the region's way.
        access_type: the binding's class of it.
        interface_type: that of an interface.
    """
    interfaces = [interface_type(network=egress.network, subnetwork=egress.subnetwork)]
    return access_type(
        egress=egress.traffic,
        connector=egress.connector,
        network_interfaces=None if egress.connector else interfaces,
    )
