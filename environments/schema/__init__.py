"""The shape of an environment file, a module for each room of `constructs/`."""

from environments.schema.compute import (
    CdnConfig,
    DatabaseAccessConfig,
    GpuConfig,
    MigrationJobConfig,
    ProbesConfig,
    RouteConfig,
    ServiceConfig,
    SmokeJobConfig,
)
from environments.schema.data import (
    BackupBucketConfig,
    BackupConfig,
    CacheConfig,
    DatabaseConfig,
    MaintenanceConfig,
    RegistryConfig,
    ReplicaConfig,
    StorageConfig,
)
from environments.schema.environment import Environment, StateConfig
from environments.schema.networking import (
    ConnectorConfig,
    DomainConfig,
    FlowLogsConfig,
    LoadBalancerConfig,
    NetworkConfig,
    OutlierDetectionConfig,
    RegionConfig,
)
from environments.schema.security import CloudArmorConfig, RateLimitConfig, SecretConfig

__all__ = [
    "BackupBucketConfig",
    "BackupConfig",
    "CacheConfig",
    "CdnConfig",
    "CloudArmorConfig",
    "ConnectorConfig",
    "DatabaseAccessConfig",
    "DatabaseConfig",
    "DomainConfig",
    "Environment",
    "FlowLogsConfig",
    "GpuConfig",
    "LoadBalancerConfig",
    "MaintenanceConfig",
    "MigrationJobConfig",
    "NetworkConfig",
    "OutlierDetectionConfig",
    "ProbesConfig",
    "RateLimitConfig",
    "RegionConfig",
    "RegistryConfig",
    "ReplicaConfig",
    "RouteConfig",
    "SecretConfig",
    "ServiceConfig",
    "SmokeJobConfig",
    "StateConfig",
    "StorageConfig",
]
