"""Resources as the provider reads them, to check and to put into clouds."""

from typing import Any

P = "projects/acme-test"
NETWORK_ID = f"{P}/global/networks/vpc"
EMAIL = "api@acme-test.iam.gserviceaccount.com"

NETWORK: dict[str, Any] = {"name": "vpc"}
SUBNET: dict[str, Any] = {
    "name": "private",
    "region": "us-central1",
    "network": NETWORK_ID,
    "ip_cidr_range": "10.0.0.0/20",
    "secondary_ip_range": [{"range_name": "pods", "ip_cidr_range": "10.0.32.0/20"}],
}
CONNECTOR: dict[str, Any] = {
    "name": "connector",
    "region": "us-central1",
    "network": "vpc",
    "ip_cidr_range": "10.1.0.0/28",
    "min_instances": 2,
    "max_instances": 10,
}
RANGE: dict[str, Any] = {
    "name": "private-ip",
    "purpose": "VPC_PEERING",
    "address_type": "INTERNAL",
    "address": "10.64.0.0",
    "prefix_length": 16,
    "network": NETWORK_ID,
}
PEERING: dict[str, Any] = {
    "id": "peering",
    "network": NETWORK_ID,
    "service": "servicenetworking.googleapis.com",
    "reserved_peering_ranges": ["private-ip"],
}
ACCOUNT: dict[str, Any] = {
    "account_id": "api",
    "email": EMAIL,
    "name": f"{P}/serviceAccounts/{EMAIL}",
    "member": f"serviceAccount:{EMAIL}",
}
SECRET: dict[str, Any] = {"secret_id": "key", "replication": [{"auto": [{}]}]}
VERSION: dict[str, Any] = {
    "id": f"{P}/secrets/key/versions/1",
    "name": f"{P}/secrets/key/versions/1",
    "secret": f"{P}/secrets/key",
    "version": "1",
    "enabled": True,
}
GRANT: dict[str, Any] = {
    "secret_id": "key",
    "role": "roles/secretmanager.secretAccessor",
    "member": f"serviceAccount:{EMAIL}",
}
RUN: dict[str, Any] = {
    "name": "api",
    "location": "us-central1",
    "template": [
        {
            "service_account": EMAIL,
            "timeout": "60s",
            "max_instance_request_concurrency": 80,
            "scaling": [{"min_instance_count": 0, "max_instance_count": 10}],
            "volumes": [{"name": "data", "empty_dir": [{}]}],
            "vpc_access": [
                {
                    "connector": f"{P}/locations/us-central1/connectors/connector",
                    "egress": "PRIVATE_RANGES_ONLY",
                    "network_interfaces": [],
                }
            ],
            "containers": [
                {
                    "image": "hello",
                    "ports": [{"container_port": 8080}],
                    "env": [
                        {"name": "A", "value": "b"},
                        {
                            "name": "KEY",
                            "value_source": [
                                {"secret_key_ref": [{"secret": "key", "version": "1"}]}
                            ],
                        },
                    ],
                    "resources": [{"cpu_idle": True, "limits": {"cpu": "4", "memory": "4Gi"}}],
                    "startup_probe": [
                        {"period_seconds": 10, "timeout_seconds": 9, "failure_threshold": 24}
                    ],
                    "volume_mounts": [{"name": "data", "mount_path": "/data"}],
                }
            ],
        }
    ],
    "traffic": [{"percent": 100}],
}
NEG: dict[str, Any] = {
    "name": "api-neg",
    "region": "us-central1",
    "network_endpoint_type": "SERVERLESS",
    "cloud_run": [{"service": "api"}],
}
NEG_ID = f"{P}/regions/us-central1/networkEndpointGroups/api-neg"
BACKEND: dict[str, Any] = {
    "name": "api-backend",
    "load_balancing_scheme": "EXTERNAL_MANAGED",
    "backend": [{"group": NEG_ID}],
    "enable_cdn": True,
    "cdn_policy": [
        {
            "cache_mode": "CACHE_ALL_STATIC",
            "default_ttl": 3600,
            "max_ttl": 86400,
            "client_ttl": 3600,
            "negative_caching": True,
            "negative_caching_policy": [{"code": 404, "ttl": 300}],
        }
    ],
    "outlier_detection": [{"consecutive_errors": 5}],
}
BACKEND_ID = f"{P}/global/backendServices/api-backend"
SQL: dict[str, Any] = {
    "name": "db",
    "region": "us-central1",
    "database_version": "POSTGRES_15",
    "settings": [
        {
            "edition": "ENTERPRISE",
            "tier": "db-custom-4-15360",
            "availability_type": "REGIONAL",
            "disk_size": 100,
            "disk_autoresize_limit": 500,
            "backup_configuration": [
                {
                    "enabled": True,
                    "point_in_time_recovery_enabled": True,
                    "start_time": "02:00",
                    "transaction_log_retention_days": 7,
                    "backup_retention_settings": [{"retained_backups": 30}],
                }
            ],
            "ip_configuration": [{"ipv4_enabled": False, "private_network": NETWORK_ID}],
            "database_flags": [
                {"name": "max_connections", "value": "200"},
                {"name": "pgaudit.log", "value": "ddl,role"},
                {"name": "log_connections", "value": "on"},
            ],
            "maintenance_window": [{"day": 7, "hour": 7, "update_track": "stable"}],
            "insights_config": [{"query_string_length": 1024}],
        }
    ],
}
REPLICA: dict[str, Any] = {
    "name": "db-replica",
    "region": "us-east1",
    "database_version": "POSTGRES_15",
    "master_instance_name": "db",
    "settings": [
        {
            "edition": "ENTERPRISE",
            "tier": "db-custom-4-15360",
            "disk_size": 100,
            "ip_configuration": [{"ipv4_enabled": False, "private_network": NETWORK_ID}],
            "database_flags": [{"name": "max_connections", "value": "200"}],
        }
    ],
}
REDIS: dict[str, Any] = {
    "name": "cache",
    "region": "us-central1",
    "tier": "STANDARD_HA",
    "memory_size_gb": 5,
    "redis_version": "REDIS_7_2",
    "connect_mode": "PRIVATE_SERVICE_ACCESS",
    "authorized_network": NETWORK_ID,
    "reserved_ip_range": "private-ip",
    "read_replicas_mode": "READ_REPLICAS_ENABLED",
    "replica_count": 2,
    "redis_configs": {"maxmemory-policy": "allkeys-lru", "notify-keyspace-events": "Ex"},
    "persistence_config": [{"persistence_mode": "RDB", "rdb_snapshot_period": "TWELVE_HOURS"}],
    "maintenance_policy": [
        {"weekly_maintenance_window": [{"day": "SUNDAY", "start_time": [{"hours": 5}]}]}
    ],
}
BUCKET: dict[str, Any] = {
    "name": "acme-test-data",
    "location": "US-CENTRAL1",
    "storage_class": "STANDARD",
    "versioning": [{"enabled": False}],
    "public_access_prevention": "inherited",
    "retention_policy": [{"retention_period": 86400, "is_locked": True}],
    "soft_delete_policy": [{"retention_duration_seconds": 604800}],
    "lifecycle_rule": [
        {
            "action": [{"type": "SetStorageClass", "storage_class": "NEARLINE"}],
            "condition": [{"age": 30}],
        },
        {
            "action": [{"type": "SetStorageClass", "storage_class": "COLDLINE"}],
            "condition": [{"age": 90}],
        },
        {"action": [{"type": "Delete"}], "condition": [{"age": 365}]},
    ],
}
REPOSITORY: dict[str, Any] = {
    "repository_id": "services",
    "location": "us-central1",
    "format": "DOCKER",
    "docker_config": [{"immutable_tags": True}],
    "cleanup_policies": [
        {"id": "keep", "action": "KEEP", "most_recent_versions": [{"keep_count": 20}]},
        {"id": "old", "action": "DELETE", "condition": [{"older_than": "30d"}]},
    ],
}
POLICY: dict[str, Any] = {
    "name": "armor",
    "type": "CLOUD_ARMOR",
    "rule": [
        {
            "action": "deny(403)",
            "priority": 1000,
            "description": "WAF",
            "match": [
                {
                    "expr": [
                        {
                            "expression": "evaluatePreconfiguredWaf('sqli-v33-stable', "
                            "{'sensitivity': 1})"
                        }
                    ]
                }
            ],
        },
        {
            "action": "rate_based_ban",
            "priority": 2000,
            "match": [{"versioned_expr": "SRC_IPS_V1", "config": [{"src_ip_ranges": ["*"]}]}],
            "rate_limit_options": [
                {
                    "ban_duration_sec": 600,
                    "conform_action": "allow",
                    "exceed_action": "deny(429)",
                    "enforce_on_key": "IP",
                    "rate_limit_threshold": [{"count": 100, "interval_sec": 60}],
                }
            ],
        },
        {
            "action": "allow",
            "priority": 2147483647,
            "match": [{"versioned_expr": "SRC_IPS_V1", "config": [{"src_ip_ranges": ["*"]}]}],
        },
    ],
}
MAP: dict[str, Any] = {
    "name": "map",
    "default_service": f"{P}/global/backendBuckets/static",
    "host_rule": [{"hosts": ["api.example.com"], "path_matcher": "api"}],
    "path_matcher": [
        {
            "name": "api",
            "default_service": BACKEND_ID,
            "path_rule": [
                {
                    "paths": ["/static", "/static/*"],
                    "service": f"{P}/global/backendBuckets/static",
                }
            ],
        }
    ],
    "test": [{"host": "api.example.com", "path": "/x", "service": BACKEND_ID}],
}
PROXY: dict[str, Any] = {
    "name": "https",
    "url_map": f"{P}/global/urlMaps/map",
    "ssl_certificates": [f"{P}/global/sslCertificates/cert"],
    "ssl_policy": f"{P}/global/sslPolicies/tls",
}
FORWARDING: dict[str, Any] = {
    "name": "rule",
    "target": f"{P}/global/targetHttpsProxies/https",
    "load_balancing_scheme": "EXTERNAL_MANAGED",
    "port_range": "443",
    "ip_address": "203.0.113.1",
}
CERTIFICATE: dict[str, Any] = {
    "name": "cert",
    "managed": [{"domains": ["example.com", "api.example.com"]}],
}
