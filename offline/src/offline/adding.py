"""Resources of another team, created by `offline world add`.

The checks of the provider and the rules of Google apply to them as in an apply.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from offline.cloud.fake_cloud import FakeCloud
from offline.engine.google import Google
from offline.problems import CommandError
from offline.protocol.contract import Finding, ProviderError, Settings
from offline.protocol.findings import collect
from offline.protocol.values import conform
from offline.providers import providers
from offline.serve.served import Served
from offline.terraform.choice import kept_provider

_UNSEEN = "offline serve does not have resources of the type "
_WHO = "the embedded provider and `offline world` alone see this one"
_CORRECT = "Correct the arguments, and rerun the command"


class AddError(CommandError):
    """The provider or a rule rejects the resource."""

    code = 1

    def __init__(self, type_: str, *reasons: str, advice: str = _CORRECT) -> None:
        super().__init__(f"Resource {type_} was not added", *reasons, advice=advice)


def add(world: Path, type_: str, config: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Create a resource in the folder of a world, and return its ID and warnings.

    A resource of a translated type also exists in the served Google. A resource of another type
    exists only for the embedded provider, and a warning states this.

    The arguments `project`, `region` and `zone` are also the settings of the provider.

    Raises:
        AddError: the type or an argument is unknown, or the resource is rejected. A type that is
            not translated is rejected in a world that the genuine provider created.
    """
    cloud, served = FakeCloud(world / "world"), Served(world)
    made = providers(cloud, resources=[type_], data_sources=[], served=served)
    provider = made["hashicorp/google"]
    block = provider.schemas.resources.get(type_)
    if block is None:
        raise AddError(
            type_,
            "hashicorp/google has no resource type with this name.",
            advice="Name a resource type of google",
        )
    known = {*block.attributes, *block.blocks}
    settings: Settings = {k: v for k, v in config.items() if k in ("project", "region", "zone")}
    given = {k: v for k, v in config.items() if k in known or k not in settings}
    if unknown := sorted(given.keys() - known):
        raise AddError(
            type_,
            f"It has no argument {', '.join(unknown)}.",
            f"Expected: arguments out of {', '.join(sorted(known))}",
            f"Actual: {', '.join(sorted(given))}",
        )
    missing = [
        name
        for name, attribute in block.attributes.items()
        if attribute.required and given.get(name) is None
    ]
    if missing:
        raise AddError(type_, f"It requires {', '.join(missing)}.")
    whole = conform(block, given)
    errors = [item for item in provider.validate(type_, whole) if not item.warning]
    if errors:
        raise AddError(type_, *_lines(errors[0]))
    twins = cast("Google", provider).twins
    unseen = f"{_UNSEEN}{type_}" if twins is None or not twins.is_translated(type_, given) else ""
    if unseen and kept_provider(world) == "genuine":
        raise AddError(
            type_,
            f"{unseen}, and the genuine provider created this world.",
            advice="Send a request to the served Google: offline serve",
        )
    try:
        planned = provider.plan(type_, None, dict(whole), whole, settings).state
        with collect() as findings:
            state = provider.create(type_, planned, whole, settings)
    except ProviderError as error:
        raise AddError(type_, *_lines(error.finding)) from error
    warnings = [finding.summary for finding in findings]
    return str(state["id"]), [*warnings, *([f"{unseen}: {_WHO}"] if unseen else [])]


def _lines(finding: Finding) -> list[str]:
    """Return the lines of an error of the provider."""
    return [line for line in f"{finding.summary}\n{finding.detail}".splitlines() if line.strip()]
