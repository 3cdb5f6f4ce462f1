"""A server of gRPC over HTTP/2 for calls with one request and one answer.

Sources: https://www.rfc-editor.org/rfc/rfc9113, and PROTOCOL-HTTP2.md in the repository of gRPC.
The package grpcio does the same. To load it takes a third of the start of a plan, and a call takes
longer in it than in a provider.
"""

from __future__ import annotations

import socket
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import quote

from offline.protocol.hpack import Decoder, HeaderError

if TYPE_CHECKING:
    from concurrent.futures import Executor

Handler = Callable[[str, bytes, str], bytes | None]
"""Answers a call: its method, its request, and the name of its connection. None is no message."""

OK, UNKNOWN, UNIMPLEMENTED, INTERNAL = 0, 2, 12, 13

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RESET, _SETTINGS, _PING, _WINDOW, _CONTINUATION = 0, 1, 3, 4, 6, 8, 9
_END_STREAM = _ACK = 0x1
_END_HEADERS, _PADDED, _PRIORITY = 0x4, 0x8, 0x20
_INITIAL_WINDOW = 4
_FRAME_BYTES, _WINDOW_BYTES, _LARGEST = 1 << 14, (1 << 16) - 1, (1 << 31) - 1
_FRAME, _SETTING, _NUMBER = struct.Struct(">BHBBL"), struct.Struct(">HL"), struct.Struct(">L")
_PREFIX = struct.Struct(">BL")
_LONGEST_TEXT = 8000

_RESPONSE = b"\x88\x0f\x10\x10application/grpc"
"""Status 200 and the content type, as indexes of HPACK's table."""


class CallError(Exception):
    """An answer that is no message: a status of gRPC, and a text."""

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
        with connection, suppress(OSError, EOFError, HeaderError, IndexError, struct.error):
            _Connection(connection, name, self._handler, self._pool).run()
        self._connections.discard(connection)


