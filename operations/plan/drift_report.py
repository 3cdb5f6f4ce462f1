"""What has changed outside of Terraform, attribute by attribute; never a sensitive value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from contract.plan import Absence, Change, Difference, Path, drifted_resources

Kind = Literal["set here", "left to releases", "not set here"]
"""set here: the platform sets it, and an apply puts it back; left to releases: Terraform ignores
it (`ignore_changes`); not set here: Google computes it, or the platform does not manage it."""

_LONGEST = 200  # characters of a value


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One attribute that differs from the state; values are JSON."""

    path: str
    kind: Kind
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One resource that differs from the state."""

    address: str
    gone: bool
    attributes: tuple[Attribute, ...]

    @property
    def matters(self) -> bool:
        """Whether an apply would put something back."""
        return self.gone or any(attribute.kind == "set here" for attribute in self.attributes)


def read(document: Mapping[str, Any], stack: Mapping[str, Any]) -> list[Drift]:
    """Read what `terraform show -json` says of a refresh-only plan; `stack` is the stack's JSON."""
    drifts = []
    for change in drifted_resources(document):
        config = stack.get("resource", {}).get(change.type, {}).get(change.name, {})
        gone = change.action == "destroy"
        attributes = () if gone else tuple(_attributes(change, config))
        if not gone and not attributes:
            continue
        drifts.append(Drift(address=change.address, gone=gone, attributes=attributes))
    return sorted(drifts, key=lambda drift: (not drift.matters, drift.address))


def _attributes(change: Change, config: Mapping[str, Any]) -> Iterator[Attribute]:
    ignored = config.get("lifecycle", {}).get("ignore_changes", [])
    for difference in change.differences():
        if difference.is_empty:
            continue
        path = _format_path(difference.path)
        kind: Kind = "set here" if _is_set(config, difference.path) else "not set here"
        if any(
            path == prefix or path.startswith((f"{prefix}.", f"{prefix}[")) for prefix in ignored
        ):
            kind = "left to releases"
        yield attribute(difference, kind)


def attribute(difference: Difference, kind: Kind) -> Attribute:
    """Return a difference as text."""
    hidden = difference.sensitive
    return Attribute(
        path=_format_path(difference.path),
        kind=kind,
        before="(sensitive)" if hidden else _format_value(difference.before),
        after="(sensitive)" if hidden else _format_value(difference.after),
    )


def _is_set(config: Any, path: Path) -> bool:
    """Whether the stack sets the attribute. A block is an object, or a list of one."""
    for depth, part in enumerate(path):
        if isinstance(part, int):
            if isinstance(config, list) and part < len(config):
                config = config[part]
        elif isinstance(config, dict):
            if part not in config:
                # A map has the keys that were given, and one more is a change of it.
                return depth > 0 and all(not isinstance(value, dict) for value in config.values())
            config = config[part]
    return True


def _format_path(path: Path) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")


def _format_value(value: Any) -> str:
    if isinstance(value, Absence):
        return "(none)"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
