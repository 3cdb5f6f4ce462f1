"""Google's discovery documents: which method a request is, and what is wrong with it.

The documents come with Google's own client, google-api-python-client. Their format is described on
the page "Google API Discovery Service: Type and Format Summary",
https://developers.google.com/discovery/v1/type-format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Schema = Mapping[str, Any]

_VERSION = re.compile(r"(?:^|/)(?:v\d\w*|alpha|beta)/")
_PLACEHOLDER = re.compile(r"\{(\+?)([\w.]+)\}")
_INT64 = re.compile(r"-?\d+")
_COMMON = {"alt", "$alt", "fields", "key", "prettyPrint", "quotaUser", "userProject", "uploadType"}
"""Query parameters of every API (page "System parameters",
https://cloud.google.com/apis/docs/system-parameters)."""
LEGACY = {"bigquery", "compute", "dns", "sqladmin", "storage"}
"""APIs that ignore fields they do not know: the newer ones reject them. The provider sends Compute
Engine a field of routers that its document lacks, and Compute Engine accepts it."""


class Violations:
    """What does not fit a document: `rejected` by the API, or `ignored` by it."""

    def __init__(self) -> None:
        self.rejected: list[str] = []
        self.ignored: list[str] = []


@dataclass(frozen=True)
class Method:
    """One method of an API."""

    document: Document
    id: str
    verb: str
    template: str
    """Path after the host, with placeholders."""
    pattern: re.Pattern[str]
    literals: int
    """Length of the path without placeholders: the longest match is the method."""
    parameters: Mapping[str, Any]
    request: str
    response: str

    @property
    def api(self) -> str:
        """The API: the first label of its host."""
        return self.document.api

    @property
    def collection(self) -> str:
        """The id without the verb, such as compute.networks."""
        return self.id.rpartition(".")[0]

    @property
    def verb_name(self) -> str:
        """The last part of the id, such as insert."""
        return self.id.rpartition(".")[2]

    @property
    def is_list(self) -> bool:
        """Report whether the response is a page of resources."""
        name = self.verb_name
        return name in {"list", "aggregatedList", "search"} or bool(
            re.search(r"List\w*Response$|List$", self.response)
        )

    @property
    def operation_style(self) -> str:
        """How its result is an operation: `done`, `status`, or empty if it is none.

        `done` is google.longrunning.Operation; `status` is the form of Compute Engine and
        Cloud SQL.
        """
        properties = self.document.properties(self.response)
        if not self.response.endswith("Operation"):
            return ""
        if "done" in properties:
            return "done"
        return "status" if "operationType" in properties else ""

    def read_query(self, given: Mapping[str, Sequence[str]], found: Violations) -> dict[str, Any]:
        """Return the query parameters, each in its type; snake_case names are accepted too."""
        result: dict[str, Any] = {}
        for written, values in given.items():
            name = written if written in self.parameters else camel_case(written)
            schema = self.parameters.get(name)
            if schema is None or schema["location"] != "query":
                if written not in _COMMON and not written.startswith("$"):
                    found.rejected.append(f'Unknown name "{written}": Cannot bind query parameter.')
                continue
            typed = [_query(name, value, schema, found) for value in values]
            result[name] = typed if schema.get("repeated") else typed[-1]
        for name, schema in self.parameters.items():
            if schema.get("required") and schema["location"] == "query" and name not in result:
                found.rejected.append(f"Required parameter: {name}")
        return result

    def read_body(self, body: Mapping[str, Any], found: Violations) -> dict[str, Any]:
        """Return the body with the names of the document, without nulls and unknown fields."""
        if not self.request:
            if body:
                found.ignored.append(f"{self.id} takes no body")
            return {}
        result: dict[str, Any] = self.document.read({"$ref": self.request}, body, "", found)
        return result


class Document:
    """One discovery document: one version of an API."""

    def __init__(self, text: str) -> None:
        document = json.loads(text)
        self.name: str = document["name"]
        self.version: str = document["version"]
        self.api = re.sub(r"^https://|\.googleapis\.com/$", "", document["rootUrl"])
        if self.api in {"www", ""}:
            self.api = self.name
        self.schemas: Mapping[str, Schema] = document["schemas"]
        self.methods = tuple(self._walk(document, document.get("servicePath", "")))

    @cached_property
    def by_id(self) -> Mapping[str, Method]:
        """The methods by their id."""
        return {method.id: method for method in self.methods}

    def properties(self, schema: str) -> Mapping[str, Schema]:
        """Return the properties of a schema by its name; none of one that does not exist."""
        result: Mapping[str, Schema] = self.schemas.get(schema, {}).get("properties", {})
        return result

    def match(self, verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """Return the method of a request, and the parameters in its path."""
        best: tuple[Method, re.Match[str]] | None = None
        for method in self.methods:
            if method.verb != verb or not (match := method.pattern.fullmatch(path)):
                continue
            if best is None or method.literals > best[0].literals:
                best = method, match
        if best is None:
            return None
        groups = best[1].groupdict()
        names = best[0].parameters
        return best[0], {_parameter(key, names): unquote(value) for key, value in groups.items()}

    def read(self, schema: Schema, value: Any, where: str, found: Violations) -> Any:
        """Return a value as the schema has it; what does not fit goes to `found`."""
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"]]
        kind = schema.get("type", "any")
        if kind == "object" or "properties" in schema:
            return self._object(schema, value, where, found)
        if kind == "array":
            if not isinstance(value, list):
                return _wrong(where, "array", value, found)
            return [
                self.read(schema["items"], item, f"{where}[{index}]", found)
                for index, item in enumerate(value)
                if item is not None
            ]
        if kind == "string":
            return _string(schema, value, where, found)
        if kind in {"integer", "number"}:
            if isinstance(value, str) and _INT64.fullmatch(value):
                return int(value)
            if isinstance(value, bool) or not isinstance(value, int | float):
                return _wrong(where, kind, value, found)
        if kind == "boolean" and not isinstance(value, bool):
            return _wrong(where, kind, value, found)
        return value

    def _object(self, schema: Schema, value: Any, where: str, found: Violations) -> Any:
        if not isinstance(value, dict):
            return _wrong(where, "object", value, found)
        known, others = schema.get("properties"), schema.get("additionalProperties")
        result = {}
        for written, item in value.items():
            inside = f"{where}.{written}".lstrip(".")
            name = written if not known or written in known else camel_case(written)
            if item is None:
                continue
            if known and name in known:
                result[name] = self.read(known[name], item, inside, found)
            elif others is not None:
                result[written] = self.read(others, item, inside, found)
            elif known is None:
                result[written] = item
            else:
                text = f"Unknown name \"{written}\" at '{where}': Cannot find field."
                (found.ignored if self.api in LEGACY else found.rejected).append(text)
        return result

    def _walk(self, node: Mapping[str, Any], base: str) -> Iterator[Method]:
        for method in node.get("methods", {}).values():
            parameters = method.get("parameters", {})
            uploads = method.get("mediaUpload", {}).get("protocols", {}).values()
            paths = [base + method["path"], *(way["path"].lstrip("/") for way in uploads)]
            if method.get("useMediaDownloadService"):
                paths.append(f"download/{paths[0]}")
            for path in paths:
                yield Method(
                    document=self,
                    id=method["id"],
                    verb=method["httpMethod"],
                    template=path,
                    pattern=_compile(path, parameters),
                    literals=len(_PLACEHOLDER.sub("", path))
                    + sum(
                        len(re.sub(r"\[.*?\]\+", "", p.get("pattern", "")))
                        for p in parameters.values()
                    ),
                    parameters=parameters,
                    request=method.get("request", {}).get("$ref", ""),
                    response=method.get("response", {}).get("$ref", ""),
                )
        for inner in node.get("resources", {}).values():
            yield from self._walk(inner, base)


@cache
def documents(api: str) -> tuple[Document, ...]:
    """Return the documents of an API by the first label of its host, the newest version last.

    Documents of Compute Engine's alpha are left out: 5 MB that no released client uses.
    """
    import googleapiclient.discovery_cache  # noqa: PLC0415 (not needed to import this module)

    folder = Path(googleapiclient.discovery_cache.__file__).with_name("documents")
    if not re.fullmatch(r"[a-z0-9-]+", api):
        return ()
    names = sorted(folder.glob(f"{api}.*.json"))
    return tuple(
        document
        for file in names
        if not re.search(r"\.(alpha|preview)\w*\.json$", file.name)
        and (document := _document(file)).api == api
    )


@cache
def _document(file: Path) -> Document:
    return Document(file.read_text("utf-8"))


def match(api: str, verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """Return the method of a request to an API, and the parameters in its path."""
    for document in documents(api):
        if result := document.match(verb, path):
            return result
    return None


def resource_path(path: str) -> str:
    """Return a path without its version and what comes before it: projects/p/zones/z."""
    version = _VERSION.search(path)
    return path[version.end() :] if version else path


def camel_case(name: str) -> str:
    """Return the JSON name of a field: both this and snake_case are accepted by Google."""
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _parameter(group: str, parameters: Mapping[str, Any]) -> str:
    return group if group in parameters else group.replace("__", ".")


def _compile(path: str, parameters: Mapping[str, Any]) -> re.Pattern[str]:
    text, end = "", 0
    for found in _PLACEHOLDER.finditer(path):
        text += re.escape(path[end : found.start()])
        pattern = parameters.get(found[2], {}).get("pattern", "") if found[1] else ""
        inner = pattern.removeprefix("^").removesuffix("$")
        group = found[2].replace(".", "__")
        text += f"(?P<{group}>{inner or ('.+' if found[1] else '[^/]+')})"
        end = found.end()
    return re.compile(text + re.escape(path[end:]))


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
        return _wrong(where, "enum", value, found)
    return value


def _query(name: str, text: str, schema: Schema, found: Violations) -> Any:
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
