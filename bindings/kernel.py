"""Talk with jsii's Node process without waiting for answers that are known already.

jsii asks Node for every object, one question after the other, and waits for each answer. Nearly all
of them can be foreseen: a new object has the next number, an override returns nothing. Python goes
on with the answer that it foresees while Node works, and compares as soon as it needs one that it
cannot foresee. An error of Node is raised then, and names the object that it is about.

Node is also spared the questions that only Python can answer. CDKTF calls a stack back for the
logical id of every element; a stack with a method `logical_id` is asked when the element is made.

Source: the messages are jsii's protocol, as `jsii._kernel.providers.process` speaks it.
"""

import atexit
import contextlib
import json
import re
import subprocess
import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, NamedTuple, Protocol, cast

import jsii
from jsii._kernel import _get_overides as overrides_of, _make_reference_for_native as to_message
from jsii._kernel.providers.process import (
    ProcessProvider,
    _NodeProcess as NodeProcess,
    jdefault,
    ohook,
    stderr_sink,
)
from jsii._kernel.types import (
    InvokeRequest,
    InvokeResponse,
    KernelRequest,
    LoadRequest,
    LoadResponse,
    ObjRef,
)
from jsii._reference_map import register_reference
from jsii.errors import ErrorType, JavaScriptError, JSIIError

_WITHOUT_RESULT = frozenset({"addOverride", "overrideLogicalId"})
_MOST_UNREAD = 200  # answers of about 100 bytes, in a pipe that holds 64 KiB
_FIRST_NUMBER = 10_000
_NUMBER = re.compile(rb'"\$jsii\.byref":"[^"]*@(\d+)"')


class NamesElements(Protocol):
    """A stack that knows the logical id of an element by its type and construct id."""

    def logical_id(self, kind: type[object], id_: str) -> str:
        """Return the logical id of an element of this stack."""


class _Foreseen(NamedTuple):
    """An answer that is still to be read."""

    about: str
    ref: str | None = None


class Pipeline(NodeProcess):
    """A Node process that runs jsii's program, told the next thing before it answers the last."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._process = process
        self._input = cast("IO[bytes]", process.stdin)
        self._output = cast("IO[bytes]", process.stdout)
        self._unread: deque[_Foreseen] = deque()
        self._loaded: set[tuple[str, str]] = set()
        self._seen = _FIRST_NUMBER - 1
        self._next_number = _FIRST_NUMBER
        self._greeted = False
        self.sink_thread = threading.Thread(target=stderr_sink, args=(process.stderr,), daemon=True)
        self.sink_thread.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """End the process; one that has ended already is no news here."""
        with contextlib.suppress(BrokenPipeError):
            super().stop()

    def load(self, assemblies: Iterable[LoadRequest]) -> None:
        """Have Node load packages, unless it does already; nobody waits for it."""
        for one in assemblies:
            if (one.name, one.version) not in self._loaded:
                self._loaded.add((one.name, one.version))
                self._tell(self._serializer.unstructure(one), _Foreseen(f"load {one.name}"))
        self._input.flush()

    def create(self, fqn: str, arguments: Sequence[object], about: str) -> ObjRef:
        """Make an object that overrides nothing; returns the reference that it will have."""
        ref = f"{fqn}@{self._next_number}"
        self._next_number += 1
        message = {"api": "create", "fqn": fqn, "args": arguments, "overrides": []}
        self._tell(message, _Foreseen(about, ref))
        return ObjRef(ref)

    def send(self, request: KernelRequest, response_type: Any) -> Any:
        """Send what jsii asks, and wait for the answer where it cannot be foreseen.

        Raises:
            RuntimeError, JSIIError: Node could not do this, or something that it was told before.
        """
        if isinstance(request, LoadRequest):
            self.load([request])
            return LoadResponse(assembly=request.name, types=0)
        if isinstance(request, InvokeRequest) and request.method in _WITHOUT_RESULT:
            about = f"{request.method} {request.args}"
            self._tell(self._serializer.unstructure(request), _Foreseen(about))
            return InvokeResponse()
        self.catch_up()
        return super().send(request, response_type)

    def catch_up(self) -> None:
        """Read the answers to all that was told, and compare them with what was foreseen.

        Raises:
            RuntimeError, JSIIError: Node could not do something that it was told.
        """
        self._input.flush()
        while self._unread:
            self._read()

    def _tell(self, message: dict[str, Any], answer: _Foreseen) -> None:
        self._input.write(json.dumps(message, default=jdefault).encode() + b"\n")
        self._unread.append(answer)
        if len(self._unread) > _MOST_UNREAD:
            self._input.flush()
            self._read()

    def _read(self) -> None:
        foreseen = self._unread.popleft()
        answer = self._next_message()
        if "error" in answer:
            kind = JSIIError if answer["name"] == ErrorType.JSII_FAULT.value else RuntimeError
            while self._unread:  # what was told after it has other numbers than foreseen
                self._unread.popleft()
                self._next_message()
            self._next_number = self._seen + 1
            cause = JavaScriptError(answer["stack"])  # type: ignore[no-untyped-call]
            raise kind(f"{foreseen.about}: {answer['error']}") from cause
        if foreseen.ref and answer.get("ok") != ObjRef(foreseen.ref):
            raise JSIIError(
                f"{foreseen.about}: jsii answered {answer}, foreseen was {foreseen.ref}; "
                "GRID_BINDINGS=stock runs without foresight"
            )

    def _next_message(self) -> Any:
        if not self._greeted:
            self._greeted = True
            self.handshake()
        line = self._output.readline()
        if not line:
            raise JSIIError("Node has ended before it answered; standard error may say why")
        for number in _NUMBER.findall(line):
            self._seen = max(self._seen, int(number))
        self._next_number = max(self._next_number, self._seen + 1)
        return json.loads(line, object_hook=ohook)


class _Provider(ProcessProvider):
    """jsii's provider, with the process that is given."""

    _process = cast("Any", None)

    def __init__(self, process: Pipeline) -> None:
        self._process = process


