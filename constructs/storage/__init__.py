"""Buckets and the image registry."""

from constructs.storage.registry import Registry
from constructs.storage.storage import Storage

__all__ = ["Registry", "Storage"]
