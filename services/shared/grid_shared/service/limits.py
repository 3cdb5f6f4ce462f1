"""Limits of a request. uvicorn has none for headers, and Starlette's answers in plain text."""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from grid_shared.service.problems import problem

MAX_HEADER_BYTES = 32 * 1024
"""Bytes of the path and all headers, as in nginx ("large_client_header_buffers")."""
MAX_BODY_BYTES = 1024 * 1024
"""Bytes of a body; the response to a larger one is 413."""
_TOO_LARGE = f"The body has more than {MAX_BODY_BYTES} bytes."


class LimitedProtocol(HttpToolsProtocol):
    """HTTP/1.1 that ends a connection with 431 when headers or trailers are too large.

    The parser buffers a header until it is complete, so bytes are counted as they arrive. The
    buffer exceeds the limit by at most one read of the socket.
    """

    _unread = 0
    """Bytes since the last part of a message that was complete."""

    def data_received(self, data: bytes) -> None:
        """Parse received bytes."""
        self._unread += len(data)
        super().data_received(data)
        if self._unread > MAX_HEADER_BYTES and not self.transport.is_closing():
            self.send_400_response("")

    def send_400_response(self, msg: str) -> None:
        """End the connection, because the request is too large or is no HTTP."""
        if self._unread > MAX_HEADER_BYTES:
            self.transport.write(STATUS_LINE[431] + b"connection: close\r\n\r\n")
            self.transport.close()
        else:
            super().send_400_response(msg)

    def on_headers_complete(self) -> None:
        """Check the size of the headers.

        Raises:
            ValueError: the headers are too large; the parser ends with an error.
        """
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > MAX_HEADER_BYTES:
            raise ValueError(size)
        self._unread = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass on a part of the body, which the application limits."""
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the request."""
        self._unread = 0
        super().on_message_complete()


class BodyLimit:
    """Middleware that ends a request with 413 when its body is too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdecimal() and int(stated) > MAX_BODY_BYTES:
            await problem(413, _TOO_LARGE)(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise HTTPException(413, _TOO_LARGE)
            return message

        await self._app(scope, limited, send)