class _Creation:
    """What makes objects in place of `jsii.create`."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._has_overrides: dict[type[object], bool] = {}
        self._stacks: dict[str, NamesElements] = {}

    def __call__(self, klass: Any, made: Any, args: list[Any] | None = None) -> ObjRef:
        args = args or []
        if self._overrides(klass, made):
            ref: ObjRef = jsii.kernel.create(klass, made, args)
        else:
            about = " ".join([klass.__name__, *(text for text in args if isinstance(text, str))])
            message = to_message(jsii.kernel, args)
            ref = self._pipeline.create(klass.__jsii_type__, message, about)
            made.__jsii_ref__ = ref
            register_reference(made)
        self._name(made, ref, args)
        return ref

    def _overrides(self, klass: Any, made: object) -> bool:
        kind = type(made)
        if kind not in self._has_overrides:
            self._has_overrides[kind] = bool(overrides_of(klass, made))
        return self._has_overrides[kind]

    def _name(self, made: Any, ref: ObjRef, args: list[Any]) -> None:
        """Send the logical id of an element of a stack that names its elements."""
        kind = type(made)
        if hasattr(kind, "logical_id"):
            self._stacks[ref.ref] = made
        elif len(args) > 1 and isinstance(id_ := args[1], str):
            stack = self._stacks.get(args[0].__jsii_ref__.ref)
            if stack:
                self._stacks[ref.ref] = stack
                if hasattr(kind, "override_logical_id"):
                    made.override_logical_id(stack.logical_id(kind, id_))


def install(process: "subprocess.Popen[bytes]", assemblies: Iterable[Mapping[str, str]]) -> None:
    """Let jsii talk with this process, which runs its program, from now on.

    It loads these packages (`name`, `version`, `tarball`) while Python goes on with its imports.
    """
    pipeline = Pipeline(process)
    pipeline.load(LoadRequest(**one) for one in assemblies)
    jsii.kernel.provider = _Provider(pipeline)
    jsii.create = _Creation(pipeline)  # type: ignore[assignment]
