"""Derive `data/permissions.json` and `data/roles.json` from the public data set
iann0036/iam-dataset, folder gcp.

    python -m facts.derive_permissions FOLDER [--role roles/run.admin]

The data set is collected from Google's role definitions and REST reference. What it lacks or has
wrong is listed in `data/permission_corrections.json`, which this program does not touch.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from facts import permissions
from facts.table import DATA

APIS = (
    "aiplatform", "apigee", "artifactregistry", "bigquery", "billingbudgets", "binaryauthorization",
    "cloudbilling", "cloudkms", "cloudresourcemanager", "cloudscheduler", "compute", "dns", "iam",
    "iamcredentials", "logging", "monitoring", "ondemandscanning", "orgpolicy", "pubsub", "redis",
    "run", "secretmanager", "servicenetworking", "serviceusage", "storage", "storagetransfer",
    "vpcaccess", "workflowexecutions", "workflows",
)  # fmt: skip
"""APIs whose methods the data set has; those of Cloud SQL and BigQuery Data Transfer it lacks."""
_SOURCE = "https://github.com/iann0036/iam-dataset/tree/main/gcp"


class UnknownRoleError(Exception):
    """The data set has no such role."""


def main(argv: Sequence[str] | None = None) -> int:
    """Write the data file; returns the exit code: 0, or 1 for a role that does not exist."""
    parser = argparse.ArgumentParser(prog="python -m facts.derive_permissions")
    parser.add_argument("dataset", type=Path, help="folder with map.json and roles/")
    parser.add_argument("--role", action="append", default=[], help="add a role to those on file")
    parser.add_argument("--output", type=Path, default=DATA / "permissions.json")
    args = parser.parse_args(argv)
    try:
        facts = derive(args.dataset, {*permissions.roles(), *args.role})
    except UnknownRoleError as error:
        print(f"Error: {error}\nhelp: Correct the name of the role", file=sys.stderr)
        return 1
    args.output.write_text(_lines(facts), encoding="utf-8")
    args.output.with_name("roles.json").write_text(
        _lines(derive_roles(args.dataset)), encoding="utf-8"
    )
    return 0


def derive(dataset: Path, roles: Iterable[str]) -> dict[str, Any]:
    """Return the facts `methods` and `roles`. Raises UnknownRoleError."""
    existing = _existing(dataset)
    held = {role: grouped(_permissions(dataset, role)) for role in sorted(roles)}
    return {
        "methods": _fact(
            {
                name: needed
                for name, needed in _methods(dataset)
                if needed and existing >= {*needed}
            },
            "Permissions by the id of a discovery method; without methods for which the data set "
            "has no permission, or one that no role has.",
        ),
        "roles": _fact(held, "Permissions of a role: verbs by service and resource."),
    }


def derive_roles(dataset: Path) -> dict[str, Any]:
    """Return the fact `predefined`: the names of all roles of the data set."""
    services: dict[str, list[str]] = {}
    for file in sorted((dataset / "roles").glob("*.json")):
        service, _, name = file.stem.partition(".")
        services.setdefault(service, []).append(name)
    return {
        "predefined": _fact(
            {service: " ".join(sorted(names)) for service, names in sorted(services.items())},
            "Roles by service: names separated by spaces, none for a role without a service, such "
            "as roles/browser.",
        )
    }


def grouped(names: Iterable[str]) -> Mapping[str, str]:
    """Return permissions as verbs by what they are about: `run.services`: "create get"."""
    groups: dict[str, list[str]] = {}
    for name in sorted(names):
        about, _, verb = name.rpartition(".")
        groups.setdefault(about, []).append(verb)
    return {about: " ".join(verbs) for about, verbs in groups.items()}


def _methods(dataset: Path) -> list[tuple[str, list[str]]]:
    apis = json.loads((dataset / "map.json").read_text("utf-8"))["api"]
    return sorted(
        (name, sorted({_corrected(one["name"]) for one in method.get("permissions", [])}))
        for api in APIS
        for name, method in apis.get(api, {}).get("methods", {}).items()
    )


def _corrected(permission: str) -> str:
    """Return a permission as roles write it; some methods have iam.googleapis.com-resource.verb."""
    return permission.replace("googleapis.com-", "googleapis.com/")


def _existing(dataset: Path) -> set[str]:
    files = (dataset / "roles").glob("*.json")
    return {name for file in files for name in _permissions(dataset, f"roles/{file.stem}")}


def _permissions(dataset: Path, role: str) -> list[str]:
    file = dataset / "roles" / f"{role.removeprefix('roles/')}.json"
    if not file.is_file():
        raise UnknownRoleError(f"There is no role {role} in {dataset}")
    return list(json.loads(file.read_text("utf-8")).get("includedPermissions", []))


def _fact(value: Any, note: str) -> dict[str, Any]:
    today = date.today().isoformat()
    return {"value": value, "source": _SOURCE, "checked": today, "how": "derived", "note": note}


def _lines(facts: Mapping[str, Any]) -> str:
    """Return JSON with one method or role on each line, so that a difference can be read."""
    parts = []
    for name, fact in facts.items():
        rows = (f"   {json.dumps(key)}: {json.dumps(item)}" for key, item in fact["value"].items())
        rest = (f"  {json.dumps(key)}: {json.dumps(fact[key])}" for key in fact if key != "value")
        value = '  "value": {\n' + ",\n".join(rows) + "\n  }"
        parts.append(f" {json.dumps(name)}: {{\n" + ",\n".join([value, *rest]) + "\n }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main())
