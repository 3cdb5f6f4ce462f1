"""One served Google: its state, and which function answers which method."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from offline.bucket.store import Store as Objects
from offline.serve.computed import Rules
from offline.serve.operations import Operations
from offline.serve.policies import Policies
from offline.serve.request import Answer, Request
from offline.serve.state import State
from offline.serve.store import Store

Handler = Callable[["Google", Request], Answer]
_HANDLERS: dict[str, Handler] = {}


def answers(*methods: str) -> Callable[[Handler], Handler]:
    """Let a function answer methods, by their ids in the discovery documents."""

    def register(handler: Handler) -> Handler:
        for method in methods:
            _HANDLERS[method] = handler
        return handler

    return register


@cache
def _modules() -> Mapping[str, ModuleType]:
    """Return the modules of all APIs: loaded together, since requests come from many threads."""
    package = import_module("offline.serve.apis")
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    return {name: import_module(f"{package.__name__}.{name}") for name in names}


class Google(State):
    """The state that all APIs share, and what they do. One request is handled at a time."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        store: Store | None = None,
        objects: Objects | None = None,
    ) -> None:
        """With a folder, everything is kept in it; `store` and `objects` are its own without."""
        super().__init__(folder, store=store, objects=objects)
        _modules()
        self.operations = Operations(self)
        self.policies = Policies(self)
        self.pages: dict[str, Callable[[str], tuple[int, bytes]]] = {}
        """Answer addresses that are no API's, by the first part of their path: path to status and
        body. That of "" answers all others."""
        self._handlers: dict[str, Callable[[Request], Answer]] = {}
        self._rules: dict[str, Rules] = {}
        self._services: dict[str, Any] = {}

    def answers(self, method: str, handler: Callable[[Request], Answer]) -> None:
        """Let a handler of this Google alone answer a method."""
        self._handlers[method] = handler

    def page(self, path: str) -> tuple[int, bytes]:
        """Answer an address that is no API's with status and body."""
        found = self.pages.get(path.partition("/")[0]) or self.pages.get("")
        return found(path) if found else (404, b"")

    def tick(self) -> None:
        """Let the time of one request pass."""
        self.operations.tick()

    def rules(self, api: str) -> Rules:
        """Return what an API fills in by itself; loads the module of the API."""
        if api not in self._rules:
            module = _modules().get(api)
            self._rules[api] = Rules(api, module)
            if module is not None and hasattr(module, "attach"):
                self._services[api] = module.attach(self)
        return self._rules[api]

    def service(self, api: str) -> Any:
        """Return the object that its module attaches to this Google: what an API knows besides."""
        self.rules(api)
        return self._services[api]

    def handler(self, method: str) -> Callable[[Request], Answer] | None:
        """Return what answers a method beyond the rules that all APIs share."""
        if own := self._handlers.get(method):
            return own
        shared = _HANDLERS.get(method)
        return None if shared is None else lambda request: shared(self, request)
