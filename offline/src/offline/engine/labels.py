"""Labels as the provider merges them: the configuration's, the provider's defaults, and those that
others have put on.

`labels` are the configuration's own, `terraform_labels` those and the provider's defaults,
`effective_labels` all that are on the resource. Source: google/tpgresource/labels.go and
annotations.go of v6.50.0 (setLabelsFields, SetAnnotationsDiff).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offline.protocol.contract import Settings, Value
from offline.protocol.values import UNKNOWN
from offline.schema.blocks import Block

ATTRIBUTION = ("goog-terraform-provisioned", "true")

_TRIPLET = ("terraform_labels", "effective_labels")


def plan_labels(
    block: Block,
    prior: Value | None,
    planned: Value,
    config: Value,
    settings: Settings,
    *,
    attribute_it: bool = True,
) -> None:
    """Set the computed labels and annotations of a planned value, where the type has them.

    Labels that the configuration leaves out are none, also where the API could fill them in.
    `attribute_it`: whether the type takes the label that says that Terraform made it.
    """
    field = next((name for name in ("labels", "resource_labels") if name in block.attributes), None)
    if field and all(name in block.attributes for name in _TRIPLET):
        own = planned.get(field)
        if own is UNKNOWN and config.get(field) is None:
            own = {}
        _labels(own, prior, planned, settings, attribute_it=attribute_it)
    for nested in ("metadata",):
        inner = block.blocks.get(nested)
        values = planned.get(nested)
        if inner and isinstance(values, list) and values and "labels" in inner.block.attributes:
            before = (prior or {}).get(nested) or [None]
            given = config[nested][0] if config.get(nested) else {}
            plan_labels(
                inner.block, before[0], values[0], given, settings, attribute_it=attribute_it
            )
            for name, attribute in inner.block.attributes.items():
                if attribute.type == "number" and values[0][name] is UNKNOWN:
                    values[0][name] = 0  # SetNew writes the whole block: a number cannot be unset
    if "annotations" in block.attributes and "effective_annotations" in block.attributes:
        own = planned.get("annotations")
        old = (prior or {}).get("annotations") or {}
        planned["effective_annotations"] = (
            _merged((prior or {}).get("effective_annotations"), old, own or {})
            if _known(own)
            else UNKNOWN
        )
        if prior is None and not planned["effective_annotations"]:
            planned["effective_annotations"] = UNKNOWN  # SetNew of an empty map is no value


def unmanaged(block: Block, value: Value) -> None:
    """Empty the labels and annotations that a configuration would have set, as an import does.

    Recorded from google 6.50.0 on 2026-11-27.
    """
    value.update({name: {} for name in _managed(block)})


def managed(block: Block, state: Value, now: Value) -> None:
    """Keep those labels and annotations of a resource whose keys the state has: others belong to
    someone else.

    Source: flattenLabels functions of the provider's generated resources.
    """
    for name in _managed(block):
        keys, live = state.get(name), now.get(name)
        if isinstance(keys, Mapping) and isinstance(live, Mapping):
            now[name] = {key: live[key] for key in keys if key in live}


def _managed(block: Block) -> Iterator[str]:
    """Yield attributes that hold the part of labels or annotations that Terraform manages."""
    field = next((name for name in ("labels", "resource_labels") if name in block.attributes), None)
    if field and all(name in block.attributes for name in _TRIPLET):
        yield from (field, "terraform_labels")
    if "annotations" in block.attributes and "effective_annotations" in block.attributes:
        yield "annotations"


def _labels(
    own: Any, prior: Value | None, planned: Value, settings: Settings, *, attribute_it: bool
) -> None:
    default = settings.get("default_labels") or {}
    if not _known(own) or not _known(default):
        planned.update(dict.fromkeys(_TRIPLET, UNKNOWN))
        return
    before = prior or {}
    result = dict(default)
    if attribute_it and _attributed(before, settings, creating=prior is None):
        result[ATTRIBUTION[0]] = ATTRIBUTION[1]
    result |= own or {}
    if prior is None and not result:
        planned.update(dict.fromkeys(_TRIPLET, UNKNOWN))  # SetNew of an empty map is no value
        return
    planned["terraform_labels"] = result
    planned["effective_labels"] = _merged(
        before.get("effective_labels"), before.get("terraform_labels") or {}, result
    )


def _attributed(before: Value, settings: Settings, *, creating: bool) -> bool:
    """Say whether the attribution label belongs on: at creation only, unless the strategy is
    PROACTIVE.
    """
    if settings.get("add_terraform_attribution_label") is False:
        return False
    strategy = settings.get("terraform_attribution_label_addition_strategy") or "CREATION_ONLY"
    has_it = ATTRIBUTION[0] in (before.get("effective_labels") or {})
    return creating or has_it or strategy == "PROACTIVE"


def _merged(
    effective: Mapping[str, Any] | None, old: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is on the resource: labels that someone else put on stay."""
    kept = {key: value for key, value in (effective or {}).items() if key not in old or key in new}
    return {**kept, **new}


def _known(value: Any) -> bool:
    if value is UNKNOWN:
        return False
    return UNKNOWN not in value.values() if isinstance(value, Mapping) else True