class _Connection:
    """One client: the calls that it has begun, and the answers that it has no room for yet."""

    def __init__(
        self, connection: socket.socket, name: str, handler: Handler, pool: Executor | None
    ) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket, self._name, self._handler, self._pool = connection, name, handler, pool
        self._file = connection.makefile("rb")
        self._decoder, self._block = Decoder(), b""
        self._calls: dict[int, tuple[str, bytearray]] = {}
        self._used = 0
        """Bytes of the client's room for requests that are used up."""
        self._lock = threading.Lock()
        """Guards what follows, and the order of frames: a pool answers from many threads."""
        self._room = self._initial_room = _WINDOW_BYTES
        self._rooms: dict[int, int] = {}
        self._waiting: dict[int, tuple[memoryview, bytes]] = {}

    def run(self) -> None:
        """Answer calls until the client leaves.

        Raises:
            EOFError, OSError: it left.
            HeaderError, IndexError, struct.error: it sends what is no HTTP/2.
        """
        with self._file:
            if self._file.read(len(_PREFACE)) != _PREFACE:
                return
            self._send(
                _frame(_SETTINGS, 0, 0, _SETTING.pack(_INITIAL_WINDOW, _LARGEST)),
                _frame(_WINDOW, 0, 0, _NUMBER.pack(_LARGEST - _WINDOW_BYTES)),
            )
            while True:
                high, low, kind, flags, stream = _FRAME.unpack(self._read(_FRAME.size))
                self._take(kind, flags, stream & _LARGEST, self._read(high << 16 | low))

    def _read(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def _take(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if kind in {_DATA, _HEADERS}:
            self._take_call(kind, flags, stream, payload)
        elif kind == _CONTINUATION:
            self._begin(flags, stream, payload)
        elif kind == _WINDOW:
            self._widen(stream, *_NUMBER.unpack(payload))
        elif kind == _RESET:
            self._calls.pop(stream, None)
            with self._lock:
                self._rooms.pop(stream, None)
                self._waiting.pop(stream, None)
        elif kind == _SETTINGS and not flags & _ACK:
            for name, value in _SETTING.iter_unpack(payload):
                if name == _INITIAL_WINDOW:
                    self._resize(value)
            self._send(_frame(_SETTINGS, _ACK, 0))
        elif kind == _PING and not flags & _ACK:
            self._send(_frame(_PING, _ACK, 0, payload))

    def _take_call(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        """Take a part of a call, and answer it after the last one."""
        size = len(payload)
        if flags & _PADDED:
            payload = payload[1 : size - payload[0]]
        if kind == _HEADERS:
            self._begin(flags, stream, payload[5:] if flags & _PRIORITY else payload)
        elif stream in self._calls:
            self._calls[stream][1].extend(payload)
        if kind == _DATA:
            self._used += size
            if self._used > _LARGEST // 2:
                self._send(_frame(_WINDOW, 0, 0, _NUMBER.pack(self._used)))
                self._used = 0
        if flags & _END_STREAM and stream in self._calls:
            method, request = self._calls.pop(stream)
            if self._pool is None:
                self._answer(stream, method, bytes(request))
            else:
                self._pool.submit(self._answer, stream, method, bytes(request))

    def _begin(self, flags: int, stream: int, block: bytes) -> None:
        """Take the fields of a call, or a part of them."""
        self._block += block
        if flags & _END_HEADERS:
            fields, self._block = self._decoder.decode(self._block), b""
            self._calls[stream] = fields.get(":path", ""), bytearray()
            with self._lock:
                self._rooms[stream] = self._initial_room

    def _answer(self, stream: int, method: str, request: bytes) -> None:
        message, status, text = None, OK, ""
        try:
            if request[:1] == b"\1":
                raise CallError(UNIMPLEMENTED, "compressed messages are not read")
            message = self._handler(method, request[_PREFIX.size :], self._name)
        except CallError as error:
            status, text = error.status, error.text
        except Exception as error:  # noqa: BLE001 (the client is told)
            sys.excepthook(*sys.exc_info())
            status, text = UNKNOWN, f"Exception calling application: {error}"
        data = b"" if message is None else _PREFIX.pack(0, len(message)) + message
        fields = _field("grpc-status", str(status))
        if text:
            fields += _field("grpc-message", quote(text)[:_LONGEST_TEXT])
        end = _frame(_HEADERS, _END_HEADERS | _END_STREAM, stream, fields)
        with self._lock, suppress(OSError):
            if stream in self._rooms:  # the client has not reset it
                self._waiting[stream] = memoryview(data), end
                self._flush(_frame(_HEADERS, _END_HEADERS, stream, _RESPONSE))

    def _widen(self, stream: int, more: int) -> None:
        """Take room for answers that the client gives, to one of them or to all."""
        with self._lock:
            if stream == 0:
                self._room += more
            elif stream in self._rooms:
                self._rooms[stream] += more
            self._flush()

    def _resize(self, initial: int) -> None:
        """Take how much room each answer begins with."""
        with self._lock:
            more, self._initial_room = initial - self._initial_room, initial
            self._rooms = {stream: room + more for stream, room in self._rooms.items()}
            self._flush()

    def _flush(self, *frames: bytes) -> None:
        """Send frames, and of the answers what there is room for. The caller holds the lock."""
        parts = [*frames]
        for stream, (rest, end) in tuple(self._waiting.items()):
            data = rest
            while size := max(min(len(data), self._room, self._rooms[stream], _FRAME_BYTES), 0):
                parts.append(_frame(_DATA, 0, stream, data[:size]))
                data = data[size:]
                self._room -= size
                self._rooms[stream] -= size
            self._waiting[stream] = data, end
            if not data:
                parts.append(end)
                del self._waiting[stream], self._rooms[stream]
        self._socket.sendall(b"".join(parts))

    def _send(self, *frames: bytes) -> None:
        with self._lock:
            self._socket.sendall(b"".join(frames))


def _frame(kind: int, flags: int, stream: int, payload: bytes | memoryview = b"") -> bytes:
    size = len(payload)
    return _FRAME.pack(size >> 16, size & 0xFFFF, kind, flags, stream) + payload


def _field(name: str, value: str) -> bytes:
    """Return a field in HPACK's plain form."""
    size, length = len(value), b""
    if size >= 0x7F:  # the rest of a length follows, seven bits at a time
        rest = size - 0x7F
        length = bytes([rest & 0x7F | 0x80, rest >> 7])
        size = 0x7F
    return b"\0%c%b%c%b%b" % (len(name), name.encode(), size, length, value.encode())
