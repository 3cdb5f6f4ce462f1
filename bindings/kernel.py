"""Let jsii send its requests through a pipeline, and name elements when they are created.

CDKTF calls a stack back for the logical id of every element, which Python has just sent. A stack
with a method `logical_id` names the element when it is created instead.

Source: generated code calls `jsii.create`; the kernel sends all other requests to its provider.
"""

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, cast

import jsii
import jsii._kernel
from jsii._kernel import _get_overides as overrides_of, _make_reference_for_native as to_message
from jsii._kernel.providers.process import ProcessProvider
from jsii._kernel.types import LoadRequest, ObjRef
from jsii._reference_map import register_reference

from bindings.pipeline import Pipeline

_PLAIN_TYPES = frozenset({bool, float, int, str, type(None)})


class NamesElements(Protocol):
    """A stack that knows the logical id of an element by its type and construct id."""

    def logical_id(self, kind: type[object], id_: str) -> str:
        """Return the logical id of an element of this stack."""


def _to_message(kernel: Any, value: Any) -> Any:
    """Convert an argument; most parts of one are plain, which jsii finds out last."""
    return value if type(value) in _PLAIN_TYPES else to_message(kernel, value)


class Provider(ProcessProvider):
    """jsii's provider, with a given process."""

    _process = cast("Any", None)

    def __init__(self, process: Pipeline) -> None:
        self._process = process

    def extend(self, name: str, version: str, folder: Path) -> None:
        """Add a module to an assembly that Node has loaded (`bindings.extension`).

        Raises:
            RuntimeError, JSIIError: Node cannot load it, or an earlier request failed.
        """
        self._process.extend(LoadRequest(name=name, version=version, tarball=str(folder)))


class _Creator:
    """Creates objects in place of `jsii.create`."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._has_overrides: dict[type[object], bool] = {}
        self._stacks: dict[str, NamesElements] = {}

    def __call__(self, klass: Any, instance: Any, args: list[Any] | None = None) -> ObjRef:
        args = args or []
        if self._overrides(klass, instance):
            ref: ObjRef = jsii.kernel.create(klass, instance, args)
        else:
            about = " ".join([klass.__name__, *(text for text in args if isinstance(text, str))])
            message = _to_message(jsii.kernel, args)
            ref = self._pipeline.create(klass.__jsii_type__, message, about)
            instance.__jsii_ref__ = ref
            register_reference(instance)
        self._name(instance, ref, args)
        return ref

    def _overrides(self, klass: Any, instance: object) -> bool:
        kind = type(instance)
        if kind not in self._has_overrides:
            self._has_overrides[kind] = bool(overrides_of(klass, instance))
        return self._has_overrides[kind]

    def _name(self, instance: Any, ref: ObjRef, args: list[Any]) -> None:
        """Send the logical id of an element of a stack that names its elements."""
        kind = type(instance)
        if hasattr(kind, "logical_id"):
            self._stacks[ref.ref] = instance
        elif len(args) > 1 and isinstance(id_ := args[1], str):
            stack = self._stacks.get(args[0].__jsii_ref__.ref)
            if stack:
                self._stacks[ref.ref] = stack
                if hasattr(kind, "override_logical_id"):
                    instance.override_logical_id(stack.logical_id(kind, id_))


def install(process: "subprocess.Popen[bytes]", assemblies: Iterable[Mapping[str, str]]) -> None:
    """Let jsii send its requests to this process, which runs its program.

    Node loads these packages (`name`, `version`, `tarball`) while Python continues its imports.
    """
    pipeline = Pipeline(process)
    pipeline.load(LoadRequest(**assembly) for assembly in assemblies)
    jsii.kernel.provider = Provider(pipeline)
    jsii.create = _Creator(pipeline)  # type: ignore[assignment]
    # jsii calls it recursively by this name.
    jsii._kernel._make_reference_for_native = _to_message  # type: ignore[assignment]
