"""A server of gRPC over HTTP/2 for calls with one request and one answer.

Source: PROTOCOL-HTTP2.md in the repository of gRPC. h2 knows HTTP/2; decision 40 compares it with
the package grpcio.
"""

from __future__ import annotations

import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RequestReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import ProtocolError

if TYPE_CHECKING:
    from concurrent.futures import Executor

Answer = Callable[[bytes, str], bytes | None]
"""Answers a call: its request, and the name of its connection. None is no message."""
Handler = Callable[[str], Answer]
"""Finds what answers a method. Raises CallError where nothing does."""

OK, UNKNOWN, UNIMPLEMENTED, INTERNAL = 0, 2, 12, 13

_PREFIX = struct.Struct(">BL")
_READ_BYTES = 1 << 18
_LONGEST_TEXT = 8000
_RESPONSE = [(":status", "200"), ("content-type", "application/grpc")]


class CallError(Exception):
    """An answer that is no message: a status of gRPC, and a string."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


class Server:
    """A server on a port of 127.0.0.1, until it is closed.

    Calls of a connection are answered one after the other, or by `pool` side by side.
    """

    def __init__(self, handler: Handler, pool: Executor | None = None) -> None:
        self._handler, self._pool = handler, pool
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self._socket.getsockname())
        self._connections: set[socket.socket] = set()
        self._is_closing = False
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close the port and every connection."""
        self._is_closing = True
        with suppress(OSError):
            socket.create_connection(self._socket.getsockname()).close()  # ends its wait
        self._thread.join()
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with self._socket:
            while True:
                connection, (host, port) = self._socket.accept()
                if self._is_closing:
                    connection.close()
                    return
                self._connections.add(connection)
                arguments = connection, f"{host}:{port}"
                threading.Thread(target=self._serve, args=arguments, daemon=True).start()

    def _serve(self, connection: socket.socket, name: str) -> None:
        with connection, suppress(OSError):
            _Connection(connection, name, self._handler, self._pool).run()
        self._connections.discard(connection)


class _Connection:
    """One client: the requests that it has begun, and the answers that it has no room for yet."""

    def __init__(
        self, connection: socket.socket, name: str, handler: Handler, pool: Executor | None
    ) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket, self._name, self._handler, self._pool = connection, name, handler, pool
        self._lock = threading.Lock()
        """Guards what follows, and the order of frames: a pool answers from many threads."""
        self._http = H2Connection(H2Configuration(client_side=False))
        self._requests: dict[int, tuple[Answer, bytearray]] = {}
        self._waiting: dict[int, tuple[memoryview, list[tuple[str, str]]]] = {}

    def run(self) -> None:
        """Answer calls until the client leaves, or sends what is no HTTP/2.

        Raises:
            OSError: it left.
        """
        self._http.initiate_connection()
        self._flush()
        while data := self._socket.recv(_READ_BYTES):
            with self._lock:
                try:
                    events = self._http.receive_data(data)
                except ProtocolError:
                    self._socket.sendall(self._http.data_to_send())  # says what is wrong
                    return
                if any(isinstance(event, ConnectionTerminated) for event in events):
                    return
                calls = [call for event in events for call in self._take(event)]
                self._flush()
            for call in calls:
                if self._pool:
                    self._pool.submit(call)
                else:
                    call()

    def _take(self, event: Event) -> Iterator[Callable[[], None]]:
        """Take a part of a call, and yield what answers it if this is the last one."""
        if isinstance(event, RequestReceived):
            method = dict(event.headers)[b":path"].decode("latin-1")
            try:
                self._requests[event.stream_id] = self._handler(method), bytearray()
            except CallError as error:
                self._end(event.stream_id, b"", error.status, error.text)
        elif isinstance(event, DataReceived):
            stream = event.stream_id
            self._http.acknowledge_received_data(event.flow_controlled_length, stream)
            if stream in self._requests:
                answer, request = self._requests[stream]
                request += event.data
                if _is_complete(request):  # the client may go on: grpcio answers the first, too
                    del self._requests[stream]
                    yield partial(self._answer, stream, answer, bytes(request))
        elif isinstance(event, StreamEnded):
            if self._requests.pop(event.stream_id, None):
                self._end(event.stream_id, b"", INTERNAL, "The call ends before its message")
        elif isinstance(event, StreamReset):
            self._requests.pop(event.stream_id, None)
            self._waiting.pop(event.stream_id, None)

    def _answer(self, stream: int, answer: Answer, request: bytes) -> None:
        message, status, text = None, OK, ""
        try:
            is_compressed, size = _PREFIX.unpack_from(request)
            if is_compressed:
                raise CallError(UNIMPLEMENTED, "compressed messages are not read")
            message = answer(request[_PREFIX.size : _PREFIX.size + size], self._name)
        except CallError as error:
            status, text = error.status, error.text
        except Exception as error:  # noqa: BLE001 (the client is told)
            sys.excepthook(*sys.exc_info())
            status, text = UNKNOWN, f"Exception calling application: {error}"
        data = b"" if message is None else _PREFIX.pack(0, len(message)) + message
        # The client may have reset the call, or left.
        with self._lock, suppress(ProtocolError, OSError):
            self._end(stream, data, status, text)
            self._flush()

    def _end(self, stream: int, data: bytes, status: int, text: str) -> None:
        """Begin to send the last that a call gets."""
        end = [("grpc-status", str(status))]
        if text:
            end.append(("grpc-message", quote(text)[:_LONGEST_TEXT]))
        self._http.send_headers(stream, _RESPONSE)
        self._waiting[stream] = memoryview(data), end

    def _flush(self) -> None:
        """Send of the answers what there is room for, and what else h2 has to say."""
        http = self._http
        for stream, (rest, end) in tuple(self._waiting.items()):
            data = rest
            while data and (room := http.local_flow_control_window(stream)) > 0:
                size = min(len(data), room, http.max_outbound_frame_size)
                http.send_data(stream, data[:size])
                data = data[size:]
            self._waiting[stream] = data, end
            if not data:
                del self._waiting[stream]
                http.send_headers(stream, end, end_stream=True)
        self._socket.sendall(http.data_to_send())


def _is_complete(request: bytearray) -> bool:
    if len(request) < _PREFIX.size:
        return False
    size: int = _PREFIX.unpack_from(request)[1]
    return len(request) >= _PREFIX.size + size
