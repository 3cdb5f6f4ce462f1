"""A Cloud Storage on loopback for Terraform's gcs backend and simple clients, with faults to add.

See offline.bucket.store for what it keeps and offline.bucket.handler for what it answers.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from selectors import EVENT_READ, DefaultSelector

from offline.bucket.endpoint import Endpoint
from offline.bucket.faults import Fault, FaultRule, Request
from offline.bucket.store import Store

__all__ = ["Endpoint", "Fault", "FaultRule", "Request", "Store", "serve"]

_BACKLOG = 128


@contextmanager
def serve(store: Store, *, port: int = 0) -> Iterator[Endpoint]:
    """Serve a store on 127.0.0.1 until the block ends; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    listener = socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
    end, waiting = socket.socketpair()
    with listener, waiting:
        endpoint = Endpoint(f"http://127.0.0.1:{listener.getsockname()[1]}", store)
        thread = threading.Thread(target=_run, args=(listener, waiting, endpoint), daemon=True)
        thread.start()
        try:
            yield endpoint
        finally:
            end.close()
            thread.join()


def _run(listener: socket.socket, waiting: socket.socket, endpoint: Endpoint) -> None:
    """Accept connections until the other end of `waiting` is closed."""
    server = None
    with DefaultSelector() as selector:
        for one in (listener, waiting):
            selector.register(one, EVENT_READ)
        while all(key.fileobj is listener for key, _ in selector.select()):
            if server is None:  # a configuration with local state never needs it, nor HTTP
                from offline.bucket.listener import Server  # noqa: PLC0415

                server = Server(listener, endpoint)
            server.handle_request()
    if server is not None:
        server.hang_up()
        server.server_close()
