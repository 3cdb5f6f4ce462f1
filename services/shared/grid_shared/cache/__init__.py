"""A cache of three levels."""

from grid_shared.cache.cache import Cache
from grid_shared.cache.config import CacheConfig
from grid_shared.cache.connection import connect, connect_others
from grid_shared.cache.serializer import Json, Serializer

__all__ = ["Cache", "CacheConfig", "Json", "Serializer", "connect", "connect_others"]
