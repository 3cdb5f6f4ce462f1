"""Adoption of an existing object into the Terraform state, by an import block."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from contract.plan import Change, planned_changes
from operations.core.errors import BlockedError, OperationError, UsageError
from operations.plan.events import TerraformError

_ESCAPES = {"${": "$${", "%{": "%%{"}
"""Texts that begin a template in Terraform, and how to write them literally."""
_IN_PLACE = ("import", "update")


@contextmanager
def import_folder(folder: Path, address: str, import_id: str) -> Iterator[Path]:
    """Provide a folder with links to an initialized stack, and an import block.

    The block is not in the stack's own folder: another command would plan it too, and a kill would
    leave it there.
    """
    for text, literal in _ESCAPES.items():
        import_id = import_id.replace(text, literal)
    document = {"import": [{"to": address, "id": import_id}]}
    with TemporaryDirectory() as temporary:
        linked = Path(temporary, folder.name)
        linked.mkdir()
        for entry in folder.absolute().iterdir():
            (linked / entry.name).symlink_to(entry)
        (linked / "grid-import.tf.json").write_text(json.dumps(document), encoding="utf-8")
        yield linked


def check_address(folder: Path, address: str) -> None:
    """Check that a stack has a resource.

    Raises:
        UsageError: it has none at that address.
    """
    stack = json.loads((folder / "cdk.tf.json").read_text("utf-8"))
    addresses = [
        f"{type_}.{name}" for type_, named in stack.get("resource", {}).items() for name in named
    ]
    if address not in addresses:
        similar = ", ".join(get_close_matches(address, addresses)) or "none"
        raise UsageError(
            f"{address} is not in the configuration: the stack {folder.name} does not have it. "
            f"Similar addresses: {similar}",
            advice="add the resource to the environment file first, or correct the address",
        )


def explain_failed_plan(error: TerraformError, address: str, import_id: str) -> OperationError:
    """Return the error of a plan with an import block, as a usage error if no object was found."""
    if "Cannot import non-existent remote object" not in str(error):
        return error
    type_, _, _ = address.partition(".")
    provider, _, page = type_.partition("_")
    return UsageError(
        f"there is no {type_} with this import ID: {import_id}",
        advice="check the project and the name; the page "
        f"{page} of the provider {provider} has the form of the ID",
    )


def read_adoption(document: Mapping[str, Any], address: str) -> Change:
    """Return what a plan does to an object that it imports.

    `document` is what `show_plan` returned.

    Raises:
        BlockedError: the plan does not import it, or does more than to import it and to change it
            in place.
    """
    changes = planned_changes(document)
    adopted = [
        change for change in changes if change.address == address and change.values.get("importing")
    ]
    if not adopted:
        raise BlockedError(
            f"the plan does not import {address}", advice="check that the state does not have it"
        )
    others = [
        change for change in changes if change not in adopted or change.action not in _IN_PLACE
    ]
    if others:
        lines = "\n".join(
            f"  {change.action} {change.address}" + (f": {change.reason}" if change.reason else "")
            for change in others
        )
        raise BlockedError(
            f"the import of {address} would do more than change it in place:\n{lines}",
            advice="set the object's own values in the environment file, "
            "and import first what it depends on",
        )
    return adopted[0]
