"""The VPC network and the load balancer."""

from constructs.networking.load_balancer import LoadBalancer
from constructs.networking.network import Egress, Network

__all__ = ["Egress", "LoadBalancer", "Network"]
