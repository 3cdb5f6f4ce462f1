"""Names of other resources as the state has them after Read.

The provider sends a bare name in a whole path, and Compute Engine answers whole links. formats.json
has, by the path of an argument, what Read gives (`read`): the form of a path with `{}` for the bare
name, `last` for the last part of a link, `range` for a port that the API answers as a range, `link`
for a whole link of Compute Engine in another API, and `raw` for the text of the configuration.
Source: the functions `expand…` and `flatten…` of google/services at v6.50.0,
google/tpgresource/field_helpers.go and self_link_helpers.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from offline.engine.identity import COMPUTE, format_of

Reader = Callable[[str, Any], Any]

_REFERENCE = re.compile(r"projects/[^/]+/(?:global|regions|zones)/.")
_VERSION = re.compile(r"/compute/[a-zA-Z0-9]*/projects/")
_PLAIN = re.compile(
    r"(^|\.)(id|name|description|\w*labels|metadata|params|psc_target_service|ip_address|value)$"
)
"""Arguments of Compute Engine whose text is given back as it was sent."""


def reader(type_: str, places: Mapping[str, Any]) -> Reader:
    """Return what gives an argument, by its dotted path, as Read writes it.

    `places` are project, region and zone of the resource.
    """
    forms = format_of(type_).read
    is_compute = type_.startswith("google_compute_") and "_iam_" not in type_

    def read(path: str, value: Any) -> Any:
        if isinstance(value, list):
            return [read(path, item) for item in value]
        if not isinstance(value, str) or not value:
            return value
        form = forms.get(path)
        if form == "last":
            return value.rpartition("/")[2]
        if form == "range":
            return value if "-" in value else f"{value}-{value}"
        if form is not None and "{}" in form:
            value = _whole(form, value, places)
        is_link = form == "link" or (is_compute and form != "raw" and not _PLAIN.search(path))
        return _linked(value) if is_link else value

    return read if forms or is_compute else lambda _, value: value


def _whole(form: str, value: str, places: Mapping[str, Any]) -> str:
    """Return the path of a bare name, or of one that lacks only its project."""
    if "projects/" in value:
        return value
    if re.match("(?:global|regions|zones)/", value):
        return f"projects/{places.get('project')}/{value}"
    filled = form.replace("{}", value.rpartition("/")[2])
    return re.sub(r"\{(\w+)\}", lambda place: str(places.get(place[1]) or ""), filled)


def _linked(value: str) -> str:
    if value.startswith("https://"):
        return _VERSION.sub("/compute/v1/projects/", value, count=1)
    return COMPUTE + value if _REFERENCE.match(value) else value
