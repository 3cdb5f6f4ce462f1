"""Values that only the real cloud could know: made up, plausible, the same for the same resource.

Nothing depends on time or chance, so that two runs of the same configuration give the same state.
What the API is known to answer (answers.py) comes first. A value that is in no record and has no
telling name is empty, as where the API sends none.
"""

from __future__ import annotations

import base64
import re
import uuid
from datetime import datetime
from typing import Any

from offline.engine.answers import Answers
from offline.protocol.values import UNKNOWN, conform
from offline.provider_facts.ids import NOW, digest
from offline.schema.blocks import Attribute, Block, NestedBlock

_WHEN = re.compile(r"^(create_time|update_time|creation_timestamp|time_created|updated)$")
_ADDRESS = re.compile(r"^(?!.*ipv6)(.*_)?(ip|ipv4|address|ip_address|host)$")
_MOMENT = re.compile(r"^(creation|last_modified)_time$")
_MILLISECONDS = int(datetime.fromisoformat(NOW).timestamp() * 1000)
_NUMBER = re.compile(r"(^|_)(id|number|generation|version)$")
_COUNT = re.compile(r"^(generation|version)$")
_OWN = re.compile(r"^(id|unique_id|numeric_id)$|(^|_)number$")
_ACCOUNT = re.compile(r"email|(^|_)service_account(_id)?$")
_MEMBER = re.compile(r"^member$|(^|_)(writer|iam)_identity$")
_DIGEST = re.compile(r"(fingerprint|etag|hash|md5|crc32c)")
_STATE = re.compile(r"^(state|status)$")


def fill_unknown(
    block: Block,
    value: dict[str, Any],
    seed: str,
    answers: Answers | None = None,
    at: str = "",
) -> dict[str, Any]:
    """Return a value in which nothing is UNKNOWN any more.

    `answers` are what the API answers by dotted path, `at` is the path of the block.
    """
    result: dict[str, Any] = {}
    for name, attribute in block.attributes.items():
        found, own = value.get(name), f"{seed}/{name}"
        if found is UNKNOWN and answers and at + name in answers:
            result[name] = answers.get(at + name, own)
        elif found is UNKNOWN:
            result[name] = fake(name, attribute, own)
        else:
            result[name] = _deep(name, attribute.type, found, own)
    for name, nested in block.blocks.items():
        result[name] = _nested(nested, value.get(name), f"{seed}/{name}", answers, at + name)
    return result


def fake(name: str, attribute: Attribute, seed: str) -> Any:
    """Return a value for an attribute that the provider would have read from the API.

    What the configuration could have set and did not is empty, as it is where the API does not
    send its default.
    """
    if attribute.type == "string" and attribute.settable and not _telling(name):
        return ""
    return _typed(name, attribute.type, seed)


def _telling(name: str) -> bool:
    return any(form.search(name) for form in (_WHEN, _ADDRESS, _DIGEST)) or name == "id"


def _nested(nested: NestedBlock, value: Any, seed: str, answers: Answers | None, path: str) -> Any:
    if value is UNKNOWN:
        told = answers.get(path, seed) if answers and path in answers else ()
        return [conform(nested.block, item) for item in told]
    if nested.nesting == "single":
        return None if value is None else fill_unknown(nested.block, value, seed)
    if nested.nesting == "map":
        return {
            key: fill_unknown(nested.block, item, f"{seed}/{key}")
            for key, item in (value or {}).items()
        }
    return [
        fill_unknown(nested.block, entry, f"{seed}/{i}", answers, f"{path}.")
        for i, entry in enumerate(value or [])
    ]


def _deep(name: str, type_: Any, value: Any, seed: str) -> Any:
    if value is UNKNOWN:
        return _typed(name, type_, seed)
    if isinstance(value, dict) and isinstance(type_, list) and type_[0] in {"map", "object"}:
        types = type_[1] if type_[0] == "object" else dict.fromkeys(value, type_[1])
        return {
            key: _deep(key, item, value.get(key), f"{seed}/{key}") for key, item in types.items()
        }
    if isinstance(value, list) and isinstance(type_, list):
        return [_deep(name, type_[1], entry, f"{seed}/{i}") for i, entry in enumerate(value)]
    return value


def _typed(name: str, type_: Any, seed: str) -> Any:
    if type_ == "string":
        return _text(name, seed)
    if type_ == "number" and _MOMENT.search(name):
        return _MILLISECONDS
    if type_ == "number":
        return 1 if _NUMBER.search(name) else 0
    if type_ == "bool":
        return False
    if isinstance(type_, str):
        return None
    kind, inner = type_
    if kind == "map":
        return {}
    if kind == "object":
        return {key: _typed(key, item, f"{seed}/{key}") for key, item in inner.items()}
    return []


def _text(name: str, seed: str) -> str:
    hexadecimal, type_ = digest(seed), seed.partition("/")[0]
    number = int(hexadecimal[:15], 16)
    if _OWN.search(name) or (name.endswith("_id") and type_.endswith(f"_{name[:-3]}")):
        return str(10**18 + number)  # what names the resource itself; others need not exist
    account = f"service-{number}@gcp-sa-offline.iam.gserviceaccount.com"
    result = (
        (_WHEN, NOW),
        (_ADDRESS, f"10.128.{number % 250}.{2 + number // 250 % 250}"),
        (_ACCOUNT, account),
        (_MEMBER, f"serviceAccount:{account}"),
        (_DIGEST, base64.b64encode(bytes.fromhex(hexadecimal[:16])).decode()),
        (re.compile(r"uid$|uuid$"), str(uuid.UUID(hexadecimal[:32]))),
        (_COUNT, "1"),
        (_STATE, "ACTIVE"),
    )
    return next((value for form, value in result if form.search(name)), "")
