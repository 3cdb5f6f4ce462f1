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

from offline.serve.values import LEGACY, Reader, Schema, Violations, camel_case, read_query

_VERSION = re.compile(r"(?:^|/)(?:v\d\w*|alpha|beta)/")
_PLACEHOLDER = re.compile(r"\{(\+?)([\w.]+)\}")
_COMMON = {"alt", "$alt", "fields", "key", "prettyPrint", "quotaUser", "userProject", "uploadType"}
"""Query parameters of every API (page "System parameters",
https://cloud.google.com/apis/docs/system-parameters)."""

_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "adexchangebuyer": ("adexchangebuyer", "adexchangebuyer2"),
    "admin-remotebuildexecution": ("remotebuildexecution",),
    "prod-tt-sasportal": ("prod_tt_sasportal",),
    "shoppingcontent": ("content",),
    "translation": ("translate",),
}
"""Names of files by the API, where they differ from the first label of its host."""


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
        # The provider has the mask of Pub/Sub's patches and options of Cloud DNS's policies here.
        in_body = self.document.properties(self.request).keys() & {"updateMask", "options"}
        for written, values in given.items():
            name = written if written in self.parameters else camel_case(written)
            schema = self.parameters.get(name)
            if schema is None or schema["location"] != "query":
                known = written in _COMMON or name.partition(".")[0] in in_body
                if not known and not written.startswith("$"):
                    found.rejected.append(f'Unknown name "{written}": Cannot bind query parameter.')
                continue
            typed = [read_query(name, value, schema, found) for value in values]
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
        # A message has the parameters of its path, too, which its document leaves out.
        path = {name for name, one in self.parameters.items() if one["location"] == "path"}
        left_out = path - self.document.properties(self.request).keys()
        given = {key: item for key, item in body.items() if key not in left_out}
        result: dict[str, Any] = self.document.read({"$ref": self.request}, given, "", found)
        return result


class Document:
    """One discovery document: one version of an API."""

    def __init__(self, text: str) -> None:
        document = json.loads(text)
        self.name: str = document["name"]
        self.version: str = document["version"]
        self.api = re.sub(r"^https://|\.googleapis\.com/$", "", document["rootUrl"])
        if self.api in {"www", ""}:
            self.api = self.name.lower()
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
        return Reader(self.schemas, self.api in LEGACY, found).read(schema, value, where)

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
    return tuple(
        document
        for file in _files(api)
        if not re.search(r"\.(alpha|preview)\w*\.json$", file.name)
        and (document := _document(file)).api == api
    )


def has_documents(api: str) -> bool:
    """Report whether an API has a document, without reading it."""
    return bool(_files(api))


def _files(api: str) -> list[Path]:
    names = _OTHER_NAMES.get(api, (api,))
    return [file for name in names for file in _named().get(name, ())]


@cache
def _named() -> Mapping[str, list[Path]]:
    """Return the files of all documents, by the first part of their names."""
    import googleapiclient.discovery_cache  # noqa: PLC0415 (not needed to import this module)

    folder = Path(googleapiclient.discovery_cache.__file__).with_name("documents")
    result: dict[str, list[Path]] = {}
    for file in sorted(folder.glob("*.*.json")):
        result.setdefault(file.name.partition(".")[0].lower(), []).append(file)
    return result


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
