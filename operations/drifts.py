"""What has changed behind Terraform's back, attribute by attribute; never a sensitive value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["set here", "left to releases", "not set here"]
"""set here: the platform sets it, and an apply puts it back; left to releases: Terraform is told to
ignore it; not set here: Google computes it, or nobody here wants anything of it."""
Path = tuple[str | int, ...]

_LONGEST = 200  # characters of a value
_MISSING = object()


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
        return self.gone or any(one.kind == "set here" for one in self.attributes)


def read(document: Mapping[str, Any], stack: Mapping[str, Any]) -> list[Drift]:
    """Read what `terraform show -json` says of a refresh-only plan; `stack` is the stack's JSON."""
    found = []
    for one in document.get("resource_drift", []):
        change = one["change"]
        if change["actions"] == ["no-op"]:
            continue
        config = stack.get("resource", {}).get(one["type"], {}).get(one["name"], {})
        gone = change["actions"] == ["delete"]
        attributes = () if gone else tuple(_attributes(change, config))
        found.append(Drift(address=one["address"], gone=gone, attributes=attributes))
    return sorted(found, key=lambda drift: (not drift.matters, drift.address))


def _attributes(change: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[Attribute]:
    ignored = config.get("lifecycle", {}).get("ignore_changes", [])
    sensitive = (change.get("before_sensitive", {}), change.get("after_sensitive", {}))
    for path, before, after in _differences(change["before"], change["after"], ()):
        shown = _told(path)
        kind: Kind = "set here" if _is_set(config, path) else "not set here"
        if any(shown == one or shown.startswith((f"{one}.", f"{one}[")) for one in ignored):
            kind = "left to releases"
        hidden = any(_is_sensitive(marks, path) for marks in sensitive)
        yield Attribute(
            path=shown,
            kind=kind,
            before="(sensitive)" if hidden else _value(before),
            after="(sensitive)" if hidden else _value(after),
        )


def _differences(before: Any, after: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    """Yield path and both values of everything that differs, as deep as both have it."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            values = before.get(name, _MISSING), after.get(name, _MISSING)
            yield from _differences(*values, (*path, name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, values in enumerate(zip(before, after, strict=True)):
            yield from _differences(*values, (*path, index))
    elif before is _MISSING or after is _MISSING or before != after:
        yield path, before, after


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


def _is_sensitive(marks: Any, path: Path) -> bool:
    """Whether Terraform marks the value, something around it or something in it as sensitive."""
    for part in path:
        if marks is True:
            return True
        if isinstance(marks, Mapping):
            marks = marks.get(str(part), False)
        elif isinstance(marks, Sequence) and isinstance(part, int) and part < len(marks):
            marks = marks[part]
        else:
            return False
    return "true" in json.dumps(marks)


def _told(path: Path) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")


def _value(value: Any) -> str:
    if value is _MISSING:
        return "(none)"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
