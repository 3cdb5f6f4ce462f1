"""The edge: load balancer, certificate, routes, Cloud Armor and the API gateway's backend."""

from constructs.edge.cloud_armor import CloudArmor
from constructs.edge.edge import Edge
from constructs.edge.gateway_backend import GatewayBackend
from constructs.edge.load_balancer import LoadBalancer

__all__ = ["CloudArmor", "Edge", "GatewayBackend", "LoadBalancer"]
