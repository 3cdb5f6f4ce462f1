"""A local Secret Manager: its gRPC interface as published, for Google's own client."""

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import google_crc32c
import grpc
from google.cloud.secretmanager_v1.types import (
    AccessSecretVersionRequest,
    AccessSecretVersionResponse,
    SecretPayload,
)

METHOD = "AccessSecretVersion"
SERVICE = "google.cloud.secretmanager.v1.SecretManagerService"


@dataclass
class SecretManager:
    """Versions by resource name, and how to answer."""

    address: str = ""
    versions: dict[str, bytes] = field(default_factory=dict)
    fails: grpc.StatusCode | None = None
    """Every answer is this status."""
    fails_next: int = 0
    """As many answers are UNAVAILABLE."""
    damaged: bool = False
    """The data does not go with its checksum."""
    takes: float = 0.0
    """Seconds before an answer."""
    asked: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(
        self, request: AccessSecretVersionRequest, context: grpc.ServicerContext
    ) -> AccessSecretVersionResponse:
        """AccessSecretVersion."""
        with self._lock:
            self.asked.append(request.name)
            fails_now, self.fails_next = self.fails_next > 0, max(0, self.fails_next - 1)
        time.sleep(self.takes)
        if fails_now or self.fails:
            context.abort(self.fails or grpc.StatusCode.UNAVAILABLE, "as the test wants")
        if request.name not in self.versions:
            context.abort(grpc.StatusCode.NOT_FOUND, f"{request.name} not found")
        data = self.versions[request.name]
        checksum = google_crc32c.value(data) + self.damaged
        payload = SecretPayload(data=data, data_crc32c=checksum)
        return AccessSecretVersionResponse(name=request.name, payload=payload)


@contextlib.contextmanager
def secret_manager() -> Iterator[SecretManager]:
    """Run the server until the block ends."""
    manager = SecretManager()
    handler = grpc.unary_unary_rpc_method_handler(
        manager.answer,
        request_deserializer=AccessSecretVersionRequest.deserialize,
        response_serializer=AccessSecretVersionResponse.serialize,
    )
    with ThreadPoolExecutor(32) as pool:
        server = grpc.server(pool)
        server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(SERVICE, {METHOD: handler}),)
        )
        manager.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        try:
            yield manager
        finally:
            server.stop(None).wait()
