"""The validators that the provider wrote itself, by the names of the data files (`check`).

Source: google/verify/validation.go and the validators named next to each, at v6.50.0.
"""

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_DURATION = re.compile(r"[-+]?((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+|[-+]?0", re.ASCII)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_HEADER = re.compile(r"(X-Google-|X-AppEngine-).*")


def quoted(value: object) -> str:
    """Return a value in double quotes, as Go's %q shows it."""
    return json.dumps(str(value), ensure_ascii=False)


def _iam_member(path: str, value: Any) -> str | None:
    """tpgiamresource.validateIAMMember."""
    if str(value).startswith("deleted"):
        return (
            f"invalid value for {path} (Terraform does not support IAM members for deleted "
            "principals)"
        )
    special = "projectOwners|projectReaders|projectWriters|allUsers|allAuthenticatedUsers"
    if not re.search(rf"(.+:.+|{special})", str(value)):
        return (
            f"invalid value for {path} (IAM members must have one of the values outlined here: "
            "https://cloud.google.com/billing/docs/reference/rest/v1/Policy#Binding)"
        )
    return None


def _cidr(path: str, value: Any) -> str | None:
    text = str(value)
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        text = ""
    if "/" not in text:
        return f"{quoted(path)} is not a valid IP CIDR range: invalid CIDR address: {value}"
    return None


def _duration(path: str, value: Any) -> str | None:
    if _DURATION.fullmatch(str(value)):
        return None
    return (
        f"expected {path} to be a duration, but parsing gave an error: "
        f"time: invalid duration {quoted(value)}"
    )


def _rfc3339(path: str, value: Any) -> str | None:
    if _RFC3339.fullmatch(str(value)):
        return None
    return f"expected {quoted(path)} to be a valid RFC3339 date, got {quoted(value)}"


def _base64(path: str, value: Any) -> str | None:
    try:
        base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        return (
            f"could not decode {quoted(path)} as a valid base64 value. Please use the terraform "
            "base64 functions such as base64encode() or filebase64() to supply a valid "
            "base64 string"
        )
    return None


def _json(path: str, value: Any) -> str | None:
    try:
        json.loads(str(value))
    except ValueError as error:
        return f"{quoted(path)} contains an invalid JSON: {error}"
    return None


def _json_array(path: str, value: Any) -> str | None:
    """bigquery.validateBigQueryTableSchema: an array of objects."""
    problem = _json(path, value)
    if problem:
        return problem
    content = json.loads(str(value))
    if not isinstance(content, list):
        return f"{quoted(path)} is not a JSON array"
    return f"{quoted(path)} contains a null element" if None in content else None


def _http_headers(path: str, value: Any) -> str | None:
    """cloudscheduler.validateHttpHeaders."""
    for key in value if isinstance(value, Mapping) else ():
        if key == "Content-Length":
            return "Cannot set the Content-Length header on " + path
        if _HEADER.match(key):
            return f"Cannot set the {key} header on {path}"
    return None


def _bucket_labels(_path: str, value: Any) -> str | None:
    """storage.labelKeyValidator."""
    for key in value if isinstance(value, Mapping) else ():
        if not re.fullmatch(r"[a-z0-9_-]{1,63}", key):
            return (
                f"{quoted(key)} is an invalid label key. See "
                "https://cloud.google.com/storage/docs/tags-and-labels#bucket-labels"
            )
    return None


def _pool_id(path: str, value: Any) -> str | None:
    """iambeta.ValidateWorkloadIdentityPoolId and ...ProviderId."""
    text = str(value)
    if text.startswith("gcp-"):
        return f'{quoted(path)} ({text}) can not start with "gcp-"'
    if not 4 <= len(text) <= 32 or not re.fullmatch(r"[0-9a-z-]+", text):
        return (
            f"{quoted(path)} ({text}) must be 4 to 32 characters and contain only lowercase "
            "letters, digits and hyphens"
        )
    return None


def _rotation_period(path: str, value: Any) -> str | None:
    """kms.validateKmsCryptoKeyRotationPeriod: seconds, at least a day."""
    match = re.fullmatch(r"([0-9.]*\d)s", str(value))
    if match is None:
        return f"{quoted(path)} ({value}) must be a duration in seconds such as 86400s"
    if float(match[1]) < 86400:
        return f"{quoted(path)} ({value}) rotation period must be greater than one day"
    return None


def _asn(path: str, value: Any) -> str | None:
    """verify.ValidateRFC6996Asn."""
    number = int(value)
    if 64512 <= number <= 65534 or 4200000000 <= number <= 4294967294 or number == 16550:
        return None
    return (
        f"expected {quoted(path)} to be a RFC6996-compliant Local ASN: must be either in the "
        "private ASN ranges: [64512..65534], [4200000000..4294967294]; or be the value of [16550], "
        f"got {number}"
    )


def _dataset_id(path: str, value: Any) -> str | None:
    """bigquery.validateDatasetId."""
    if not re.fullmatch(r"[0-9A-Za-z_]+", str(value)):
        return (
            f"{quoted(path)} must contain only letters (a-z, A-Z), numbers (0-9), or "
            "underscores (_)"
        )
    if len(str(value)) > 1024:
        return f"{quoted(path)} cannot be greater than 1,024 characters"
    return None


def _service(path: str, value: Any) -> str | None:
    """resourcemanager.validateProjectServiceService."""
    if value == "bigquery-json.googleapis.com":
        return f"expected {path} to not match any of [bigquery-json.googleapis.com], got {value}"
    if "." not in str(value):
        return f"expected {path} to be a domain like serviceusage.googleapis.com"
    return None


def _simple(passes: Callable[[Any], bool], words: str) -> Callable[[str, Any], str | None]:
    return lambda path, value: None if passes(value) else words.format(path=path, value=value)


NAMED: dict[str | None, Callable[[str, Any], str | None]] = {
    "asn": _asn,
    "base64": _base64,
    "bucket_labels": _bucket_labels,
    "cidr": _cidr,
    "dataset_id": _dataset_id,
    "duration": _duration,
    "expiration_ms": _simple(
        lambda value: int(value) >= 3_600_000,
        '"{path}" cannot be shorter than 3600000 milliseconds (one hour)',
    ),
    "http_headers": _http_headers,
    "iam_member": _iam_member,
    "json": _json,
    "json_array": _json_array,
    "not_empty": _simple(bool, 'expected "{path}" to not be an empty string, got {value}'),
    "pool_id": _pool_id,
    "project_service": _service,
    "rfc3339": _rfc3339,
    "rotation_period": _rotation_period,
    "slo_goal": _simple(
        lambda v: 0 < float(v) <= 0.9999, "{path} {value} must be > 0 and <= 0.9999"
    ),
    "trailing_dot": _simple(
        lambda value: str(value).endswith("."),
        '"{path}" ({value}) doesn\'t end with a trailing dot, it must, as in "example.com."',
    ),
    "true": _simple(lambda value: value is True, "{path} must be set to true"),
}
