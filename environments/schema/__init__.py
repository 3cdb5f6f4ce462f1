"""The shape of an environment file, a module for each package of `constructs/`."""

from environments.schema.ai import VectorDeploymentConfig, VectorSearchConfig
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
from environments.schema.cost import (
    BillingExportConfig,
    BudgetConfig,
    CostConfig,
    DailyReportConfig,
)
from environments.schema.data import (
    BackupBucketConfig,
    BackupConfig,
    CacheConfig,
    DatabaseConfig,
    MaintenanceConfig,
    PromotedConfig,
    RegistryConfig,
    ReplicaConfig,
    StorageConfig,
)
from environments.schema.environment import Environment, StateConfig
from environments.schema.gateway import GatewayConfig, NodesConfig
from environments.schema.monitoring import (
    AlertsConfig,
    LogArchiveConfig,
    LogsConfig,
    LogSinkConfig,
    MonitoringConfig,
    SloConfig,
    UptimeConfig,
)
from environments.schema.networking import (
    ConnectorConfig,
    DomainConfig,
    FlowLogsConfig,
    LoadBalancerConfig,
    NetworkConfig,
    OutlierDetectionConfig,
    RegionConfig,
)
from environments.schema.operations import CiConfig, ScheduledBackupsConfig
from environments.schema.organization import OrganizationConfig, PerimeterConfig
from environments.schema.security import (
    BinaryAuthorizationConfig,
    CloudArmorConfig,
    EncryptionConfig,
    RateLimitConfig,
    SecretConfig,
)

__all__ = [
    "AlertsConfig",
    "BackupBucketConfig",
    "BackupConfig",
    "BillingExportConfig",
    "BinaryAuthorizationConfig",
    "BudgetConfig",
    "CacheConfig",
    "CdnConfig",
    "CiConfig",
    "CloudArmorConfig",
    "ConnectorConfig",
    "CostConfig",
    "DailyReportConfig",
    "DatabaseAccessConfig",
    "DatabaseConfig",
    "DomainConfig",
    "EncryptionConfig",
    "Environment",
    "FlowLogsConfig",
    "GatewayConfig",
    "GpuConfig",
    "LoadBalancerConfig",
    "LogArchiveConfig",
    "LogSinkConfig",
    "LogsConfig",
    "MaintenanceConfig",
    "MigrationJobConfig",
    "MonitoringConfig",
    "NetworkConfig",
    "NodesConfig",
    "OrganizationConfig",
    "OutlierDetectionConfig",
    "PerimeterConfig",
    "ProbesConfig",
    "PromotedConfig",
    "RateLimitConfig",
    "RegionConfig",
    "RegistryConfig",
    "ReplicaConfig",
    "RouteConfig",
    "ScheduledBackupsConfig",
    "SecretConfig",
    "ServiceConfig",
    "SloConfig",
    "SmokeJobConfig",
    "StateConfig",
    "StorageConfig",
    "UptimeConfig",
    "VectorDeploymentConfig",
    "VectorSearchConfig",
]
