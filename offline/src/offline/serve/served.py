"""One served Google next to something else: made when it is first needed, with a listener or not.

An embedded provider and clients over HTTP then see and change the same resources.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from offline.bucket.store import Store as Objects
from offline.serve.store import Store

if TYPE_CHECKING:
    from offline.serve.server import Allow, Server

FILE = "google.json"


class Served:
    """A served Google in a folder, or in memory; reading its store costs no API.

    `objects` are what Cloud Storage holds; those of a state bucket are the same. `allow` raises
    ApiError for a request over HTTP that its caller has no permission for.
    """

    def __init__(
        self,
        folder: Path | None = None,
        objects: Objects | None = None,
        allow: Allow | None = None,
    ) -> None:
        self.folder, self.objects, self._allow = folder, objects, allow
        self.store = Store(folder and folder / FILE)
        """What exists."""
        self._lock, self._open = threading.RLock(), ExitStack()
        self._url = ""

    @property
    def is_available(self) -> bool:
        """Whether Google's discovery documents are installed."""
        return find_spec("googleapiclient") is not None

    @property
    def server(self) -> Server:
        """What answers requests."""
        with self._lock:
            return self._server

    @cached_property
    def _server(self) -> Server:
        # Every API and the documents: who only plans does without.
        from offline.serve.google import Google  # noqa: PLC0415
        from offline.serve.server import Server  # noqa: PLC0415

        google = Google(self.folder, store=self.store, objects=self.objects)
        return Server(google, allow=self._allow)

    @contextmanager
    def held(self) -> Iterator[Store]:
        """Hold the store, so that no request changes it."""
        with self._lock:
            server = self.__dict__.get("_server")
        with server.lock if server else nullcontext():
            yield self.store

    def listen(self, port: int = 0) -> str:
        """Answer HTTP until `close`, and return the address; the second call returns the first's.

        Raises:
            OSError: the port cannot be used.
        """
        from offline.serve.listener import listening  # noqa: PLC0415

        with self._lock:
            if not self._url:
                self._url = self._open.enter_context(listening(self._server, port=port)).url
            return self._url

    def close(self) -> None:
        """End the listener."""
        with self._lock:
            self._open.close()
            self._url = ""
