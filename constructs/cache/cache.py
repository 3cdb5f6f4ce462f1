"""Memorystore for Redis: an instance in a region, and how to reach it."""

from cdktf_cdktf_provider_google.redis_instance import (
    RedisInstance,
    RedisInstanceMaintenancePolicy as MaintenancePolicy,
    RedisInstanceMaintenancePolicyWeeklyMaintenanceWindow as WeeklyWindow,
    RedisInstanceMaintenancePolicyWeeklyMaintenanceWindowStartTime as StartTime,
    RedisInstancePersistenceConfig as Persistence,
)
from constructs import Construct
from constructs.base import GridConstruct
from constructs.dependencies import address, pem
from constructs.lifecycle import fixed
from constructs.networking import Network
from constructs.security import Content, Secret

from environments.naming import identifier
from environments.schema import CacheConfig


class Cache(GridConstruct):
    """Redis with AUTH and TLS in one region; services of that region use it.

    The AUTH string is the one secret in the state: the API makes it and the provider stores it.
    """

    APIS = ("redis",)

    def __init__(
        self,
        scope: Construct,
        id_: str,
        config: CacheConfig,
        *,
        region: str,
        network: Network,
    ) -> None:
        """Create the instance of `region`, with a private address in `network`."""
        super().__init__(scope, id_)
        tier = "STANDARD_HA" if config.high_availability else "BASIC"
        key = self.key("redis", region)
        redis = RedisInstance(
            self,
            f"cache_{identifier(region)}",
            name=self.names.redis(region),
            display_name=f"{self.names.title} cache",
            region=region,
            tier=tier,
            memory_size_gb=config.memory_gb,
            redis_version=config.version,
            connect_mode="PRIVATE_SERVICE_ACCESS",
            authorized_network=network.id,
            # In this mode the name of the allocated range, not a CIDR.
            # Source: Memorystore for Redis API, Instance.reservedIpRange.
            reserved_ip_range=network.private_range,
            auth_enabled=True,
            transit_encryption_mode="SERVER_AUTHENTICATION",
            redis_configs={"maxmemory-policy": "allkeys-lru", "notify-keyspace-events": "Ex"},
            maintenance_policy=MaintenancePolicy(
                weekly_maintenance_window=[
                    WeeklyWindow(
                        day=config.maintenance.day,
                        start_time=StartTime(
                            hours=config.maintenance.hour, minutes=0, seconds=0, nanos=0
                        ),
                    )
                ]
            ),
            persistence_config=Persistence(
                persistence_mode="RDB", rdb_snapshot_period="TWELVE_HOURS"
            )
            if config.snapshots
            else None,
            customer_managed_key=key.name,
            lifecycle=fixed(
                self.environment,
                "cache.high_availability",
                {"tier": tier},
                also=key.fixed("customer_managed_key"),
                prevent_destroy=self.protect,
            ),
            depends_on=[*self.apis("redis"), network.private_services, *key.ready],
        )
        self._host = redis.host
        self._ca_certificates = pem(redis, "server_ca_certs")
        self._url = Secret(
            self,
            f"redis-connection-{region}",
            Content(
                value=f"rediss://:{redis.auth_string}@{self._host}:${{{address(redis)}.port}}",
                in_state=True,
            ),
        )

    @property
    def host(self) -> str:
        """Private address of the instance."""
        return self._host

    @property
    def url(self) -> Secret:
        """REDIS_URL of the region's services: `rediss://` with the AUTH string."""
        return self._url

    @property
    def ca_certificates(self) -> str:
        """The instance's certificate authorities in PEM, for REDIS_CA_CERTS. Not a secret."""
        return self._ca_certificates
