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
    status: grpc.StatusCode | None = None
    """Every answer is this status."""
    unavailable_responses: int = 0
    """As many answers are UNAVAILABLE."""
    damaged: bool = False
    """The data does not go with its checksum."""
    delay: float = 0.0
    """Seconds before an answer."""
    requests: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(
        self, request: AccessSecretVersionRequest, context: grpc.ServicerContext
    ) -> AccessSecretVersionResponse:
        """AccessSecretVersion."""
        with self._lock:
            self.requests.append(request.name)
            is_unavailable, self.unavailable_responses = (
                self.unavailable_responses > 0,
                max(0, self.unavailable_responses - 1),
            )
        time.sleep(self.delay)
        if is_unavailable or self.status:
            context.abort(self.status or grpc.StatusCode.UNAVAILABLE, "as the test wants")
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
