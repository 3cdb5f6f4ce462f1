"""The server of gRPC, with the client of the package grpcio, and HPACK with the examples of its
specification.
"""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest

from offline.protocol.hpack import Decoder, HeaderError
from offline.protocol.http2 import CallError, Server

SECONDS = 30
TOO_MUCH = 17 << 20
UNLIMITED = [(f"grpc.max_{way}_message_length", -1) for way in ("send", "receive")]


def handle(method: str, request: bytes, peer: str) -> bytes | None:
    if method == "/test/peer":
        return peer.encode()
    if method == "/test/refuse":
        raise CallError(9, "größer\nals 5 %")
    if method == "/test/crash":
        raise ValueError("no number")
    return request


@pytest.fixture(params=[False, True], ids=["in order", "side by side"])
def channel(request: pytest.FixtureRequest) -> Iterator[grpc.Channel]:
    with ThreadPoolExecutor(8) as pool:
        server = Server(handle, pool if request.param else None)
        with grpc.insecure_channel(server.address, UNLIMITED) as channel:
            yield channel
        server.close()


def ask(channel: grpc.Channel, method: str, request: bytes = b"", **options: object) -> bytes:
    unary: Any = channel.unary_unary
    answer: bytes = unary(method)(request, timeout=SECONDS, **options)
    return answer


def test_answers_arrive_when_they_are_larger_than_the_room_of_the_client(
    channel: grpc.Channel,
) -> None:
    message = bytes(range(256)) * (TOO_MUCH // 256)
    assert ask(channel, "/test/echo", message) == message
    assert ask(channel, "/test/echo") == b""


def test_room_of_the_client_is_used_by_the_byte(channel: grpc.Channel) -> None:
    messages = [b"%d" % number * 300 for number in range(400)]
    with ThreadPoolExecutor(10) as pool:
        answers = pool.map(lambda message: ask(channel, "/test/echo", message), messages)
        assert list(answers) == messages


def test_fields_that_need_several_frames_are_read(channel: grpc.Channel) -> None:
    sizes = (10, 3_000, 5_000, 30_000, 10)
    peers = {
        ask(channel, "/test/peer", metadata=[("note", "x" * size), (f"n{size}", "y")])
        for size in sizes
    }
    assert len(peers) == 1, "a connection has one name"


def test_status_and_text_of_a_refusal_reach_the_client(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as error:
        ask(channel, "/test/refuse")
    assert error.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert error.value.details() == "größer\nals 5 %"


def test_error_in_a_handler_reaches_the_client_and_the_user(
    channel: grpc.Channel, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(grpc.RpcError) as error:
        ask(channel, "/test/crash")
    assert error.value.code() is grpc.StatusCode.UNKNOWN
    assert "no number" in (error.value.details() or "")
    assert "ValueError: no number" in capsys.readouterr().err
    assert ask(channel, "/test/echo", b"next") == b"next"


def test_compressed_message_is_rejected(channel: grpc.Channel) -> None:
    with pytest.raises(grpc.RpcError) as error:
        ask(channel, "/test/echo", b"a" * 5_000, compression=grpc.Compression.Gzip)
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_client_of_another_protocol_is_left() -> None:
    server = Server(handle)
    host, port = server.address.split(":")
    with socket.create_connection((host, int(port)), SECONDS) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(100) == b""
    server.close()


REQUESTS = [
    ("828684418cf1e3c2e5f23a6ba0ab90f4ff", {":path": "/", ":authority": "www.example.com"}),
    ("828684be5886a8eb10649cbf", {":path": "/", "cache-control": "no-cache"}),
    (
        "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
        {":path": "/index.html", ":authority": "www.example.com", "custom-key": "custom-value"},
    ),
]
"""Appendix C.4 of RFC 7541: three requests of one connection."""


def test_examples_of_the_specification_are_read() -> None:
    decoder = Decoder()
    for block, fields in REQUESTS:
        assert fields.items() <= decoder.decode(bytes.fromhex(block)).items()


def test_index_without_a_field_is_an_error() -> None:
    for block in ("80", "be"):
        with pytest.raises(HeaderError):
            Decoder().decode(bytes.fromhex(block))
