"""When two values of an attribute mean the same to the provider, so that it shows no change.

Named after the provider's functions (DiffSuppressFunc), as the facts name them; source:
google/tpgresource of v6.50.0, and the files of the types that use a function. A function that is
not here suppresses nothing, and is listed as not modelled.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from offline.provider_facts import TypeFacts

_CALL = re.compile(r"(\w+)(?:\((.*)\))?")
_HOST = re.compile(r"^https?://[^/]+/(?:[^/]+/)?(?:v\d\w*|beta|alpha)/")
_ABSENT_IF_ZERO = {"hierachicalNamespaceDiffSuppress", "diffSuppressEmptyStartTimeOfDay"}
"""Functions to which a block is like none if all its fields have the zero value."""
_SECONDS = re.compile(r"([\d.]+)(h|m|s)")


def is_suppressed(function: str | None, old: Any, new: Any) -> bool:
    """Say whether `new` means what `old` means under the provider's function of that name."""
    before, after = _text(old), _text(new)
    if function is None or before is None or after is None:
        return False
    call = _CALL.fullmatch(function)
    if call is None or call[1] not in _FUNCTIONS:
        return False
    return _FUNCTIONS[call[1]](before, after, call[2] or "")


def is_block_suppressed(function: str | None, block: Mapping[str, Any]) -> bool:
    """Say whether adding a block with these values is no change under the provider's function."""
    test = _BLOCKS.get(function or "")
    return is_suppressed(function, "0", "1") if test is None else test(block)


def resolved(facts: TypeFacts, config: Mapping[str, Any]) -> TypeFacts:
    """Return facts with the function that follows where one asks for another argument."""
    answers = {
        name: then if bool(_at(config, path)) is is_set else otherwise
        for name, (path, is_set, then, otherwise) in _CONDITIONS.items()
    }
    changed = {
        path: replace(fact, same_if=answers[fact.same_if])
        for path, fact in facts.attributes.items()
        if fact.same_if in answers
    }
    return replace(facts, attributes={**facts.attributes, **changed}) if changed else facts


def _at(config: Mapping[str, Any], path: str) -> Any:
    """Return an argument; None where it is not set."""
    value: Any = config
    for step in path.split("."):
        value = value[0] if isinstance(value, list) and value else value
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str | None:
    """Return a primitive value as the SDK compares it; None for any other."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}"
    return value if isinstance(value, str) else None


def _is_empty(block: Mapping[str, Any]) -> bool:
    return not any(block.values())


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


def _project_number(old: str, new: str, _: str) -> bool:
    return re.sub(r"projects/\d+", "projects/=", old) == re.sub(
        r"projects/[^/]+", "projects/=", new
    )


def _parsed(address: str) -> Any:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def _address_or_link(old: str, new: str, _: str) -> bool:
    return new == old if _parsed(new) else _link_or_name(old, new, "")


def _plain_base64(text: str) -> str:
    return re.sub(r"[\r\n=]", "", text).translate(str.maketrans("+/", "-_"))


def _ttl(text: str) -> str:
    trimmed = text.lstrip("0")
    return trimmed.removesuffix("s").rstrip("0") + "s" if "." in trimmed else trimmed


def _unset_or(default: str) -> Callable[[str, str, str], bool]:
    """Return the function for which the default means that nothing is set."""
    return lambda old, new, _: {old, new} == {"", default}


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
    "AlwaysDiffSuppress": lambda *_: True,
    "EmptyOrFalse": lambda old, new, _: {old, new} <= {"", "false"},
    "ServiceProjectDiffSuppress": lambda *_: True,
    "AccessContextManagerServicePerimeterIdentityTypeDiffSuppressFunc": _unset_or(
        "IDENTITY_TYPE_UNSPECIFIED"
    ),
    "Base64DiffSuppress": lambda old, new, _: _plain_base64(old) == _plain_base64(new),
    "CidrOrSizeDiffSuppress": lambda old, new, _: new.startswith("/") and old.endswith(new),
    "CompareCryptoKeyVersions": lambda old, new, _: old.partition("/cryptoKeyVersions")[0] == new,
    "CompareIpAddressOrSelfLinkOrResourceName": _address_or_link,
    "ComputeInstanceMinCpuPlatformEmptyOrAutomaticDiffSuppress": lambda old, new, _: (
        {old.lower(), new.lower()} == {"", "automatic"}
    ),
    "DisksForceAttachDiffSuppress": _unset_or("false"),
    "InternalIpDiffSuppress": lambda old, new, _: bool(_parsed(old)) and not _parsed(new),
    "IpCidrRangeDiffSuppress": lambda old, new, _: (
        new.startswith("/") and old.rpartition("/")[2] == new[1:]
    ),
    "ProjectNumberDiffSuppress": _project_number,
    "WorkbenchInstanceKmsDiffSuppress": lambda old, new, _: old.startswith(new),
    "certManagerDefaultScopeDiffSuppress": _unset_or("DEFAULT"),
    "compareDuration": _duration,
    "compareOptionalSubnet": lambda old, new, _: not new or _link_or_name(old, new, ""),
    "comparePubsubSubscriptionExpirationPolicy": lambda old, new, _: _ttl(old) == _ttl(new),
    "compareTpuNodeSchedulingConfig": lambda old, new, _: (old, new) == ("", "false"),
    "crossSeriesReducerDiffSuppress": _unset_or("REDUCE_NONE"),
    "folderPrefixSuppress": lambda old, new, _: f"folders/{old}" == new or f"folders/{new}" == old,
    "gscBucketNameDiffSuppress": lambda old, new, _: f"gs://{old}" == new or f"gs://{new}" == old,
    "resourceDataStreamStreamCreateWithoutValidationDiffSuppress": _unset_or("false"),
    "suppressDiffForClusterDnsScope": lambda old, new, _: (
        (old, new) == ("", "DNS_SCOPE_UNSPECIFIED")
    ),
    "suppressOmittedMaxDuration": lambda old, new, _: (
        (old, new) == ("", "0s") or _duration(old, new, "")
    ),
    "vmwareenginePrivateCloudStandardTypeDiffSuppressFunc": _unset_or("STANDARD"),
}
_BLOCKS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "EmptyOrUnsetBlockDiffSuppress": _is_empty,
    "serviceAccountDiffSuppress": lambda block: not block.get("email") and not block.get("scopes"),
    "suppressDiffForPreRegisteredFleet": lambda block: not block.get("project"),
}
_CONDITIONS: dict[str | None, tuple[str, bool, str, str | None]] = {
    "suppressDiffForAutopilot": ("enable_autopilot", True, "AlwaysDiffSuppress", None),
    "suppressWhenDisabled": ("log_config.enable", False, "AlwaysDiffSuppress", None),
    "containerClusterPrivateClusterConfigSuppress": (
        "private_cluster_config.private_endpoint_subnetwork",
        False,
        "EmptyOrFalse",
        "CompareSelfLinkOrResourceName",
    ),
}
"""Functions that ask for an argument: its path, whether it is set, what they do then, and else."""
