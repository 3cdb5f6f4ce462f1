"""Compute Engine: groups of instances, their managers, and groups of endpoints.

Source: pages "instanceGroups", "instanceGroupManagers" and "networkEndpointGroups" of the API,
https://cloud.google.com/compute/docs/reference/rest/v1.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from offline.serve.computed import link
from offline.serve.discovery import resource_path
from offline.serve.errors import NotFoundError
from offline.serve.google import answers
from offline.serve.resources import listed
from offline.serve.store import Resource

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request

_ONE = {"fixed": 1, "calculated": 1}
_UPDATES = {
    "type": "OPPORTUNISTIC",
    "minimalAction": "REPLACE",
    "replacementMethod": "SUBSTITUTE",
    "maxSurge": _ONE,
    "maxUnavailable": _ONE,
}
"""The update policy of a group for which none was asked."""
_SHOWN: Mapping[str, Callable[[Resource], Resource]] = {
    "listInstances": lambda one: {**one, "status": "RUNNING"},
    "listNetworkEndpoints": lambda one: {"networkEndpoint": one},
    "listPerInstanceConfigs": copy.deepcopy,
}
"""How a list shows a member of a group."""


def fill_manager(google: Google, path: str, manager: Resource) -> None:
    """Make the group that a manager fills, and what the manager has by default."""
    name = path.rpartition("/")[2]
    place = path.replace("/instanceGroupManagers/", "/instanceGroups/")
    manager.setdefault("instanceGroup", _link(place))
    manager["updatePolicy"] = copy.deepcopy(_UPDATES) | manager.get("updatePolicy", {})
    size = manager.setdefault("targetSize", 0)
    manager["currentActions"] = {"none": size}
    manager.setdefault("baseInstanceName", name)
    manager.setdefault("listManagedInstancesResults", "PAGELESS")
    for version in [manager, *manager.get("versions", [])]:
        if "instanceTemplate" in version:
            version["instanceTemplate"] = _by_name(google, version["instanceTemplate"])
    if not manager.get("resourcePolicies"):
        manager.pop("resourcePolicies", None)
    group = google.store.resources.setdefault(
        ("compute", place), {"id": str(10**18 + google.store.serial())}
    )
    scope = "zone" if "/zones/" in path else "region"
    group |= {
        "kind": "compute#instanceGroup",
        "name": name,
        "selfLink": _link(place),
        "size": size,
        "namedPorts": manager.get("namedPorts", []),
        scope: _link(path.partition("/instanceGroupManagers/")[0]),
    }


@answers("compute.instanceGroupManagers.delete", "compute.regionInstanceGroupManagers.delete")
def _delete_manager(google: Google, request: Request) -> Resource:
    held = google.find("compute", request.path)
    google.store.remove("compute", request.path)
    google.store.remove(
        "compute", request.path.replace("/instanceGroupManagers/", "/instanceGroups/")
    )
    return google.operations.reply(request, held)


@answers("compute.instanceGroupManagers.resize", "compute.regionInstanceGroupManagers.resize")
def _resize(google: Google, request: Request) -> Resource:
    path = request.path.rpartition("/")[0]
    manager = google.find("compute", path)
    manager["targetSize"] = int(request.query["size"])
    fill_manager(google, path, manager)
    return google.operations.reply(request, manager)


@answers(
    "compute.instanceGroups.addInstances",
    "compute.instanceGroups.removeInstances",
    "compute.networkEndpointGroups.attachNetworkEndpoints",
    "compute.networkEndpointGroups.detachNetworkEndpoints",
    "compute.globalNetworkEndpointGroups.attachNetworkEndpoints",
    "compute.globalNetworkEndpointGroups.detachNetworkEndpoints",
    "compute.regionNetworkEndpointGroups.attachNetworkEndpoints",
    "compute.regionNetworkEndpointGroups.detachNetworkEndpoints",
)
def _change_members(google: Google, request: Request) -> Resource:
    """Add members to a group, or remove those that have all the given fields."""
    group = google.find("compute", request.path.rpartition("/")[0])
    members = _members(google, request)
    given = [_linked(one) for value in request.body.values() for one in value]
    left = [one for one in members if not any(new.items() <= one.items() for new in given)]
    is_added = request.method.verb_name.startswith(("add", "attach"))
    members[:] = [*left, *given] if is_added else left
    group["size"] = len(members)
    return google.operations.reply(request, group)


@answers(
    "compute.instanceGroups.listInstances",
    "compute.regionInstanceGroups.listInstances",
    "compute.networkEndpointGroups.listNetworkEndpoints",
    "compute.globalNetworkEndpointGroups.listNetworkEndpoints",
    "compute.regionNetworkEndpointGroups.listNetworkEndpoints",
    "compute.instanceGroupManagers.listPerInstanceConfigs",
    "compute.regionInstanceGroupManagers.listPerInstanceConfigs",
)
def _list_members(google: Google, request: Request) -> Resource:
    google.find("compute", request.path.rpartition("/")[0])
    show = _SHOWN[request.method.verb_name]
    return {"items": [], **listed(request, [show(one) for one in _members(google, request)])}


@answers(
    "compute.instanceGroupManagers.createInstances",
    "compute.regionInstanceGroupManagers.createInstances",
    "compute.instanceGroupManagers.updatePerInstanceConfigs",
    "compute.regionInstanceGroupManagers.updatePerInstanceConfigs",
    "compute.instanceGroupManagers.patchPerInstanceConfigs",
    "compute.regionInstanceGroupManagers.patchPerInstanceConfigs",
    "compute.instanceGroupManagers.deletePerInstanceConfigs",
    "compute.regionInstanceGroupManagers.deletePerInstanceConfigs",
)
def _change_configs(google: Google, request: Request) -> Resource:
    """Set or delete the configurations of single instances, by the names of these."""
    manager = google.find("compute", request.path.rpartition("/")[0])
    configs = _members(google, request)
    given = request.body.get("instances") or request.body.get("perInstanceConfigs") or []
    names = {one["name"] for one in given} | set(request.body.get("names", []))
    configs[:] = [one for one in configs if one["name"] not in names] + copy.deepcopy(given)
    return google.operations.reply(request, manager)


@answers(
    "compute.instanceGroupManagers.listManagedInstances",
    "compute.regionInstanceGroupManagers.listManagedInstances",
)
def _managed(google: Google, request: Request) -> Resource:
    """Return the instances that have a configuration: the others have names that Google invents."""
    place = _link(request.path.partition("/instanceGroupManagers/")[0])
    return {
        "managedInstances": [
            {
                "instance": f"{place}/instances/{one['name']}",
                "name": one["name"],
                "instanceStatus": "RUNNING",
                "currentAction": "NONE",
            }
            for one in _members(google, request)
        ]
    }


def _members(google: Google, request: Request) -> list[Any]:
    """Return the list that the requests about one group share."""
    group = request.path.rpartition("/")[0]
    held = google.store.resources.setdefault(("compute", f"{group}/members"), {"items": []})
    result: list[Any] = held["items"]
    return result


def _linked(member: Resource) -> Resource:
    """Return a member whose instance is a whole link."""
    instance = member.get("instance", "")
    if "/instances/" not in instance:
        return dict(member)
    return {**member, "instance": _link(resource_path(re.sub(r"^https?://[^/]+/", "", instance)))}


def _by_name(google: Google, template: str) -> str:
    """Return the link of a template by its name: requests may give its number."""
    with suppress(NotFoundError):
        found = google.find("compute", resource_path(re.sub(r"^https?://[^/]+/", "", template)))
        return str(found["selfLink"])
    return template


def _link(path: str) -> str:
    return link("compute", "v1", path)
