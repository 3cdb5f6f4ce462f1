"""A cache of three levels."""

from grid_shared.cache.cache import Cache
from grid_shared.cache.config import CacheConfig
from grid_shared.cache.connection import connect, connect_others
from grid_shared.cache.serializer import Json, Serializer, Typed
from grid_shared.cache.synchronous import SyncCache

__all__ = [
    "Cache",
    "CacheConfig",
    "Json",
    "Serializer",
    "SyncCache",
    "Typed",
    "connect",
    "connect_others",
]
