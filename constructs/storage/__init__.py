"""Buckets and the image registry."""

from constructs.storage.grant import grant_bucket
from constructs.storage.registry import Registry
from constructs.storage.storage import Storage

__all__ = ["Registry", "Storage", "grant_bucket"]
