"""The VPC network."""

from constructs.networking.network import Egress, Network

__all__ = ["Egress", "Network"]
