"""Compute Engine: ranges that no subnetwork can have.

Source: https://cloud.google.com/vpc/docs/subnets, "Prohibited IPv4 subnet ranges" and "IPv4 subnet
ranges": the ranges of one network do not overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from facts import network
from offline.serve import resources
from offline.serve.errors import ApiError
from offline.serve.google import answers

if TYPE_CHECKING:
    from offline.serve.google import Google
    from offline.serve.request import Request
    from offline.serve.store import Resource


@answers("compute.subnetworks.insert")
def _insert(google: Google, request: Request) -> Resource:
    """Create a subnetwork. Raises ApiError."""
    project = request.parameters["project"]
    for range_ in _ranges(request.body):
        for other, use in network.prohibited_ranges().items():
            if range_.overlaps(other):
                message = f"The range overlaps {other} ({use})."
                raise ApiError(
                    400, f"Invalid value for field 'resource.ipCidrRange': '{range_}'. {message}"
                )
        for held in google.store.children("compute", f"projects/{project}/regions/-/subnetworks"):
            is_near = _last(held.get("network")) == _last(request.body.get("network"))
            if is_near and any(range_.overlaps(other) for other in _ranges(held)):
                raise ApiError(
                    400,
                    f"Invalid IPCidrRange: {range_} conflicts with existing subnetwork "
                    f"'{held['name']}' in region '{_last(held.get('region'))}'.",
                )
    return resources.create(google, request)


def _ranges(subnetwork: Resource) -> Iterator[IPv4Network]:
    for part in (subnetwork, *subnetwork.get("secondaryIpRanges", ())):
        try:
            yield IPv4Network(part.get("ipCidrRange", ""), strict=False)
        except ValueError:  # an IPv6 subnetwork, or the range of an internal range
            continue


def _last(link: object) -> str:
    return str(link or "").rpartition("/")[2]
