"""Pipeline requests to jsii's Node process, and predict its responses.

jsii sends Node a request for every object, one after the other, and waits for each response. Nearly
all responses are predictable: a new object has the next number, an override returns nothing. Python
continues with the predicted response while Node works, and compares as soon as it needs a response
that it cannot predict. An error of Node is raised then, and names the object that it is about.

Source: the messages are jsii's protocol, as `jsii._kernel.providers.process` implements it.
"""

import atexit
import contextlib
import json
import re
import subprocess
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from typing import IO, Any, NamedTuple, cast

from jsii._kernel.providers.process import (
    _NodeProcess as NodeProcess,
    jdefault,
    ohook,
    stderr_sink,
)
from jsii._kernel.types import (
    GetRequest,
    InvokeRequest,
    InvokeResponse,
    KernelRequest,
    LoadRequest,
    LoadResponse,
    ObjRef,
)
from jsii.errors import ErrorType, JavaScriptError, JSIIError

_WITHOUT_RESULT = frozenset({"addOverride", "overrideLogicalId"})
_MAX_UNREAD = 200  # responses of about 100 bytes, in a pipe that holds 64 KiB
_ENCODER = json.JSONEncoder(default=jdefault)
_FIRST_NUMBER = 10_000
_NUMBER = re.compile(rb'"\$jsii\.byref":"[^"]*@(\d+)"')


class _Prediction(NamedTuple):
    """The predicted response to a request, still to be read."""

    about: str
    ref: str | None = None

    def matches(self, response: bytes) -> bool:
        """Return whether a response without an error is the predicted one."""
        return self.ref is None or f'"{self.ref}"'.encode() in response


class Pipeline(NodeProcess):
    """A Node process that runs jsii's program, and gets requests before it answers the last."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._process = process
        self._input = cast("IO[bytes]", process.stdin)
        self._output = cast("IO[bytes]", process.stdout)
        self._unread: deque[_Prediction] = deque()
        self._loaded: set[tuple[str, str]] = set()
        self._last_number = _FIRST_NUMBER - 1
        self._next_number = _FIRST_NUMBER
        self._greeted = False
        self._awaits_response = False
        self.sink_thread = threading.Thread(target=stderr_sink, args=(process.stderr,), daemon=True)
        self.sink_thread.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Stop the process; that it has exited already is no error."""
        with contextlib.suppress(BrokenPipeError):
            super().stop()

    def load(self, assemblies: Iterable[LoadRequest]) -> None:
        """Send requests to load packages, each once, without waiting for the responses."""
        for assembly in assemblies:
            if (assembly.name, assembly.version) not in self._loaded:
                self._loaded.add((assembly.name, assembly.version))
                self._send_ahead(
                    self._serializer.unstructure(assembly), _Prediction(f"load {assembly.name}")
                )
        self._input.flush()

    def extend(self, module: LoadRequest) -> None:
        """Send a request to extend a loaded package, and wait for the response.

        Raises:
            RuntimeError, JSIIError: The request failed, or an earlier one.
        """
        self.catch_up()
        super().send(module, LoadResponse)

    def create(self, fqn: str, arguments: Sequence[object], about: str) -> ObjRef:
        """Create an object that overrides nothing; return the reference that it will have."""
        ref = f"{fqn}@{self._next_number}"
        self._next_number += 1
        message = {"api": "create", "fqn": fqn, "args": arguments, "overrides": []}
        self._send_ahead(message, _Prediction(about, ref))
        return ObjRef(ref)

    def send(self, request: KernelRequest, response_type: Any) -> Any:
        """Send a request, and wait for the response if it cannot be predicted.

        Raises:
            RuntimeError, JSIIError: This request failed, or an earlier one.
        """
        if isinstance(request, LoadRequest):
            self.load([request])
            return LoadResponse(assembly=request.name, types=0)
        if isinstance(request, InvokeRequest) and request.method in _WITHOUT_RESULT:
            about = f"{request.method} {request.args}"
            self._send_ahead(self._serializer.unstructure(request), _Prediction(about))
            return InvokeResponse()
        if isinstance(request, GetRequest):
            self._awaits_response = True
        else:
            self.catch_up()  # what has effects waits until earlier requests have succeeded
        return super().send(request, response_type)

    def catch_up(self) -> None:
        """Read the responses to all requests, and compare them with the predictions.

        Raises:
            RuntimeError, JSIIError: A request failed, or a prediction was wrong.
        """
        self._input.flush()
        while self._unread:
            self._read()

    def _next_message(self) -> Any:
        """Return the response to the request that jsii has just sent."""
        if self._awaits_response:
            self._awaits_response = False
            while self._unread:
                self._read(later=1)
        return self._parse(self._receive())

    def _send_ahead(self, message: dict[str, Any], prediction: _Prediction) -> None:
        self._input.write(_ENCODER.encode(message).encode() + b"\n")
        self._unread.append(prediction)
        if len(self._unread) > _MAX_UNREAD:
            self._input.flush()
            self._read()

    def _read(self, later: int = 0) -> None:
        """Read the response to the first unread request, of which `later` have no prediction."""
        prediction = self._unread.popleft()
        line = self._receive()
        if line.startswith(b'{"ok":') and prediction.matches(line):
            return
        response = self._parse(line)
        if "error" in response:
            kind = JSIIError if response["name"] == ErrorType.JSII_FAULT.value else RuntimeError
            for _ in range(len(self._unread) + later):
                self._receive()
            self._unread.clear()  # later objects have other numbers than predicted
            self._next_number = self._last_number + 1
            cause = JavaScriptError(response["stack"])  # type: ignore[no-untyped-call]
            raise kind(f"{prediction.about}: {response['error']}") from cause
        raise JSIIError(
            f"{prediction.about}: the response was {response}, expected {prediction.ref}; "
            "GRID_BINDINGS=no-pipeline waits for each response"
        )

    def _receive(self) -> bytes:
        if not self._greeted:
            self._greeted = True
            self.handshake()
        line = self._output.readline()
        if not line:
            raise JSIIError("Node has exited before it answered; see its output on standard error")
        for number in _NUMBER.findall(line):
            self._last_number = max(self._last_number, int(number))
        self._next_number = max(self._next_number, self._last_number + 1)
        return line

    @staticmethod
    def _parse(line: bytes) -> Any:
        return json.loads(line, object_hook=ohook)
