"""Steps with Terraform: bootstrap, apply, drift, and the end."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import requests

from contract.variables import placeholder_variables
from preview.rehearse.laptop import BOOTSTRAP, StepFailedError
from preview.rehearse.life import SECONDS, Life, find_last, read_json

_ABANDON = "abandon_private_services_on_destroy"
_LOCAL = '{"terraform": {"backend": {"local": {}}}}\n'


def synthesize(life: Life) -> str:
    """Write the Terraform JSON of both stacks."""
    laptop = life.laptop
    laptop.synth("--bootstrap")
    laptop.synth()
    stack = json.loads((laptop.stack() / "cdk.tf.json").read_text("utf-8"))
    laptop.variables |= placeholder_variables(stack, seed=life.name)
    count = sum(len(named) for named in stack["resource"].values())
    return f"{count} resources of the platform"


def bootstrap(life: Life) -> str:
    """Create the state bucket and the accounts of the pipeline; their state moves to the bucket."""
    laptop = life.laptop
    override = laptop.stack(BOOTSTRAP) / "backend_override.tf.json"
    override.write_text(_LOCAL, "utf-8")
    laptop.terraform("init", stack=BOOTSTRAP)
    output = laptop.terraform("apply", "-auto-approve", stack=BOOTSTRAP)
    override.unlink()
    laptop.terraform("init", "-migrate-state", "-force-copy", stack=BOOTSTRAP)
    return f"{_count(output, 'added')} resources; their state is in the new bucket"


def apply(life: Life) -> str:
    """Create the platform."""
    output = life.laptop.grid("apply", life.name, "--yes")
    life.write_outputs()
    return find_last(output, r"\d+ to add.*|\d+ to create.*") or "applied"


def change_manually(life: Life) -> str:
    """Change a bucket outside of Terraform, and see that `grid drift` finds it."""
    bucket = life.outputs["buckets"]["app_data"]
    prevention = {"iamConfiguration": {"publicAccessPrevention": "inherited"}}
    url = f"{life.url}/storage/storage/v1/b/{bucket}"
    life.laptop.type(f"gcloud storage buckets update gs://{bucket} --no-public-access-prevention")
    requests.patch(url, json=prevention, timeout=SECONDS).raise_for_status()
    output = life.laptop.grid("drift", life.name, "--json", codes=(5,))
    drifts = read_json(output)["result"]["drift"]
    paths = [
        f"{drift['address']}: {attribute['path']}"
        for drift in drifts
        for attribute in drift["attributes"]
        if attribute["kind"] == "set here"
    ]
    if paths != ["google_storage_bucket.app_data: public_access_prevention"]:
        raise StepFailedError(f"the drift is {paths or 'not found'}", output)
    return paths[0]


def repair(life: Life) -> str:
    """Apply, which undoes what was changed manually."""
    life.laptop.grid("apply", life.name, "--yes")
    life.laptop.grid("drift", life.name)
    return "no drift is left"


def unprotect(life: Life) -> str:
    """Lift the protection, and leave the peering of private services behind (docs/traps.md)."""
    file = life.laptop.environments / f"{life.name}.yaml"
    life.laptop.type(f"sed -i 's/^protect: true/protect: false/' environments/{life.name}.yaml")
    text = re.sub(r"(?m)^protect:.*$", "protect: false", file.read_text("utf-8"))
    if _ABANDON not in text:
        life.laptop.type(f"sed -i '/^network:/a\\  {_ABANDON}: true' environments/{life.name}.yaml")
        text = re.sub(r"(?m)^network:\n", f"network:\n  {_ABANDON}: true\n", text)
    file.write_text(text, "utf-8")
    life.laptop.grid("apply", life.name, "--yes")
    return "resources with data can be destroyed"


def destroy(life: Life) -> str:
    """Destroy the platform, after its exports."""
    bucket = life.outputs["buckets"]["backups"]
    life.laptop.type(f"gcloud storage rm 'gs://{bucket}/**'")
    url = f"{life.url}/storage/storage/v1/b/{bucket}/o"
    listed = requests.get(url, timeout=SECONDS).json().get("items", [])
    for item in listed:
        address = f"{url}/{quote(item['name'], safe='')}"
        requests.delete(address, timeout=SECONDS).raise_for_status()
    output = life.laptop.terraform("destroy", "-auto-approve")
    return f"{_count(output, 'destroyed')} resources are gone"


def destroy_bootstrap(life: Life) -> str:
    """Destroy the accounts of the pipeline; the state bucket stays."""
    laptop = life.laptop
    override = laptop.stack(BOOTSTRAP) / "backend_override.tf.json"
    override.write_text(_LOCAL, "utf-8")
    laptop.terraform("init", "-migrate-state", "-force-copy", stack=BOOTSTRAP)
    laptop.terraform("state", "rm", "google_storage_bucket.tfstate", stack=BOOTSTRAP)
    output = laptop.terraform("destroy", "-auto-approve", stack=BOOTSTRAP)
    return f"{_count(output, 'destroyed')} resources are gone; the state bucket is left"


def is_protected(life: Life) -> bool:
    """Return whether the environment file protects the environment."""
    file = life.laptop.environments / f"{life.name}.yaml"
    return re.search(r"(?m)^protect:\s*true", file.read_text("utf-8")) is not None


def _count(output: str, what: str) -> str:
    return find_last(output, rf"\d+ {what}").partition(" ")[0] or "0"
