"""The VPC network and the load balancer."""

from constructs.networking.gateway_backend import GatewayBackend
from constructs.networking.load_balancer import LoadBalancer
from constructs.networking.network import Egress, Network

__all__ = ["Egress", "GatewayBackend", "LoadBalancer", "Network"]
