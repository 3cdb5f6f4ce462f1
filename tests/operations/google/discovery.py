"""Google's discovery documents: which method a request is, and what is wrong with it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from googleapiclient.discovery_cache import get_static_doc

_COMMON = {"alt", "fields", "key", "prettyPrint", "quotaUser", "$.xgafv", "callback", "uploadType"}
_PLACEHOLDER = re.compile(r"\{(\+?)([\w.]+)\}")
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}


class InvalidError(Exception):
    """A request does not fit its discovery document; Google answers 400."""


@dataclass(frozen=True)
class Method:
    """One method of an API."""

    api: "Api"
    id: str
    http: str
    path: re.Pattern[str]
    parameters: Mapping[str, Any]
    request: str
    response: str

    def check(self, given: Mapping[str, Sequence[str]], body: Any) -> dict[str, Any]:
        """Return the query parameters, each in its type.

        Raises:
            InvalidError: something is unknown, missing or of the wrong type.
        """
        found: dict[str, Any] = {}
        for name, values in given.items():
            schema = self.parameters.get(name)
            if schema is None or schema["location"] != "query":
                if name not in _COMMON:
                    raise InvalidError(f'Unknown name "{name}": Cannot bind query parameter.')
                continue
            typed = [_query(name, value, schema) for value in values]
            found[name] = typed if schema.get("repeated") else typed[-1]
        for name, schema in self.parameters.items():
            if schema.get("required") and schema["location"] == "query" and name not in found:
                raise InvalidError(f"Required parameter: {name}")
        if body is not None and not self.request:
            raise InvalidError(f"{self.id} takes no body")
        if self.request:
            self.api.check({"$ref": self.request}, body or {}, "")
        return found


class Api:
    """One discovery document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.schemas: Mapping[str, Any] = document["schemas"]
        self._methods = list(self._walk(document, document.get("servicePath", "")))
        self.by_id = {method.id: method for method in self._methods}

    def match(self, http: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """Return the method of a request, and the parameters in its path."""
        for method in self._methods:
            if method.http == http and (found := method.path.fullmatch(path)):
                groups = {name: unquote(value) for name, value in found.groupdict().items()}
                return method, groups
        return None

    def check(self, schema: Mapping[str, Any], value: Any, where: str) -> None:
        """Raise InvalidError unless the value fits the schema."""
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"]]
        kind = schema.get("type", "any")
        if kind == "any" or value is None:
            return
        wanted: Any = _TYPES[kind]
        if kind == "string" and schema.get("format") in {"int64", "uint64"}:
            wanted = (str, int)
        if not isinstance(value, wanted) or (isinstance(value, bool) and kind != "boolean"):
            raise InvalidError(f'Invalid value at "{where}" ({kind}), {value!r}')
        if "enum" in schema and value not in schema["enum"]:
            raise InvalidError(f'Invalid value at "{where}" (enum), "{value}"')
        if kind == "array":
            for index, item in enumerate(value):
                self.check(schema["items"], item, f"{where}[{index}]")
        if kind == "object":
            self._check_members(schema, value, where)

    def _check_members(self, schema: Mapping[str, Any], value: Any, where: str) -> None:
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        for name, item in value.items():
            inside = f"{where}.{name}".lstrip(".")
            if name in known:
                self.check(known[name], item, inside)
            elif others is not None:
                self.check(others, item, inside)
            else:
                raise InvalidError(f'Unknown name "{name}" at "{where}": Cannot find field.')

    def _walk(self, node: Mapping[str, Any], base: str) -> Iterator[Method]:
        for one in node.get("methods", {}).values():
            uploads = one.get("mediaUpload", {}).get("protocols", {}).values()
            for path in (base + one["path"], *(way["path"].lstrip("/") for way in uploads)):
                yield Method(
                    self,
                    one["id"],
                    one["httpMethod"],
                    _compile(path, one.get("parameters", {})),
                    one.get("parameters", {}),
                    one.get("request", {}).get("$ref", ""),
                    one.get("response", {}).get("$ref", ""),
                )
        for inner in node.get("resources", {}).values():
            yield from self._walk(inner, base)


@cache
def api(name: str, version: str) -> Api:
    """Return the document that comes with Google's client."""
    return Api(json.loads(get_static_doc(name, version)))


def _compile(path: str, parameters: Mapping[str, Any]) -> re.Pattern[str]:
    text, end = "", 0
    for found in _PLACEHOLDER.finditer(path):
        text += re.escape(path[end : found.start()])
        pattern = parameters.get(found[2], {}).get("pattern", "")
        inner = pattern.strip("^$").replace("[^/]+", "[^/:]+(?:@[^/]+)?") if found[1] else ""
        text += f"(?P<{found[2]}>{inner or ('.+' if found[1] else '[^/]+')})"
        end = found.end()
    return re.compile(text + re.escape(path[end:]))


def _query(name: str, text: str, schema: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "boolean":
        if text not in {"true", "false"}:
            raise InvalidError(f'Invalid value at "{name}" (boolean), "{text}"')
        return text == "true"
    if kind == "integer":
        if not re.fullmatch(r"-?\d+", text):
            raise InvalidError(f'Invalid value at "{name}" (integer), "{text}"')
        return int(text)
    if "enum" in schema and text not in schema["enum"]:
        raise InvalidError(f'Invalid value at "{name}" (enum), "{text}"')
    return text
