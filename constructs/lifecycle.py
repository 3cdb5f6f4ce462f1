"""Lifecycles of resources: what replaces them, and which values of them are fixed."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from cdktf import Postcondition, TerraformResource, TerraformResourceLifecycle
from constructs.dependencies import address

from environments import Environment


def replaced_with(parent: TerraformResource) -> TerraformResourceLifecycle:
    """Return the lifecycle of a resource that Google deletes together with `parent`.

    A replaced parent keeps its name, so that a reference to the name does not change: without
    this, the next plan would find the resource missing. Source: Terraform, "The lifecycle
    Meta-Argument", `replace_triggered_by`.
    """
    return TerraformResourceLifecycle(replace_triggered_by=[f"{address(parent)}.id"])


def fixed(
    environment: Environment,
    key: str,
    attributes: Mapping[str, str | int],
    *,
    also: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    ignore_changes: Sequence[str] = (),
    prevent_destroy: bool = False,
) -> TerraformResourceLifecycle:
    """Return the lifecycle of a resource whose attributes follow from a value that is fixed once
    it was applied: another value stops the plan.

    Without this, Terraform would replace the resource. The new one has the name of the old one,
    and comes first: Google answers 409 at every apply. Source: tests/provider/plans.json.

    Args:
        environment: The environment, whose file the message names.
        key: Dotted path of the value in the environment file.
        attributes: Value in the file by attribute of the resource.
        also: Further fixed values, by their path.
        ignore_changes: Further attributes that Terraform does not change.
        prevent_destroy: Refuse to delete the resource.
    """
    values = {key: attributes, **also}
    return TerraformResourceLifecycle(
        ignore_changes=[name for fixed in values.values() for name in fixed] + [*ignore_changes],
        postcondition=[_unchanged(environment, path, fixed) for path, fixed in values.items()],
        prevent_destroy=prevent_destroy or None,
    )


def _unchanged(
    environment: Environment, key: str, attributes: Mapping[str, str | int]
) -> Postcondition:
    """Return the condition that attributes have the value that the file has at a path."""
    tests = (f"self.{name} == {_expression(value)}" for name, value in attributes.items())
    applied = ", ".join(f"{name} ${{self.{name}}}" for name in attributes)
    wanted = ", ".join(f"{name} {value}" for name, value in attributes.items())
    message = (
        f"{key} of environments/{environment.environment}.yaml cannot change once it was applied. "
        f"Expected: {applied}. Actual: {wanted}. "
        'Restore the value, or follow docs/traps.md, "Change a fixed value".'
    )
    return Postcondition(condition=f"${{{' && '.join(tests)}}}", error_message=message)


def _expression(value: str | int) -> str:
    """Return a value as a part of an expression: a reference becomes one, without quotes."""
    is_reference = isinstance(value, str) and value.startswith("${")
    return str(value) if is_reference else json.dumps(value)
