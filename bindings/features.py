"""The switch that turns each feature of `bindings` off: the variable GRID_BINDINGS."""

import os

FEATURES = {
    "overlay": "load only the provider modules in use",
    "pipeline": "send requests to Node without waiting for each response; needs the overlay",
    "prepare": "skip CDKTF's search for references between stacks, of which there are none",
    "gc": "do not collect garbage during the synthesis",
}
"""Name of each feature, and what it does. None of them changes the Terraform JSON."""


class FeatureError(ValueError):
    """GRID_BINDINGS names no feature."""


def is_enabled(feature: str) -> bool:
    """Return whether GRID_BINDINGS leaves this feature on.

    `GRID_BINDINGS=stock` turns all off, `GRID_BINDINGS=no-gc,no-pipeline` those that it names.

    Raises:
        FeatureError: The variable names no feature.
    """
    value = os.environ.get("GRID_BINDINGS", "")
    if value == "stock":
        return False
    disabled = {word.strip().removeprefix("no-") for word in value.split(",") if word.strip()}
    if unknown := disabled - FEATURES.keys():
        allowed = ", ".join(f"no-{name}" for name in FEATURES)
        raise FeatureError(
            f"GRID_BINDINGS={value} is invalid: {', '.join(sorted(unknown))} is not a feature;"
            f" use stock, or any of {allowed}"
        )
    return feature not in disabled and not (feature == "pipeline" and "overlay" in disabled)
