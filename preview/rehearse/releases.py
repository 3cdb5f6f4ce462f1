"""Steps with releases: images, a release, one that fails, and a rollback."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from preview.rehearse.clients import clients
from preview.rehearse.images import push
from preview.rehearse.laptop import StepFailedError
from preview.rehearse.life import Life, read_json

GOOD, BAD, NEXT = "1.0.0", "1.1.0", "1.2.0"
"""Versions of the services: the second one answers some requests with an error."""
_LABELS: Mapping[str, Mapping[str, str]] = {
    GOOD: {},
    BAD: {"offline.error-percent": "30"},
    NEXT: {},
}
_TABLES = {"users": 1200, "sessions": 3400, "alembic_version": 1}
_WATCH_MINUTES = "0.05"


def push_images(life: Life) -> str:
    """Push the images of three versions, and of the migrations."""
    registry = life.outputs["registry"]
    for version, labels in _LABELS.items():
        life.images[version] = {}
        for service in life.outputs["services"]:
            life.images[version][service] = _push(life, registry, service, version, labels)
    tables = {"offline.tables": json.dumps(_TABLES)}
    life.images[GOOD]["migrations"] = _push(life, registry, "migrations", GOOD, tables)
    return f"{sum(map(len, life.images.values()))} images: {', '.join(_LABELS)}"


def has_gateway(life: Life) -> bool:
    """Return whether the platform has a gateway."""
    return life.outputs.get("gateway") is not None


def deploy_gateway(life: Life) -> str:
    """Deploy the revision of the proxy that Terraform uploaded."""
    url = f"{life.url}/served/gateway/health"
    life.laptop.grid("gateway", "deploy", life.name, "--url", url)
    return f"revision {life.outputs['gateway']['revision']} of the proxy serves"


def release(life: Life) -> str:
    """Release the first version: migrate, test, and move the traffic in steps."""
    images = dict(life.images[GOOD])
    migrations = images.pop("migrations")
    options = ["--migrate-image", migrations] if life.outputs.get("migration_job") else []
    with clients(life.addresses) as sent:
        _deploy(life, images, *options)
    return f"{GOOD} serves; {sent}"


def status(life: Life) -> str:
    """Show the serving revisions."""
    output = life.laptop.grid("status", life.name, "--json")
    services = read_json(output)["result"]["services"]
    serving = [
        target["image"]
        for service in services
        for target in service["targets"]
        if target["percent"] == 100
    ]
    expected = set(life.images[GOOD].values())
    if len(serving) != len(services) or not set(serving) <= expected:
        raise StepFailedError(f"{GOOD} does not serve everywhere", output)
    return f"{GOOD} serves all traffic of {len(services)} services"


def failing_release(life: Life) -> str:
    """Release a version that passes its smoke test and then answers with errors."""
    service = _busiest(life)
    with clients(life.addresses) as sent:
        # 3 instead of 1 where a migration ran: it is not taken back.
        output = _deploy(life, {service: life.images[BAD][service]}, codes=(1, 3))
    found = re.search(r"(\d+) of (\d+) responses are 5xx", output)
    if found is None:
        raise StepFailedError("the release failed, and not at its gate", output)
    status(life)
    return f"stopped: {found[1]} of {found[2]} answers of {BAD} were errors; {GOOD} serves; {sent}"


def next_release(life: Life) -> str:
    """Release a good version of one service."""
    service = _busiest(life)
    with clients(life.addresses) as sent:
        _deploy(life, {service: life.images[NEXT][service]})
    return f"{NEXT} of {service} serves; {sent}"


def held_release(life: Life) -> str:
    """Release a version to a part of the users, and end it from another machine."""
    service = _busiest(life)
    with clients(life.addresses) as sent:
        _deploy(life, {service: life.images[NEXT][service]}, "--hold", "10")
        output = life.laptop.grid("status", life.name, "--json")
        services = read_json(output)["result"]["services"]
        split = [
            target["percent"]
            for each in services
            for target in each["targets"]
            if target["percent"] and target["image"] == life.images[NEXT][service]
        ]
        if set(split) != {10}:
            raise StepFailedError(f"{NEXT} of {service} does not have 10% everywhere", output)
        life.laptop.grid("rollback", life.name, machine="-second")
    status(life)
    return f"{NEXT} had 10%; {GOOD} of {service} serves again, from a second machine; {sent}"


def roll_back(life: Life) -> str:
    """Return to the version before, from another machine."""
    service = _busiest(life)
    with clients(life.addresses) as sent:
        life.laptop.grid("rollback", life.name, "--service", service, machine="-second")
    status(life)
    return f"{GOOD} of {service} serves again, from a second machine; {sent}"


def _deploy(
    life: Life, images: Mapping[str, str], *options: str, codes: tuple[int, ...] = (0,)
) -> str:
    given = [part for name, image in images.items() for part in ("--image", f"{name}={image}")]
    watch = ("--watch", _WATCH_MINUTES)
    return life.laptop.grid("deploy", life.name, *given, *options, *watch, codes=codes)


def _push(life: Life, registry: str, image: str, version: str, labels: Mapping[str, str]) -> str:
    life.laptop.type(f"docker push {registry}/{image}:{version}")
    return push(life.url, registry, image, version, labels)


def _busiest(life: Life) -> str:
    services = life.outputs["services"]
    return "api" if "api" in services else next(iter(services))
