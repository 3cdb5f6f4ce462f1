"""When two values of an attribute mean the same to the provider, so that it shows no change.

Named after the provider's functions (DiffSuppressFunc), as the facts name them; source:
google/tpgresource of v6.50.0. A function that is not here suppresses nothing, and is listed as not
modelled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

_CALL = re.compile(r"(\w+)(?:\((.*)\))?")
_HOST = re.compile(r"^https?://[^/]+/(?:[^/]+/)?(?:v\d\w*|beta|alpha)/")
_ABSENT_IF_ZERO = {"hierachicalNamespaceDiffSuppress", "diffSuppressEmptyStartTimeOfDay"}
"""Functions to which a block is like none if all its fields have the zero value."""
_SECONDS = re.compile(r"([\d.]+)(h|m|s)")


def is_suppressed(function: str | None, old: Any, new: Any) -> bool:
    """Say whether `new` means what `old` means under the provider's function of that name."""
    if function is None or not (isinstance(old, str) and isinstance(new, str)):
        return False
    call = _CALL.fullmatch(function)
    if call is None or call[1] not in _FUNCTIONS:
        return False
    return _FUNCTIONS[call[1]](old, new, call[2] or "")


def is_absent(function: str | None, blocks: Any) -> bool:
    """Say whether blocks mean to a function of the provider what none would mean."""
    return function in _ABSENT_IF_ZERO and all(not any(block.values()) for block in blocks or ())


def is_same_link(old: Any, new: Any) -> bool:
    """Say whether one text is the whole link of what the other one names by its path."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    is_link = old.startswith("https://") or new.startswith("https://")
    return is_link and "projects/" in new and _relative(old) == _relative(new)


def _relative(link: str) -> str:
    return _HOST.sub("", link)


def _link_or_name(old: str, new: str, _: str) -> bool:
    """Return a bare name means the resource of that name. The real provider reads a link back; here
    the state may hold a name.
    """
    if "/" not in new or "/" not in old:
        return old.rsplit("/", 1)[-1] == new.rsplit("/", 1)[-1]
    return _relative(old) == _relative(new)


def _member(old: str, new: str, _: str) -> bool:
    """Return the case of these counts, of emails it does not."""
    if any(text.startswith(_CASED) or "allUsers" in text for text in (old, new)):
        return old == new
    return old.upper() == new.upper()


_CASED = ("allAuthenticatedUsers", "principal:", "principalSet:", "principalHierarchy:")


def _seconds(text: str) -> float | None:
    parts = _SECONDS.findall(text)
    if not parts or "".join(a + b for a, b in parts) != text:
        return None
    return sum(float(amount) * {"h": 3600, "m": 60, "s": 1}[unit] for amount, unit in parts)


def _duration(old: str, new: str, _: str) -> bool:
    before = _seconds(old)
    return before is not None and before == _seconds(new)


def _without_computed(old: str, new: str) -> bool:
    """Say whether JSON is the same without the members that the new text does not have."""
    try:
        before, after = json.loads(old), json.loads(new)
    except ValueError:
        return False
    return isinstance(before, dict) and isinstance(after, dict) and _asked(before, after) == after


def _asked(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {
            key: _asked(item, new[key]) for key, item in old.items() if new.get(key) is not None
        }
    if isinstance(old, list) and isinstance(new, list):
        kept = [_asked(*pair) for pair in zip(old, new, strict=False)]
        return kept + old[len(new) :]
    return old


_FUNCTIONS: dict[str, Callable[[str, str, str], bool]] = {
    "CompareSelfLinkOrResourceName": _link_or_name,
    "CompareSelfLinkRelativePaths": lambda old, new, _: _relative(old) == _relative(new),
    "CompareResourceNames": lambda old, new, _: old.rsplit("/", 1)[-1] == new.rsplit("/", 1)[-1],
    "CompareProjectName": lambda old, new, _: (
        old.removeprefix("projects/") == new.removeprefix("projects/")
    ),
    "StorageBucketDiffSuppress": lambda old, new, _: (
        old.rsplit("/", 1)[-1] == new.rsplit("/", 1)[-1]
    ),
    "CaseDiffSuppress": lambda old, new, _: old.upper() == new.upper(),
    "caseDiffDashSuppress": lambda old, new, _: (
        old.upper().replace("_", "-") == new.upper().replace("_", "-")
    ),
    "iamMemberCaseDiffSuppress": _member,
    "EmptyOrDefaultStringSuppress": lambda old, new, default: {old, new} == {"", default},
    "checkValAndDefaultStringSuppress": lambda old, new, given: (
        {old, new} == {"", given.partition(",")[0]}
    ),
    "DurationDiffSuppress": _duration,
    "durationDiffSuppress": _duration,
    "LastSlashDiffSuppress": lambda old, new, _: old.rstrip("/") == new.rstrip("/"),
    "AbsoluteDomainSuppress": lambda old, new, _: old.rstrip(".") == new.rstrip("."),
    "OptionalSurroundingSpacesSuppress": lambda old, new, _: old.strip() == new.strip(),
    "monitoringDashboardDiffSuppress": lambda old, new, _: _without_computed(old, new),
    "PortRangeDiffSuppress": lambda old, new, _: old == f"{new}-{new}",
    "secondaryIpDiffSuppress": lambda old, new, _: new.lower() == "auto" and old != "",
}
