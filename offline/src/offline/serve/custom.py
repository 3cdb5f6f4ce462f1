"""Verbs on one resource: POST resource:verb, and Compute Engine's POST resource/verb."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from offline.serve import shapes
from offline.serve.changes import check_etag, fill, merge
from offline.serve.errors import NotFoundError
from offline.serve.store import Resource

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request

_STATES = {
    "activate": "ACTIVE",
    "destroy": "DESTROYED",
    "disable": "DISABLED",
    "enable": "ENABLED",
    "pause": "PAUSED",
    "resume": "ENABLED",
    "undelete": "ACTIVE",
}
"""State of a resource after a custom verb."""


def creates(request: Request) -> bool:
    """Report whether a verb creates a resource: POST collection:createSecondary?clusterId=NAME."""
    _, _, verb = request.method.template.rpartition("}")[2].rpartition(":")
    last = request.method.template.rpartition("/")[2]
    is_collection = "}" not in last.partition(":")[0]
    names = [name for name in request.query if name.endswith("Id") and name != "requestId"]
    return verb.lower().startswith("create") and is_collection and bool(names)


def change_state(google: Google, request: Request) -> Resource:
    """Answer POST resource:verb."""
    verb = request.method.template.rpartition(":")[2]
    held = google.find(request.api, request.path)
    if verb in _STATES and "state" in held:
        held["state"] = _STATES[verb]
    elif verb in {"enable", "disable"} and "disabled" in request.method.document.properties(
        shapes.schema_of(request.method)
    ):
        held["disabled"] = verb == "disable"
    elif field := shapes.wrapper(request.method):
        merge(held, request.body.get(field) or {})
    elif verb not in _STATES:
        merge(held, {k: v for k, v in request.body.items() if k not in {"etag", "updateMask"}})
    return google.operations.reply(request, held)


def act(google: Google, request: Request) -> Resource:
    """Answer POST resource/verb, as Compute Engine has it: a list inside, or some fields."""
    path = request.path.rpartition("/")[0]
    if request.api == "compute" and path.count("/") == 3:
        # Some methods of global proxies leave `global` out of their path.
        path = re.sub(r"(projects/[^/]+)/", r"\1/global/", path, count=1)
    held = google.find(request.api, path)
    sublist = _sublist(google, request)
    verb = shapes.SUBLIST.fullmatch(request.method.verb_name)
    field = shapes.whole_field(request.method)
    if field:
        check_etag(held.get(field, {}), request.body)
        held[field] = copy.deepcopy(dict(request.body))
    elif sublist is None or verb is None:
        known = request.method.document.properties(shapes.schema_of(request.method))
        check_etag(held, request.body)
        new = {k: v for k, v in request.body.items() if not known or k in known}
        for given, name in shapes.named_otherwise(request.method).items():
            new = {name: request.body.get(given, "")}
        if name := shapes.switch(request.method):
            new.setdefault(name, False)  # the provider leaves a false out
        held.update(copy.deepcopy(new))
    elif verb[1] == "add":
        sublist.append(dict(request.body))
    else:
        for item in _fitting(sublist, request.query):
            if verb[1] == "remove":
                sublist.remove(item)
            else:
                item.update(copy.deepcopy(request.body))
    fill(google, request.method, path, held, created=False)
    return google.operations.reply(request, held)


def find_item(google: Google, request: Request) -> Resource | None:
    """Return the item that getRule and the like ask for; None for another method.

    Raises:
        NotFoundError: there is no such item.
    """
    sublist = _sublist(google, request)
    if sublist is None:
        return None
    if not (fitting := _fitting(sublist, request.query)):
        raise NotFoundError(f"{request.path} {dict(request.query)}")
    return fitting[0]


def _sublist(google: Google, request: Request) -> list[Resource] | None:
    """Return the list inside a resource that getRule, addRule and the like are about."""
    field = shapes.sublist_field(request.method)
    if not field:
        return None
    try:
        held = google.find(request.api, request.path.rpartition("/")[0])
    except NotFoundError:
        return None
    result: list[Resource] = held.setdefault(field, [])
    return result


def _fitting(items: Sequence[Resource], query: Mapping[str, Any]) -> list[Resource]:
    wanted = {name: query[name] for name in ("priority", "name") if name in query}
    return [item for item in items if all(item.get(k) == v for k, v in wanted.items())]
