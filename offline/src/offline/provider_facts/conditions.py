"""When a change of an attribute replaces the resource although the attribute can be updated."""

import ipaddress
import re
from collections.abc import Callable
from typing import Any

_DIGITS = re.compile(r"\d+")


def replaces(condition: str, old: Any, new: Any) -> bool:
    """Say whether a change from `old` to `new` replaces, under a condition named in the facts.

    Source: the functions that the provider gives to customdiff.ForceNewIfChange. A value that is
    absent on either side replaces only under "changed" and "removed".

    Raises:
        KeyError: no such condition.
    """
    return _CONDITIONS[condition](old, new)


def _lower(old: Any, new: Any) -> bool:
    """compute.IsDiskShrinkage, vpcaccess.isInstanceShrinkage: growing is an update."""
    return bool(old) and bool(new) and float(new) < float(old)


def _version_lower(old: Any, new: Any) -> bool:
    """redis.isRedisVersionDecreasing: REDIS_7_2 to REDIS_7_0 replaces."""
    if not old or not new:
        return False
    return _numbers(str(new)) < _numbers(str(old))


def _numbers(version: str) -> list[int]:
    return [int(item) for item in _DIGITS.findall(version)]


def _cidr_not_expanded(old: Any, new: Any) -> bool:
    """compute.IsShrinkageIpCidr: only a range that holds the whole old one is an update."""
    try:
        before = ipaddress.ip_network(str(old), strict=False)
        after = ipaddress.ip_network(str(new), strict=False)
    except ValueError:
        return False
    return not (before.network_address in after and before.broadcast_address in after)


_CONDITIONS: dict[str, Callable[[Any, Any], bool]] = {
    "lower": _lower,
    "version_lower": _version_lower,
    "cidr_not_expanded": _cidr_not_expanded,
    "changed": lambda old, new: bool(old != new),
    "removed": lambda old, new: bool(old) and not new,
    "unset": lambda old, new: old is True and new is False,
    "unknown": lambda _old, _new: False,
}
"""`unknown`: the provider looks into the value in a way that is not modelled; the change is taken
as an update.
"""
