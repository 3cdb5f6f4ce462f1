"""Databases for tests: what the file must say, and everything that it may say otherwise."""

import json
from functools import cache

from environments.schema import DatabaseConfig
from tests.template import Block, Template, alone
from tests.unit.parts import EAST, database

REPLICA = {"copy": {"region": EAST}}
BASE: Block = {"tier": "db-custom-2-7680", "replicas": REPLICA}
"""What the file must say, and a replica in the other region."""
OTHER: Block = {
    "version": "POSTGRES_17",
    "tier": "db-custom-4-15360",
    "high_availability": True,
    "disk_size_gb": 20,
    "disk_limit_gb": 40,
    "max_connections": 300,
    "password_version": 7,
    "flags": {"log_connections": "off", "work_mem": "65536"},
    "slow_query_ms": 250,
    "backups": {"start_hour": 3, "retained_backups": 14, "log_retention_days": 5},
    "maintenance": {"day": "MONDAY", "hour": 9},
    "replicas": REPLICA,
}
"""Everything that the file may say otherwise."""


def databases(config: Block = BASE, *, protect: bool = False) -> Template:
    """Return the database of a section of the file, on a network of its own."""
    return _made(json.dumps(config), protect=protect)


@cache
def _made(config: str, *, protect: bool) -> Template:
    section = DatabaseConfig.model_validate_json(config)
    return alone(lambda stack: database(stack, section), protect=protect)
