"""The API gateway: Apigee."""

from constructs.gateway.gateway import Gateway

__all__ = ["Gateway"]
