"""Values of requests and responses, compared with the schemas of a discovery document."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_INT64 = re.compile(r"-?\d+")
LEGACY = {"bigquery", "compute", "dns", "sqladmin", "storage"}
"""APIs that ignore fields they do not know: the newer ones reject them. The provider sends Compute
Engine a field of routers that its document lacks, and Compute Engine accepts it."""


WITH_ZEROS = {*LEGACY, "orgpolicy", "run"}
"""APIs whose answers have false, 0 and empty texts: Cloud Run gives `scaling` back with zeros, and
one field of a rule of an organization policy is set, which may be a false one."""


class Violations:
    """What does not fit a document: `rejected` by the API, or `ignored` by it."""

    def __init__(self) -> None:
        self.rejected: list[str] = []
        self.ignored: list[str] = []


class Reader:
    """Reads values by the schemas of one document; what does not fit goes to `found`."""

    def __init__(self, schemas: Mapping[str, Schema], is_legacy: bool, found: Violations) -> None:  # noqa: FBT001
        self._schemas, self._is_legacy, self._found = schemas, is_legacy, found

    def read(self, schema: Schema, value: Any, where: str) -> Any:
        """Return a value as its schema has it."""
        if "$ref" in schema:
            schema = self._schemas[schema["$ref"]]
        kind = schema.get("type", "any")
        if kind == "object" or "properties" in schema:
            return self._object(schema, value, where)
        if kind == "array":
            if not isinstance(value, list):
                return _wrong(where, "array", value, self._found)
            return [
                self.read(schema["items"], item, f"{where}[{index}]")
                for index, item in enumerate(value)
                if item is not None
            ]
        if kind == "string":
            return _string(schema, value, where, self._found)
        if kind in {"integer", "number"}:
            if isinstance(value, str) and _INT64.fullmatch(value):
                return int(value)
            if isinstance(value, bool) or not isinstance(value, int | float):
                return _wrong(where, kind, value, self._found)
        if kind == "boolean" and not isinstance(value, bool):
            return _wrong(where, kind, value, self._found)
        return value

    def _object(self, schema: Schema, value: Any, where: str) -> Any:
        if not isinstance(value, dict):
            return _wrong(where, "object", value, self._found)
        known, others = schema.get("properties"), schema.get("additionalProperties")
        result = {}
        for written, item in value.items():
            inside = f"{where}.{written}".lstrip(".")
            name = written if not known or written in known else camel_case(written)
            if item is None:
                continue
            if known and name in known:
                result[name] = self.read(known[name], item, inside)
            elif others is not None:
                result[written] = self.read(others, item, inside)
            elif known is None:
                result[written] = item
            else:
                text = f"Unknown name \"{written}\" at '{where}': Cannot find field."
                (self._found.ignored if self._is_legacy else self._found.rejected).append(text)
        return result


def camel_case(name: str) -> str:
    """Return the JSON name of a field: both this and snake_case are accepted by Google."""
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _wrong(where: str, kind: str, value: Any, found: Violations) -> Any:
    shown = json.dumps(value)[:60]
    found.rejected.append(f"Invalid value at '{where}' ({kind}), {shown}")
    return value


def _string(schema: Schema, value: Any, where: str, found: Violations) -> Any:
    if schema.get("format") in {"int64", "uint64"}:
        fits = not isinstance(value, bool) and re.fullmatch(r"-?\d+(\.0+)?", str(value))
        return str(value) if fits else _wrong(where, "int64", value, found)
    if "enum" in schema and isinstance(value, int) and not isinstance(value, bool):
        return schema["enum"][value] if value < len(schema["enum"]) else value
    if not isinstance(value, str):
        return _wrong(where, "string", value, found)
    if schema.get("enum") and value and value not in schema["enum"]:
        # Terraform's provider suppresses other cases of these (CaseDiffSuppress): APIs take them.
        listed = (item for item in schema["enum"] if item.lower() == value.lower())
        return next(listed, None) or _wrong(where, "enum", value, found)
    return value


def read_query(name: str, text: str, schema: Schema, found: Violations) -> Any:
    """Return a query parameter in its type."""
    kind = schema.get("type")
    if kind == "boolean":
        if text.lower() not in {"true", "false"}:
            return _wrong(name, kind, text, found)
        return text.lower() == "true"
    if kind == "integer":
        return int(text) if _INT64.fullmatch(text) else _wrong(name, kind, text, found)
    if "enum" in schema and text not in schema["enum"]:
        return _wrong(name, "enum", text, found)
    return text
