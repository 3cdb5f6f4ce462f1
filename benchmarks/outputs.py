"""What an app synthesized: how much, and whether two apps wrote the same."""

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
    """Both bindings wrote the same stacks, byte for byte.

    Raises:
        BenchmarkError: they did not.
    """
    if _stacks(overlay) != _stacks(stock):
        raise BenchmarkError("bindings/ changes the synthesized JSON")


def expect_same_stacks(python: Path, javascript: Path) -> None:
    """Both apps wrote the same resources, with the same arguments, and so on.

    Only the notes of CDKTF may differ, which are under the key `//` and tell construct paths.

    Raises:
        BenchmarkError: they did not, so that their times say nothing.
    """
    wanted, got = _elements(python), _elements(javascript)
    differing = sorted(key for key in wanted.keys() | got.keys() if wanted.get(key) != got.get(key))
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
    found: dict[str, object] = {}
    for stack, text in _stacks(outdir).items():
        for kind, block in json.loads(text, object_hook=_without_notes).items():
            if kind in {"resource", "data"}:
                for type_, named in block.items():
                    found |= {f"{stack}.{kind}.{type_}.{name}": it for name, it in named.items()}
            else:
                found[f"{stack}.{kind}"] = block
    return found


def _without_notes(mapping: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in mapping.items() if key != "//"}
