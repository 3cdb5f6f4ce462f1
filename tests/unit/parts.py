"""What the unit tests share: stacks with providers, the constructs that others need, references."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from constructs.compute.container import Variables
from constructs.compute.service import Deployment, RegionalService
from constructs.database import Database
from constructs.dependencies import Dependencies
from constructs.networking import Egress, Network

from environments import load
from environments.schema import (
    ConnectorConfig,
    DatabaseConfig,
    NetworkConfig,
    RegionConfig,
    ServiceConfig,
)
from stacks.stack import Stack
from tests import template
from tests.template import NAMES, Block, Template, alone

ENVIRONMENT_NAMES = sorted(file.stem for file in template.ENVIRONMENTS.glob("*.yaml"))
CENTRAL, EAST = "us-central1", "us-east1"
OTHER_DEV = {
    "domain.dns_zone": "zone",
    "services.api.env": {"FEATURE": "on"},
    "services.worker": {"cpu": 1, "memory": "1Gi", "max_instances": 1},
    "secrets.app-user": {"source": "generated"},
    "migration_job": None,
}
"""Changes to dev: DNS records, a variable, a service without a route, a secret that is named like
the database's user, no migration job."""
OTHER_PROD = {
    "network.egress": "direct",
    "network.egress_traffic": "ALL_TRAFFIC",
    "migration_job": {"cpu": 2, "memory": "2Gi", "timeout_seconds": 600, "image": "ours"},
}
"""Changes to prod: Direct VPC egress instead of connectors, another migration job."""
NETWORK = NetworkConfig(private_services_range="10.64.0.0/16")
DATABASE = DatabaseConfig(tier="db-custom-1-3840")


def regions(*names: str) -> dict[str, RegionConfig]:
    """Regions of these names with ranges of their own."""
    return {
        name: RegionConfig(
            subnet_range=f"10.{number}.0.0/20",
            services_range=f"10.{number}.16.0/20",
            pods_range=f"10.{number}.32.0/20",
            connector=ConnectorConfig(range=f"10.100.{number}.0/28"),
        )
        for number, name in enumerate(names)
    }


def network(stack: Stack, config: NetworkConfig = NETWORK) -> Network:
    """Return a network in the regions of the environment."""
    return Network(stack, "network", config)


def database(stack: Stack, config: DatabaseConfig = DATABASE) -> Database:
    """Return a database on a network of its own."""
    return Database(stack, "database", config, network=network(stack))


def regional_service(
    stack: Stack,
    config: ServiceConfig,
    *,
    variables: Variables | None = None,
    egress: Egress | None = None,
    grants: Dependencies = (),
) -> RegionalService:
    """Return the Cloud Run service `web` in `CENTRAL`."""
    deployment = Deployment(
        service="web",
        resource_name=NAMES.service("web"),
        region=CENTRAL,
        account="web@example.iam.gserviceaccount.com",
        variables=variables or Variables(plain={}, secret={}),
        egress=egress or Egress(traffic="PRIVATE_RANGES_ONLY", connector="a-connector"),
        grants=grants,
    )
    return RegionalService(stack, "web", config, deployment=deployment)


def service(
    config: ServiceConfig,
    *,
    egress: Egress | None = None,
    protect: bool = False,
) -> Template:
    """Return a stack with a `regional_service`."""
    return alone(lambda stack: regional_service(stack, config, egress=egress), protect=protect)


def platform(name: str, changes: Block | None = None) -> Template:
    """Return the platform of one of the project's environments, with changes if any are given."""
    environment = template.variant(name, changes or {})
    known, key = _platforms(), environment.model_dump_json()
    if key not in known:
        known[key] = template.platform(environment)
    return known[key]


@cache
def _platforms() -> dict[str, Template]:
    """Platforms that were synthesized, by the content of their environment."""
    made = template.platforms()
    return {environment.model_dump_json(): made[name] for name, environment in load().items()}


def references(part: Any, among: Iterable[str]) -> set[str]:
    """Which of these addresses a part of a template names, in an expression or in plain text."""
    named = set(re.findall(r"\b(?:google|random)_\w+\.\w+", json.dumps(part)))
    return named & set(among)


def needs(document: Template, address: str) -> set[str]:
    """Return the addresses of all that Terraform creates before this one, in any step."""
    resources = document.resources
    found: set[str] = set()
    new = {address}
    while new:
        found |= new
        new = {
            reference for step in new for reference in references(resources[step], resources)
        } - found
    return found - {address}


def container(resource: Block) -> Block:
    """Return the only container of a Cloud Run service or job."""
    holder = resource["template"]
    [one] = holder.get("template", holder)["containers"]
    return dict(one)


def variables(resource: Block) -> Mapping[str, Any]:
    """Environment variables of a Cloud Run service or job: values, or references to secrets."""
    return {
        env["name"]: env.get("value", env.get("value_source", {}).get("secret_key_ref"))
        for env in container(resource)["env"]
    }
