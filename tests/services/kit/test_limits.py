"""Tests of the limits of a request, on the connection itself."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import repeat
from pathlib import Path

import pytest

from grid_shared.service.limits import MAX_BODY_BYTES, MAX_HEADER_BYTES
from tests.services.kit.instances import Instance, instance
from tests.services.kit.tokens import bearer

PATH = "/users/00000000-0000-4000-8000-000000000001"
HUNDRED_MB = 100 * 1024 * 1024
BLOCK = 64 * 1024
CHUNKED = b"POST /ready HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def service() -> Iterator[Instance]:
    variables = {"SERVICE": "ai", "VERTEX_AI_PROJECT": "p", "VERTEX_AI_LOCATION": "us-central1"}
    with instance(variables) as started:
        yield started


def memory(service: Instance) -> int:
    """Return the most memory that the process has had, in bytes."""
    status = Path(f"/proc/{service.process.pid}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def send(service: Instance, start: bytes, block: bytes) -> tuple[int, bytes]:
    """Send 100 MB or until the service ends the connection; return what was sent and answered."""
    sent, answer = 0, b""
    with socket.create_connection(("127.0.0.1", service.port)) as connection, suppress(OSError):
        connection.sendall(start)
        for part in repeat(block, HUNDRED_MB // len(block)):
            connection.sendall(part)
            sent += len(part)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(BLOCK)
    return sent, answer


@pytest.mark.parametrize(
    ("start", "block"),
    [
        (b"GET /health HTTP/1.1\r\nX: ", b"a" * BLOCK),
        (b"GET /health HTTP/1.1\r\n", b"X: a\r\n" * (BLOCK // 6)),
        (b"GET /", b"a" * BLOCK),
        (CHUNKED + b"1\r\na\r\n0\r\n", b"X: a\r\n" * (BLOCK // 6)),
        (CHUNKED + b"1;", b"a" * BLOCK),
    ],
    ids=["one header", "many headers", "path", "trailers", "extension of a chunk"],
)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_hundred_megabytes_of_headers_end_early_with_bounded_memory(
    service: Instance, start: bytes, block: bytes
) -> None:
    before = memory(service)
    sent, _ = send(service, start, block)
    assert sent < HUNDRED_MB / 4  # what the buffers of both sockets hold
    assert memory(service) - before < 8 * 1024 * 1024
    assert service.get("/health").status_code == 200


def ask(service: Instance, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", service.port)) as connection:
        connection.sendall(request)
        return connection.recv(BLOCK)


def test_headers_are_accepted_up_to_their_limit(service: Instance) -> None:
    def request(size: int) -> bytes:
        return b"GET /health HTTP/1.1\r\nX: " + b"a" * size + b"\r\n\r\n"

    assert ask(service, request(MAX_HEADER_BYTES - len("/healthX"))).startswith(b"HTTP/1.1 200")
    assert ask(service, request(MAX_HEADER_BYTES)).startswith(b"HTTP/1.1 431")


def test_what_is_no_http_is_rejected(service: Instance) -> None:
    assert ask(service, b"nothing\r\n\r\n").startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("is_chunked", [False, True])
def test_too_large_body_is_a_problem(service: Instance, *, is_chunked: bool) -> None:
    body = b'{"text": "' + b"a" * MAX_BODY_BYTES
    content = iter([body]) if is_chunked else body
    answer = service.request("POST", "/search", content=content, headers=bearer(PATH))
    assert (answer.status_code, answer.json()["status"]) == (413, 413)
