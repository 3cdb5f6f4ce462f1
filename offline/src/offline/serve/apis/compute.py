"""Compute Engine: links, addresses, forwarding rules, certificates, peerings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from offline.serve import resources
from offline.serve.apis.compute_groups import fill_manager
from offline.serve.apis.compute_instances import (
    fill_disk,
    fill_instance,
    fill_snapshot,
    fill_template,
)
from offline.serve.discovery import resource_path
from offline.serve.google import answers
from offline.serve.store import Resource
from offline.services.servicenetworking.addresses import free_range

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request

LINK = "https://www.googleapis.com/compute/v1/"
_REFERENCE = re.compile(r"projects/[^/]+/(?:global|regions|zones)/")
_PLAIN = {"description", "labels", "name", "pscTargetService", "value"}
"""Fields whose text is given back as it was sent."""


def fill(google: Google, path: str, resource: Resource, created: bool) -> None:  # noqa: FBT001
    """Fill in what depends on other fields, or on other resources."""
    resource |= {key: _linked(value, key) for key, value in resource.items()}
    resource["selfLink"] = LINK + path
    resource.setdefault("id", str(10**18 + google.store.serial()))
    kind = path.split("/")[-2]
    if kind == "securityPolicies" and created and not resource.get("rules"):
        resource["rules"] = [_default_rule()]
    if kind in _FILL:
        _FILL[kind](google, path, resource)


def _address(google: Google, path: str, address: Resource) -> None:  # noqa: ARG001
    if address.get("purpose") == "VPC_PEERING" and "address" not in address:
        length = int(address.setdefault("prefixLength", 24))
        name, used = str(address["name"]), _used(google, address.get("network"))
        address["address"] = str(free_range(name, length, used).network_address)
    external = address["addressType"] == "EXTERNAL"
    net = "203.0.113" if external else "10.200.0"
    address.setdefault("address", f"{net}.{google.store.serial() % 250 + 2}")
    if external:
        address.setdefault("networkTier", "PREMIUM")
        address.setdefault("ipVersion", "IPV4")


def _used(google: Google, network: object) -> Iterator[IPv4Network]:
    """Yield the ranges of a network that subnetworks and private services have."""
    for (api, path), held in google.store.resources.items():
        if api == "compute" and held.get("network") == network:
            ranges = [held, *held.get("secondaryIpRanges", ())]
            if "/addresses/" in path and "prefixLength" in held:
                ranges = [{"ipCidrRange": f"{held.get('address')}/{held['prefixLength']}"}]
            for range_ in ranges:
                with suppress(ValueError):  # no range, or one of IPv6
                    yield IPv4Network(range_.get("ipCidrRange", ""), strict=False)


def _subnetwork(google: Google, path: str, subnetwork: Resource) -> None:  # noqa: ARG001
    if "ipCidrRange" in subnetwork:
        gateway = re.sub(r"\d+/\d+$", "1", subnetwork["ipCidrRange"])
        subnetwork.setdefault("gatewayAddress", gateway)


def _backend_service(google: Google, path: str, service: Resource) -> None:  # noqa: ARG001
    if "/global/" in path:
        service.setdefault("port", 80)
        service.setdefault("portName", "http")


def _forwarding_rule(google: Google, path: str, rule: Resource) -> None:  # noqa: ARG001
    ports = rule.get("portRange", "")
    if ports and "-" not in ports:
        rule["portRange"] = f"{ports}-{ports}"
    place = resource_path(str(rule.get("IPAddress", "")))
    if reserved := google.store.resources.get(("compute", place)):
        rule["IPAddress"] = reserved["address"]
    rule.setdefault("IPAddress", f"203.0.113.{google.store.serial() % 250 + 2}")


def _certificate(google: Google, path: str, certificate: Resource) -> None:  # noqa: ARG001
    if certificate["type"] == "MANAGED":
        # Domains are validated after the name leads to the load balancer: not on the first day.
        certificate.setdefault("managed", {}).setdefault("status", "PROVISIONING")


def _policy(google: Google, path: str, policy: Resource) -> None:  # noqa: ARG001
    """Name a policy of an organization or a folder by its number, and its associations after it."""
    if path.startswith("locations/"):
        policy["name"] = policy["id"]
        policy.setdefault("displayName", policy.get("shortName", policy["id"]))
    for association in policy.get("associations", []):
        association.setdefault("firewallPolicyId", policy["name"])
        association.setdefault("shortName", policy.get("shortName", ""))
        association.setdefault("displayName", policy.get("displayName", ""))


def _url_map(google: Google, path: str, url_map: Resource) -> None:  # noqa: ARG001
    if not url_map.get("hostRules"):
        url_map.pop("hostRules", None)


_FILL: Mapping[str, Callable[[Any, str, Resource], None]] = {
    "addresses": _address,
    "backendServices": _backend_service,
    "disks": fill_disk,
    "firewallPolicies": _policy,
    "forwardingRules": _forwarding_rule,
    "instanceGroupManagers": fill_manager,
    "instanceTemplates": fill_template,
    "instances": fill_instance,
    "snapshots": fill_snapshot,
    "sslCertificates": _certificate,
    "subnetworks": _subnetwork,
    "urlMaps": _url_map,
}
"""What a collection needs besides."""


@answers("compute.networks.addPeering", "compute.networks.updatePeering")
def _peer(google: Google, request: Request) -> Resource:
    network = google.find("compute", request.path.rpartition("/")[0])
    peering = {
        "state": "ACTIVE",
        "stackType": "IPV4_ONLY",
        **request.body.get("networkPeering", {}),
    }
    add_peering(network, peering)
    return google.operations.reply(request, network)


@answers("compute.networks.removePeering")
def _unpeer(google: Google, request: Request) -> Resource:
    path = request.path.rpartition("/")[0]
    network, name = google.find("compute", path), request.body.get("name")
    network["peerings"] = [p for p in network.get("peerings", []) if p["name"] != name]
    # The connection of Service Networking is this peering seen from the other side.
    for (api, of), one in list(google.store.resources.items()):
        is_connection = api == "servicenetworking" and one.get("peering") == name
        if is_connection and google.canonical(one.get("network", "")) == path:
            del google.store.resources[api, of]
    return google.operations.reply(request, network)


@answers("compute.reservations.resize")
def _resize(google: Google, request: Request) -> Resource:
    reservation = google.find("compute", request.path.rpartition("/")[0])
    reservation["specificReservation"]["count"] = str(request.body["specificSkuCount"])
    return google.operations.reply(request, reservation)


@answers("compute.zones.get")
def _zone(_: Google, request: Request) -> Resource:
    """Answer for any zone (https://cloud.google.com/compute/docs/reference/rest/v1/zones)."""
    name = request.parameters["zone"]
    base = f"{LINK}projects/{request.parameters['project']}"
    return {
        "kind": "compute#zone",
        "name": name,
        "status": "UP",
        "region": f"{base}/regions/{name.rpartition('-')[0]}",
        "selfLink": f"{base}/zones/{name}",
    }


@answers("compute.regions.list")
def _regions(_: Google, request: Request) -> Resource:
    names = ("us-central1", "us-east1", "us-west1", "europe-west1", "asia-east1")
    project = request.parameters["project"]
    items = [
        {"name": n, "status": "UP", "selfLink": f"{LINK}projects/{project}/regions/{n}"}
        for n in names
    ]
    return resources.listed(request, items)


def add_peering(network: Resource, peering: Resource) -> None:
    """Add a peering to a network, in place of one of the same name."""
    others = [held for held in network.get("peerings", []) if held["name"] != peering["name"]]
    network["peerings"] = [*others, peering]


def _default_rule() -> Resource:
    """Return the rule that every policy has (page "Security policy overview")."""
    return {
        "kind": "compute#securityPolicyRule",
        "priority": 2147483647,
        "action": "allow",
        "description": "default rule",
        "match": {"versionedExpr": "SRC_IPS_V1", "config": {"srcIpRanges": ["*"]}},
    }


def _linked(value: Any, key: str) -> Any:
    """Return a value whose references are whole links: Compute Engine answers no others."""
    if isinstance(value, dict):
        return {k: _linked(v, k) for k, v in value.items()} if key not in _PLAIN else value
    if isinstance(value, list):
        return [_linked(item, key) for item in value]
    if isinstance(value, str) and key not in _PLAIN:
        local = re.sub(
            r"^https?://(?:127\.0\.0\.1:\d+/compute|www\.googleapis\.com)/compute/(?:v1|beta)/",
            "",
            value,
        )
        if _REFERENCE.match(local):
            return LINK + local.replace("/global/zones/", "/zones/")
    return value
