"""The output of an app: its size, and whether two apps wrote the same stacks."""

import json
from pathlib import Path

from benchmarks.measure import BenchmarkError


def resources(outdir: Path) -> dict[str, int]:
    """Return the number of resources of every stack."""
    return {
        stack: sum(map(len, json.loads(text).get("resource", {}).values()))
        for stack, text in _stacks(outdir).items()
    }


def expect_same_bytes(overlay: Path, stock: Path) -> None:
    """Check that both bindings wrote the same stacks, byte for byte.

    Raises:
        BenchmarkError: They did not.
    """
    if _stacks(overlay) != _stacks(stock):
        raise BenchmarkError("bindings/ changes the synthesized JSON")


def expect_same_stacks(python: Path, javascript: Path) -> None:
    """Check that both apps wrote the same resources, with the same arguments, and so on.

    Only the notes of CDKTF may differ, which are under the key `//` and contain construct paths.

    Raises:
        BenchmarkError: They did not: their times cannot be compared.
    """
    expected, actual = _elements(python), _elements(javascript)
    differing = sorted(
        key for key in expected.keys() | actual.keys() if expected.get(key) != actual.get(key)
    )
    if differing:
        raise BenchmarkError(
            f"JavaScript wrote {resources(javascript)} resources, Python {resources(python)};"
            f" {len(differing)} elements differ, such as {', '.join(differing[:3])}. Correct"
            " benchmarks/javascript/app.js; an argument that is a map of free keys belongs in MAPS"
        )


def _stacks(outdir: Path) -> dict[str, bytes]:
    files = sorted(outdir.glob("stacks/*/cdk.tf.json"))
    return {file.parent.name: file.read_bytes() for file in files}


def _elements(outdir: Path) -> dict[str, object]:
    """Map addresses such as `dev.resource.google_compute_network.main` to configurations."""
    elements: dict[str, object] = {}
    for stack, text in _stacks(outdir).items():
        for kind, block in json.loads(text, object_hook=_without_notes).items():
            if kind in {"resource", "data"}:
                for type_, named in block.items():
                    elements |= {
                        f"{stack}.{kind}.{type_}.{name}": element for name, element in named.items()
                    }
            else:
                elements[f"{stack}.{kind}"] = block
    return elements


def _without_notes(mapping: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in mapping.items() if key != "//"}
