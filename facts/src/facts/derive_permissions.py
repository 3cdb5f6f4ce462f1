"""Derive `data/permissions.json` from the public data set iann0036/iam-dataset, folder gcp.

    python -m facts.derive_permissions DATASET --methods FILE --roles FILE

The files name the methods and the roles that are wanted, one on each line. The data set is made
from Google's own role definitions and reference pages. Facts of the file whose names begin with
`corrections` are kept: they have what the data set lacks or has wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parent / "data"
_SOURCE = "https://github.com/iann0036/iam-dataset/tree/main/gcp"
_BASIC = {"roles/editor", "roles/owner", "roles/viewer"}
"""Roles of every service: they are not listed, since nobody here is given one."""


class UnknownRoleError(Exception):
    """The data set has no such role."""


def main(argv: Sequence[str] | None = None) -> int:
    """Write the data file; returns the exit code: 0, or 1 for a role that does not exist."""
    parser = argparse.ArgumentParser(prog="python -m facts.derive_permissions")
    parser.add_argument("dataset", type=Path, help="folder with map.json and roles/")
    parser.add_argument("--methods", type=Path, required=True, help="ids of discovery methods")
    parser.add_argument("--roles", type=Path, required=True, help="names such as roles/run.admin")
    parser.add_argument("--output", type=Path, default=_DATA / "permissions.json")
    args = parser.parse_args(argv)
    methods, roles = (file.read_text("utf-8").split() for file in (args.methods, args.roles))
    try:
        document = derive(args.dataset, methods, roles)
    except UnknownRoleError as error:
        print(f"Error: {error}\nhelp: Correct the name of the role", file=sys.stderr)
        return 1
    held = json.loads(args.output.read_text("utf-8")) if args.output.is_file() else {}
    document |= {name: one for name, one in held.items() if name.startswith("corrections")}
    args.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0


def derive(dataset: Path, methods: Iterable[str], roles: Iterable[str]) -> dict[str, Any]:
    """Return the facts `methods` and `roles`. Raises UnknownRoleError."""
    apis = json.loads((dataset / "map.json").read_text("utf-8"))["api"]
    known = {
        name: sorted(permission["name"] for permission in one.get("permissions", []))
        for api in apis.values()
        for name, one in api.get("methods", {}).items()
    }
    found = {name: known[name] for name in sorted(set(methods)) if known.get(name)}
    held = {role: _permissions(dataset, role) for role in sorted(set(roles) - _BASIC)}
    return {
        "methods": _fact(found, "Permissions by the id of a discovery method."),
        "roles": _fact(held, "Verbs by the service and resource of each role's permissions."),
    }


def grouped(permissions: Iterable[str]) -> Mapping[str, str]:
    """Return permissions as verbs by what they are about: `run.services`: "create get"."""
    groups: dict[str, list[str]] = {}
    for permission in sorted(permissions):
        about, _, verb = permission.rpartition(".")
        groups.setdefault(about, []).append(verb)
    return {about: " ".join(verbs) for about, verbs in groups.items()}


def _permissions(dataset: Path, role: str) -> Mapping[str, str]:
    file = dataset / "roles" / f"{role.removeprefix('roles/')}.json"
    if not file.is_file():
        raise UnknownRoleError(f"there is no role {role}")
    return grouped(json.loads(file.read_text("utf-8")).get("includedPermissions", []))


def _fact(value: Any, note: str) -> dict[str, Any]:
    today = date.today().isoformat()
    return {"value": value, "source": _SOURCE, "checked": today, "how": "derived", "note": note}


if __name__ == "__main__":
    sys.exit(main())
