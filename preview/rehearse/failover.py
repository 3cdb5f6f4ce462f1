"""Step with a disaster: the primary database is down, and its replica takes over."""

from __future__ import annotations

import re

import requests

from preview.rehearse import releases
from preview.rehearse.clients import clients
from preview.rehearse.database import import_database, raise_password_version
from preview.rehearse.life import SECONDS, Life, read_json


def has_replica(life: Life) -> bool:
    """Return whether the database has a read replica."""
    return bool(life.outputs["database"]["replicas"])


def fail_over(life: Life) -> str:
    """Promote the replica while the primary is down, and let Terraform know (the runbook)."""
    database = life.outputs["database"]
    name, replica = next(iter(database["replicas"].items()))
    _stop(life, database["instance"])
    confirm = ("--confirm", replica["instance"])
    with clients(life.addresses) as sent:
        output = life.laptop.grid("failover", life.name, *confirm, "--json")
    report = read_json(output)["result"]
    life.laptop.grid("apply", life.name, "--yes", codes=(4,))
    _promote_in_file(life, name, replica["region"])
    raise_password_version(life)
    life.laptop.synth()
    import_database(life, replica["instance"])
    life.laptop.grid("apply", life.name, "--yes")
    life.write_outputs()
    releases.release(life)
    lag = report["rpo_seconds"]
    return (
        f"{replica['instance']} is the primary; RTO {report['rto_seconds']} s, "
        f"RPO {'unknown' if lag is None else f'{lag:.0f} s'}; {sent}"
    )


def _stop(life: Life, instance: str) -> None:
    """Stop the primary, as an outage does."""
    life.laptop.type(f"gcloud sql instances patch {instance} --activation-policy=NEVER")
    url = f"{life.url}/sqladmin/v1/projects/{life.outputs['project_id']}/instances/{instance}"
    settings = {"settings": {"activationPolicy": "NEVER"}}
    requests.patch(url, json=settings, timeout=SECONDS).raise_for_status()


def _promote_in_file(life: Life, name: str, region: str) -> None:
    file = life.laptop.environments / f"{life.name}.yaml"
    text = re.sub(r"(?m)^  replicas:.*\n(?:    .*\n)*", "", file.read_text("utf-8"))
    line = f"  promoted: {{replica: {name}, region: {region}}}"
    life.laptop.type(f"sed -i '/^database:/a\\{line}' environments/{life.name}.yaml")
    file.write_text(re.sub(r"(?m)^database:\n", f"database:\n{line}\n", text), "utf-8")
