"""Memorystore for Redis."""

from constructs.cache.cache import Cache

__all__ = ["Cache"]
